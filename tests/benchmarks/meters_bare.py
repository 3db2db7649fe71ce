"""The yardstick of `meters`: aiohttp alone, and the clock by which both sides take turns."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import aiohttp

from console.meters.catalogue import load_profile
from console.meters.connection import KEEP_SECONDS
from console.meters.profile import Profile
from console.meters.slots import Slots, to_instant, to_milliseconds
from tests.benchmarks.meters_street import address

PROFILE = "homewizard-v1"
PERIOD = timedelta(seconds=1)
MINUTES = 15
_PATH = "/api/v1/data"
_FAREWELL = 0.25
"""How long answers under way are awaited when the clock stands, s."""


class Halting:
    """The computer's clock, which can be made to stand."""

    def __init__(self) -> None:
        """Stand."""
        self._stood = self._since = datetime.now(UTC)
        self._goes = asyncio.Event()

    def now(self) -> datetime:
        """Return the present instant of this clock."""
        passed = datetime.now(UTC) - self._since if self._goes.is_set() else timedelta()
        return self._stood + passed

    async def wait_until(self, instant: datetime) -> None:
        """Return once the clock goes and has reached an instant."""
        while (left := (instant - self.now()).total_seconds()) > 0 or not self._goes.is_set():
            await self._goes.wait()
            await asyncio.sleep(max(0.0, min(left, 1.0)))

    async def go(self, seconds: float) -> None:
        """Go for so long, then wait for what is under way."""
        self._since = datetime.now(UTC)
        self._goes.set()
        await asyncio.sleep(seconds)
        self._stood = self.now()
        self._goes.clear()
        await asyncio.sleep(_FAREWELL)


class Bare:
    """Asks by aiohttp: a task a meter that waits for its instant, asks, and reads the answer."""

    def __init__(self, port: int, meters: int) -> None:
        """Take where the meters are and how many."""
        self._urls = [f"http://{address(number)}:{port}{_PATH}" for number in range(meters)]
        self._clock = Halting()
        self._late: list[int] = []
        self._session: aiohttp.ClientSession | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def go(self, seconds: float) -> list[int]:
        """Ask in time; return how late each answer was, ms."""
        self._session = self._session or self._opened()
        self._tasks = self._tasks or [
            asyncio.create_task(self._one(self._session, number))
            for number in range(len(self._urls))
        ]
        await self._clock.go(seconds)
        return sorted(self._late)

    async def step(self, first: int, polls: int) -> int:
        """Ask the first meters, or all, one after another; return how many answers were good."""
        self._session = self._session or self._opened()
        urls, profile = self._urls[: first or None], load_profile(PROFILE)
        for number in range(polls):
            await self._ask(self._session, urls[number % len(urls)], profile)
        return polls

    def reset(self) -> None:
        """Forget what was measured."""
        self._late = []

    def _opened(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_SECONDS),
            timeout=aiohttp.ClientTimeout(total=5.0),
            headers={"Accept": "application/json", "Accept-Encoding": "identity"},
            auto_decompress=False,
        )

    async def _one(self, session: aiohttp.ClientSession, number: int) -> None:
        profile, slots = load_profile(PROFILE), Slots(f"test{number}", PERIOD, MINUTES)
        slot = slots.after(to_milliseconds(self._clock.now()), sparse=False)
        while True:
            await self._clock.wait_until(to_instant(slot))
            await self._ask(session, self._urls[number], profile)
            now = to_milliseconds(self._clock.now())
            self._late.append(now - slot)
            slot = slots.after(now, sparse=False)

    async def _ask(self, session: aiohttp.ClientSession, url: str, profile: Profile) -> None:
        async with session.get(url, allow_redirects=False) as response:
            profile.read(await response.read())
