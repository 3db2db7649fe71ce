"""One meter at its P1 port, passed on over TCP: it speaks by itself, we listen."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime

from console.clock import Clock
from console.errors import ConfigError, MeterAbsent, MeterError
from console.meters.address import checked_url
from console.meters.measurement import Measurement
from console.meters.meter_time import Freshness
from console.meters.newest import Newest
from console.meters.p1.telegram import TelegramReader
from console.meters.profile import Profile
from console.meters.profile_schema import P1
from console.meters.reconnect import pause_seconds, reason
from console.safe_text import safe_text

CONNECT_SECONDS = 3.0
"""The most that connecting may take, loop seconds."""
FIRST_SECONDS = 12.0
"""How long a first telegram is awaited, loop seconds: the slowest meters send one in ten."""
PATIENCE_SECONDS = CONNECT_SECONDS + FIRST_SECONDS + 1
"""How long the very first call waits for one, or for why there is none, loop seconds."""

_CHUNK = 4096
# where the newest is broken the one before it stands in
_KEPT = 2


class P1Meter:
    """A house's meter whose telegrams a device on the network passes on."""

    listens = True
    """It is not asked."""

    def __init__(
        self,
        house: str,
        profile: Profile,
        url: str,
        clock: Clock,
        *,
        secret: str = "",
        keep_alive: float | None = None,
        pause: Callable[[str, int], float] = pause_seconds,
    ) -> None:
        """Prepare; nothing is connected before the first `read`.

        Args:
            house: the house's id.
            profile: how its telegrams are read.
            url: where they come from, as in `tcp://192.168.1.20:2001`.
            clock: by which they are stamped.
            secret: the key where they are encrypted; told nowhere.
            keep_alive: how long a whole telegram is awaited before the connection is made anew,
                loop seconds; the profile's own where left out.
            pause: how long to wait after so many failures in a row, loop seconds.

        Raises:
            ConfigError: the url is none of such a device, the secret is no key, or the extra is
                missing.
        """
        base = checked_url(url, "tcp")
        if base.port is None:
            raise ConfigError(
                f"{safe_text(url, 80)!r} names no port",
                advice="It stands after the host, as in tcp://192.168.1.20:2001.",
            )
        self.house = house
        """The house's id."""
        self.source = profile.name
        """What is noted with each reading as its source."""
        self._host, self._port = base.host, base.port
        self._place = safe_text(base.netloc.decode("ascii"), 60)
        self.plate = profile.plate(self._place, listens=True)
        """What it is."""
        self._profile = profile
        form = profile.table.p1 or P1()
        self._keep_alive = form.keep_alive if keep_alive is None else keep_alive
        self._reader = TelegramReader(form, secret)
        self._clock = clock
        self._unopened: deque[tuple[bytes, datetime]] = deque(maxlen=_KEPT)
        self._awaited = True
        self._newest = Newest(self._place, clock, profile.table.silence)
        self._freshness = Freshness()
        self._pause = pause
        self._failures = 0
        self._mute = True
        self._listening: asyncio.Task[None] | None = None

    async def read(self) -> Measurement:
        """Return its newest telegram; the first call connects and awaits one.

        Raises:
            MeterAbsent: nothing takes a connection there.
            MeterError: there is no good telegram, or none for too long.
        """
        if self._listening is None:
            self._listening = asyncio.create_task(self._listen())
        if self._listening.done():
            self._listening.result()
        self._open()
        return await self._newest.read(PATIENCE_SECONDS)

    async def close(self) -> None:
        """Let go of the connection."""
        listening, self._listening = self._listening, None
        if listening is not None:
            listening.cancel()
            await asyncio.wait({listening})

    async def _listen(self) -> None:
        """Hear telegrams until cancelled; a connection that breaks is made anew."""
        while True:
            try:
                await self._hear()
            except MeterError as fault:
                self._newest.fail(fault)
            self._failures += 1
            await asyncio.sleep(self._pause(self.house, self._failures))

    async def _hear(self) -> None:
        """Connect and take telegrams; MeterError when that ends."""
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                reader, writer = await asyncio.open_connection(self._host, self._port)
        except (OSError, TimeoutError) as error:
            raise MeterAbsent(f"no connection to {self._place}: {reason(error)}") from None
        seconds = min(self._keep_alive, FIRST_SECONDS)
        try:
            stream = self._reader.stream()
            while True:
                self._mute = True
                async with asyncio.timeout(seconds):
                    while not self._take(stream.feed(await self._more(reader))):
                        pass
                seconds = self._keep_alive
        except TimeoutError:
            what = "nothing" if self._mute else "no whole telegram"
            raise MeterError(f"{self._place} sent {what} for {seconds:g} s") from None
        except OSError as error:
            raise MeterError(f"the connection to {self._place} broke: {reason(error)}") from None
        except MeterError as fault:
            raise self._at_its_place(fault) from None
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _more(self, reader: asyncio.StreamReader) -> bytes:
        data = await reader.read(_CHUNK)
        if not data:
            raise MeterError("it closed the connection")
        self._mute = False
        return data

    def _take(self, telegrams: Iterator[bytes]) -> bool:
        """Take whole telegrams, good or bad; return whether there was one."""
        whole = [(telegram, self._clock.now()) for telegram in telegrams]
        self._unopened.extend(whole)
        if self._awaited:
            self._open()
        return bool(whole)

    def _open(self) -> None:
        """Take the newest good telegram apart; those before it are needed by nobody."""
        while self._unopened:
            telegram, came = self._unopened.pop()
            try:
                said = self._profile.read_answer(self._reader.document(telegram))
                self._freshness.check(said, asyncio.get_running_loop().time())
            except MeterError as fault:
                self._newest.fail(self._at_its_place(fault))
                continue
            self._unopened.clear()
            self._newest.hear(said, came)
            self._awaited, self._failures = False, 0

    def _at_its_place(self, fault: MeterError) -> MeterError:
        return MeterError(f"{self._place}: {fault.message}", advice=fault.advice)
