"""The losses: one alarm a lost meter, and a single one for those that were lost together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from console.engine.alarms import kinds as alarms
from console.engine.alarms.crowds import Crowd, crowds, network_of
from console.engine.parts import Parts
from console.model.alarm import is_of_many
from console.model.event import Alarm, EventKind
from console.model.reading import MeterState, MeterStatus
from console.safe_text import safe_text
from console.settings import Settings


class Losses:
    """Raises and ends the alarms of meters as their states change."""

    def __init__(self, parts: Parts) -> None:
        """Tell the parts' log."""
        self._parts = parts
        self._networks: dict[str, str] = {}
        self._networks_of: Settings | None = None

    async def look(self, news: MeterStatus, states: Mapping[str, MeterStatus]) -> None:
        """Take a meter's changed state.

        Args:
            news: the state.
            states: the states of all meters that were heard of, this one among them.
        """
        log = self._parts.log
        if news.state is MeterState.STALE:
            return
        if news.state is MeterState.LIVE:
            await log.clear_alarm(alarms.lost_key(news.house), f"{news.house} answers again")
        if not self._of_many and all(one.state is not MeterState.LOST for one in states.values()):
            return
        lost, everyone, found = self._lost(states)
        standing = {alarms.crowd_key(crowd.network) for crowd in found}
        await self._end(standing, lost, states, everyone=everyone)
        if everyone:
            await self._fold(tuple(lost), news)
            await log.raise_alarm(alarms.all_lost(len(lost), min(lost.values())))
            return
        for crowd in found:
            await self._fold(crowd.houses, news)
            await log.raise_alarm(alarms.crowd_lost(crowd))
        await self._single(found, states, news)

    async def _end(
        self,
        standing: set[str],
        lost: Mapping[str, datetime],
        states: Mapping[str, MeterStatus],
        *,
        everyone: bool,
    ) -> None:
        """End the alarms for many that are not so any more, or go into a wider one.

        After a start not all meters were heard of: an alarm from before ends only once they cannot
        be lost together any more.
        """
        log, now, of_many = self._parts.log, self._parts.clock.now(), self._of_many
        if not of_many:
            return
        unheard = {house: now for house in self._polled() if house not in states}
        perhaps = crowds({**unheard, **lost}, self._known_networks()) if unheard else ()
        spared = standing | {alarms.crowd_key(crowd.network) for crowd in perhaps}
        for alarm in of_many:
            if everyone and alarm.key != alarms.ALL_LOST:
                text = f"{alarm.title}: part of the alarm for all meters"
                await log.standing.merge_alarm(alarm.key, text)
            elif alarm.key not in spared and not everyone:
                await log.clear_alarm(alarm.key, f"{alarm.title}: not so any more")

    async def _fold(self, houses: tuple[str, ...], news: MeterStatus) -> None:
        log = self._parts.log
        for house in houses:
            text = f"{house}: part of the alarm for many meters"
            await log.standing.merge_alarm(alarms.lost_key(house), text)
        if news.house in houses:
            reason = f": {safe_text(news.reason)}" if news.reason else ""
            text = f"{news.house} lost with others{reason}"
            await log.say(EventKind.METER, text, news.house)

    async def _single(
        self, found: tuple[Crowd, ...], states: Mapping[str, MeterStatus], news: MeterStatus
    ) -> None:
        """Let those that are lost and in no crowd have alarms of their own."""
        crowded = {house for crowd in found for house in crowd.houses}
        for house, status in states.items():
            if status.state is not MeterState.LOST or house in crowded:
                continue
            if house == news.house or not self._parts.log.standing.lasts(alarms.lost_key(house)):
                alarm = alarms.lost(house, safe_text(status.reason), status.since)
                await self._parts.log.raise_alarm(alarm)

    async def forgive(self, houses: Sequence[str], states: Mapping[str, MeterStatus]) -> None:
        """End the alarms of meters that are polled no more, as readings come from files now.

        Args:
            houses: theirs.
            states: the states of all meters that are still polled.
        """
        for house in houses:
            text = f"{house}: its readings come from files now"
            await self._parts.log.clear_alarm(alarms.lost_key(house), text)
        if houses:
            lost, everyone, found = self._lost(states)
            standing = {alarms.crowd_key(crowd.network) for crowd in found}
            await self._end(standing, lost, states, everyone=everyone)

    def _lost(
        self, states: Mapping[str, MeterStatus]
    ) -> tuple[dict[str, datetime], bool, tuple[Crowd, ...]]:
        """Return since when meters are lost, whether all are, and those that are so together."""
        lost = {house: s.since for house, s in states.items() if s.state is MeterState.LOST}
        everyone = len(lost) == len(self._polled()) > 1
        return lost, everyone, () if everyone else crowds(lost, self._known_networks())

    @property
    def _of_many(self) -> list[Alarm]:
        """The alarms for many meters whose cause is still there."""
        log = self._parts.log
        return [one for one in log.alarms if is_of_many(one.key) and log.standing.lasts(one.key)]

    def _polled(self) -> list[str]:
        members = self._parts.settings.members
        return [member.house.id for member in members if not member.meter.from_files]

    def _known_networks(self) -> Mapping[str, str]:
        """Return each meter's network, looked up again where the settings are others."""
        if self._networks_of is not self._parts.settings:
            self._networks_of = self._parts.settings
            self._networks = {
                member.house.id: network_of(member.meter.url)
                for member in self._parts.settings.members
            }
        return self._networks
