"""An exchange of the operator's key in a neighbourhood, and what is to hold after it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from console.chain import keystore
from console.chain.codec import address_of, address_text
from console.chain.keyfile import OperatorKey
from console.chain.keyring import place_beside
from console.engine.keys.custody import Custody
from console.engine.process.passphrase import Given
from console.model.observed import Delivered
from console.model.operator import Line, Operator
from console.model.rotation import Rotate
from tests.engine.neighbours import (
    START,
    Neighbourhood,
    neighbourhood,
    settings_of,
)

OLD, NEW, LATER = ("four random words stand", "five other words stand here", "and once more so")
A, B, C = (OperatorKey(bytes([n]) * 32) for n in (0x11, 0x22, 0x33))
RIPE = 15 + 5
BEATS = 6
"""How many looks at the chain an exchange takes at the most, blocks made in between."""


def key_file(data: Path) -> Path:
    return data / "operator.key"


def key_files(data: Path) -> list[str]:
    return sorted(path.name for path in data.glob("operator.key*"))


def account(key: OperatorKey) -> str:
    return address_text(address_of(key.public_key, 0x98))


def held(data: Path) -> OperatorKey:
    """Which of the keys lies in the key file."""
    public_key = keystore.held_public_key(key_file(data))
    return next(key for key in (A, B, C) if key.public_key == public_key)


def put_beside(data: Path, key: OperatorKey, passphrase: str) -> None:
    keystore.seal(place_beside(key_file(data), key.public_key), key, passphrase)


@asynccontextmanager
async def living(
    data: Path, passphrase: str | None, *, at: datetime = START, auto: bool = True
) -> AsyncIterator[Neighbourhood]:
    given = None if passphrase is None else Given(passphrase, "a test")
    custody = Custody.of_settings(settings_of(data), given)
    async with neighbourhood(data, at=at, auto=auto, custody=custody) as here:
        yield here


async def exchange(
    here: Neighbourhood, key: OperatorKey = B, passphrase: str = NEW, present: str = OLD
) -> datetime:
    """Begin an exchange, its new keystore put beside as the command does; return its edge."""
    rotation = here.engine.rotation
    put_beside(here.engine.parts.settings.engine.data, key, passphrase)
    edge = (await rotation.state()).edge
    command = Rotate(account=account(key), passphrase=passphrase, present=present)
    assert (await rotation.rotate(command, "uid 1")).edge == edge
    return edge


async def finish(here: Neighbourhood) -> None:
    """Look at the chain, with blocks in between, until an exchange is done."""
    for _ in range(BEATS):
        await here.engine.make_blocks(until_final=True)
        await here.engine.follow()
    assert not here.engine.parts.line.coming


def line_of(*later: tuple[OperatorKey, datetime]) -> Line:
    followers = (Operator(key.public_key, edge) for key, edge in later)
    return Line(operators=(Operator(A.public_key), *followers))


async def expect_sound(here: Neighbourhood, intervals: int) -> None:
    found = await here.engine.verify()
    assert (found.differences, found.findings, found.intervals) == (0, (), intervals)
    assert here.engine.settler.halted == ""
    seals = await here.seals()
    assert len(seals) == len(set(seals))


async def signers(here: Neighbourhood) -> list[str]:
    """Return who signed each settled quarter hour, by the owner of what was delivered."""
    owners = {key.public_key: name for key, name in ((A, "A"), (B, "B"), (C, "C"))}
    made = {
        mosaic: owners[public_key]
        for public_key, mosaics in here.engine.parts.members.mosaics.items()
        for mosaic in mosaics.values()
    }
    signed: dict[datetime, str] = {}
    for key in (A, B, C):
        page = await here.chain.records(key.public_key)
        for record in page.records:
            if isinstance(record, Delivered) and record.tag is not None:
                [signed[record.tag.interval.start]] = {made[id_] for id_, _ in record.mosaics}
    return [signed[start] for start in sorted(signed)]


async def cut(data: Path, here: Neighbourhood) -> datetime:
    """Let an engine end as a kill would, and return when."""
    end = here.clock.now()
    await here.close()
    return end


async def expect_exchanged(data: Path, end: datetime, passphrase: str = NEW) -> None:
    """The exchange that was cut off is finished by the next start, with the new passphrase."""
    async with living(data, passphrase, at=end) as again:
        if not again.engine.parts.keys:
            # its files had not been put in place; now they are
            await again.engine.unlock(passphrase, "uid 1")
        await again.live(10, until_final=True)
        await finish(again)
        await again.live(2 * 15, until_final=True)
        assert len(again.engine.parts.line.operators) == 2
        assert (await signers(again))[0] == "A"
        assert (await signers(again))[-1] == "B"
        assert (await again.engine.verify()).differences == 0
    assert held(data) is B
    assert place_beside(key_file(data), A.public_key).exists()


@contextmanager
def killed_at(step: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let a step, by its dotted name, be the last that is taken of what is done meanwhile."""

    def die(*_: object, **__: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as killing:
        killing.setattr(step, die)
        with pytest.raises(RuntimeError, match="killed"):
            yield
