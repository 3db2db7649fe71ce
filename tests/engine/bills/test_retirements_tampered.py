"""Retired corrections that somebody changed by hand: each is named."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from console.model.clearing import Clearing, ClearingName
from tests.engine.neighbours import (
    Neighbourhood,
    neighbourhood,
)
from tests.engine.retiring import DAY, corrected, retirements, settle_up
from tests.engine.street import tamper


def more(clearing: Clearing) -> Clearing:
    [[cell, *cells]] = clearing.cells
    other = msgspec.structs.replace(cell, amount=cell.amount + 1)
    return msgspec.structs.replace(clearing, cells=((other, *cells),))


def of_another_bill(clearing: Clearing) -> Clearing:
    name = msgspec.structs.replace(clearing.name, revision=7)
    return msgspec.structs.replace(clearing, name=name)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (more, "is not as it was decided"),
        (more, "is of {found} Wh of mosaic"),
        (of_another_bill, "is not as it was decided"),
        (of_another_bill, "stands on the chain, and the store does not know it"),
    ],
)
async def test_a_correction_changed_by_hand_is_named(
    tmp_path: Path, change: object, said: str
) -> None:
    assert callable(change)
    async with corrected(tmp_path) as here:
        await settle_up(here)
        name = (await retirements(here))["c1", 2].clearing.name
        due = (await retirements(here))["c1", 2].clearing.cells[0][0].amount
    store = tmp_path / "store.db"
    where = "kind = 'retirement' AND house = 'c1' AND revision = 1"
    changed = change(await body(tmp_path, here, name))
    tamper(store, f"UPDATE clearing SET body = ? WHERE {where}", msgspec.json.encode(changed))
    async with neighbourhood(tmp_path, at=here.clock.now()) as again:
        found = await again.engine.verify()
    assert found.differences
    assert any(said.format(found=due + 1) in text for text in found.findings), found.findings


async def body(folder: Path, here: Neighbourhood, name: ClearingName) -> Clearing:
    async with neighbourhood(folder, at=here.clock.now()) as again:
        kept = await again.engine.parts.store.clearings.named(name)
        assert kept is not None
        return kept.clearing


async def test_a_retired_correction_that_was_deleted_is_named(tmp_path: Path) -> None:
    """A row that is deleted is named by what the chain and the log have of it."""
    async with corrected(tmp_path) as here:
        await settle_up(here)
    where = "kind = 'retirement' AND house = 'c1' AND revision = 1"
    tamper(tmp_path / "store.db", f"DELETE FROM clearing WHERE {where}")
    async with neighbourhood(tmp_path, at=here.clock.now()) as again:
        found = await again.engine.verify()
    told = f"the retirement of {DAY.name} of c1 no. 2 stands on the chain"
    assert any(told in text for text in found.findings), found.findings
