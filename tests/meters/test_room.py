from __future__ import annotations

import asyncio

import pytest

from console.meters import room
from console.meters.room import MOST_AT_ONCE, Room


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


class Guests:
    """Those that came in, and a gate that lets them leave."""

    def __init__(self, place: Room) -> None:
        self.place = place
        self.inside = self.most = 0
        self.gate = asyncio.Event()

    async def come(self) -> None:
        async with self.place.place():
            self.inside += 1
            self.most = max(self.most, self.inside)
            await self.gate.wait()
            self.inside -= 1


async def test_no_more_are_inside_at_once_than_there_are_places(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(room, "SLOW_SECONDS", 60.0)
    guests = Guests(Room())
    coming = [asyncio.create_task(guests.come()) for _ in range(3 * MOST_AT_ONCE)]
    await settle()
    assert guests.inside == MOST_AT_ONCE
    guests.gate.set()
    await asyncio.gather(*coming)
    assert guests.most == MOST_AT_ONCE


async def test_who_stays_long_gives_the_place_to_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(room, "SLOW_SECONDS", 0.0)
    guests = Guests(Room())
    coming = [asyncio.create_task(guests.come()) for _ in range(3 * MOST_AT_ONCE)]
    while guests.inside < 3 * MOST_AT_ONCE:
        await settle()
    guests.gate.set()
    await asyncio.gather(*coming)


async def leave_with(place: Room, fault: type[BaseException]) -> None:
    async with place.place():
        await settle()
        raise fault


async def test_a_place_is_given_back_once_however_one_leaves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = Room()
    for seconds in (0.0, 60.0):
        monkeypatch.setattr(room, "SLOW_SECONDS", seconds)
        for fault in (ValueError, asyncio.CancelledError):
            with pytest.raises(fault):
                await leave_with(place, fault)
    monkeypatch.setattr(room, "SLOW_SECONDS", 60.0)
    guests = Guests(place)
    coming = [asyncio.create_task(guests.come()) for _ in range(3 * MOST_AT_ONCE)]
    await settle()
    assert guests.inside == MOST_AT_ONCE
    guests.gate.set()
    await asyncio.gather(*coming)
