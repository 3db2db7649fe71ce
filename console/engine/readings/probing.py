"""The probing: a new house's meter is watched for a form before it is written into the file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from console.config import values
from console.config.metering import tls_settings
from console.engine.parts import Parts
from console.errors import ConfigError, MeterDenied, MosaicError, Refused, UsageError
from console.meters.configured import NOBODY, configured_meter
from console.meters.line import PolledMeter
from console.meters.probing.finding import Attempt, find
from console.meters.probing.watch import LONGEST_TIME, MOST_FAILURES, Watch, time_for
from console.model.change import NewHouse
from console.model.probe import Glimpse, HouseProbe
from console.settings import MeterSettings

MOST_AT_ONCE = 4
"""So many meters are watched at the same time."""
MOST_MINUTES = LONGEST_TIME // timedelta(minutes=1)
"""So long a house's own is watched at most."""

Show = Callable[[Glimpse], None]
"""Takes what is seen."""


class Probing:
    """Watches meters that no house has yet; nothing of them is kept."""

    def __init__(
        self, parts: Parts, overheard: Callable[[str], PolledMeter | None] = lambda _house: None
    ) -> None:
        """Watch by the parts' clock, with their folder of profiles.

        Args:
            parts: the settings, the members and the clock.
            overheard: a house's meter as the engine's own polls tell it; None where it has none.
        """
        self._parts = parts
        self._overheard = overheard
        self._watched = 0

    def meter(self, house: NewHouse) -> MeterSettings:
        """Return a new house's meter as the file would have it.

        Args:
            house: the house; its profile may be empty, then it is looked for.

        Raises:
            UsageError: its address or the reference to its secret cannot be.
        """
        source = self._parts.settings.source
        folder = (source or Path("config.toml")).absolute().parent
        try:
            return MeterSettings(
                profile=house.profile,
                url=values.meter_url(house.url),
                secret=values.secret(folder)(house.secret) if house.secret else "",
                tls=tls_settings(house.tls, folder),
                params=values.words(house.params),
                described=house.described,
            )
        except values.Wrong as wrong:
            raise UsageError(f"the meter of {house.id or 'the new house'} {wrong}.") from None

    async def probe(self, meter: MeterSettings, show: Show) -> None:
        """Find what reads a meter, then watch it until the time is over, or nobody asks any more.

        Args:
            meter: the meter.
            show: called with each thing that is seen; the last one is over.
        """
        if owner := self._owner(meter):
            twice = f"it is the meter of {owner} already, whose energy would be counted twice"
            show(Glimpse(profile=meter.profile, trouble=twice, over=True))
            return
        if self._is_busy(meter, show):
            return
        self._watched += 1
        try:
            show(Glimpse(profile=meter.profile))
            await self._find(meter, show)
        except MosaicError as error:
            show(Glimpse(profile=meter.profile, trouble=_sentence(error), over=True))
        finally:
            self._watched -= 1

    def known(self, asked: HouseProbe) -> PolledMeter:
        """Return a house's meter as the engine's own polls tell it.

        Raises:
            Refused: there is no such house, or nobody asks its meter.
            UsageError: the time cannot be.
        """
        if asked.house not in self._parts.members.houses:
            raise Refused(f"there is no house {asked.house!r}.")
        if not 1 <= asked.minutes <= MOST_MINUTES:
            raise UsageError(f"a meter is watched for 1 to {MOST_MINUTES} minutes.")
        meter = self._overheard(asked.house)
        if meter is None:
            raise Refused(f"nobody asks the meter of {asked.house} now.")
        return meter

    async def listen(self, asked: HouseProbe, meter: PolledMeter, show: Show) -> None:
        """Watch a house's meter by what the engine's own polls bring; nobody else asks it.

        Args:
            asked: whose, and for how long.
            meter: the meter, as `known` returned it.
            show: called with each thing that is seen; the last one is over.
        """
        way = Attempt(meter=self._parts.member(asked.house).meter, plate=meter.plate)
        if self._is_busy(way.meter, show):
            return
        self._watched += 1
        try:
            most = timedelta(minutes=asked.minutes)
            await self._look(way, (), meter, most, asked.taking, show)
        finally:
            self._watched -= 1

    def _owner(self, meter: MeterSettings) -> str:
        """Return the house that has this very meter; empty where none has."""
        members = self._parts.settings.members
        return next((one.house.id for one in members if meter.is_also(one.meter)), "")

    def _is_busy(self, meter: MeterSettings, show: Show) -> bool:
        """Return whether as many meters are watched as may be; then that is shown."""
        if self._watched < MOST_AT_ONCE:
            return False
        busy = f"{MOST_AT_ONCE} meters are watched at the moment. Leave another form or probe first"
        show(Glimpse(profile=meter.profile, trouble=busy, over=True))
        return True

    async def _find(self, meter: MeterSettings, show: Show) -> None:
        parts = self._parts
        wanted = bool(meter.profile)
        found = await find(NOBODY, meter, parts.settings.profiles, parts.clock, every=not wanted)
        reading = found.reading
        if not reading:
            why = found.attempts[0].fault if wanted and found.attempts else found.fault
            raise ConfigError(why or "no profile reads it")
        names = [attempt.meter.profile for attempt in reading]
        if wanted and meter.profile not in names:
            raise ConfigError(
                f"{meter.profile} does not read it, {' and '.join(names)} does: "
                f"{found.attempts[0].fault}"
            )
        first = min(reading, key=_unproven)
        await self._watch(first, tuple(name for name in names if name != first.meter.profile), show)

    async def _watch(self, way: Attempt, others: tuple[str, ...], show: Show) -> None:
        parts = self._parts
        meter = configured_meter(NOBODY, way.meter, parts.settings.profiles, parts.clock)
        await self._look(way, others, meter, time_for(meter.plate), None, show)

    async def _look(
        self,
        way: Attempt,
        others: tuple[str, ...],
        meter: PolledMeter,
        most: timedelta,
        taking: bool | None,
        show: Show,
    ) -> None:
        clock = self._parts.clock
        watch = Watch(meter, clock, taking=taking)
        until = clock.now() + most
        try:
            while True:
                due = clock.now() + watch.pace
                await watch.look()
                due = max(due, clock.now() + watch.rest)
                over = watch.failures >= MOST_FAILURES or due > until
                show(_seen(way, others, watch, over=over))
                if over:
                    return
                await clock.wait_until(due)
        except MeterDenied as error:
            show(_seen(way, others, watch, trouble=_sentence(error), over=True))
        finally:
            await meter.close()


def _seen(
    way: Attempt, others: tuple[str, ...], watch: Watch, *, over: bool, trouble: str = ""
) -> Glimpse:
    said, torn = watch.said or way.said, watch.verdict.torn
    return Glimpse(
        profile=way.meter.profile,
        plate=way.plate,
        others=others,
        import_wh=None if said is None else float(said.import_wh),
        export_wh=None if said is None or said.export_wh is None else float(said.export_wh),
        power_w=None if said is None else said.whole_power_w,
        verdict=watch.verdict,
        if_taking=watch.verdict_if(taking=True) if torn else None,
        if_giving=watch.verdict_if(taking=False) if torn else None,
        trouble=trouble or watch.trouble,
        over=over,
    )


def _unproven(way: Attempt) -> bool:
    return way.plate is None or not way.plate.verified


def _sentence(error: MosaicError) -> str:
    return ". ".join(filter(None, (error.message, error.advice))).rstrip(". ")
