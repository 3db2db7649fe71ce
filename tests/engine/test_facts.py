"""Facts of the store that somebody changed by hand are told in words, whoever reads them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from console.engine.facts import fact_of, keep_fact
from console.engine.readings import falls, swaps
from console.engine.settling import late
from console.errors import StoreDamaged
from console.store.protocols import Audit
from tests.engine.street import Opened


async def test_a_fact_is_read_as_it_was_kept(street: Opened) -> None:
    audit = street.engine.parts.store.audit
    assert await fact_of(audit, "numbers", tuple[int, ...]) is None
    await keep_fact(audit, "numbers", (3, 4))
    assert await fact_of(audit, "numbers", tuple[int, ...]) == (3, 4)


@pytest.mark.parametrize(
    ("name", "read"),
    [
        (falls.FACT, falls.Falls.load),
        (late.FACT, late.marked),
        (swaps.FACT, swaps.Swaps.load),
    ],
)
async def test_a_changed_fact_is_named(
    street: Opened, name: str, read: Callable[[Audit], Awaitable[object]]
) -> None:
    audit = street.engine.parts.store.audit
    await audit.set_fact(name, '{"of": "another kind"}')
    with pytest.raises(StoreDamaged, match=f"'{name}' says what this program never writes"):
        await read(audit)
