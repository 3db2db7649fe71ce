"""The changing: config.toml written and read again while the engine runs."""

from __future__ import annotations

import asyncio
import difflib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec

from console.config.changeable import CHANGEABLE, CHANGEABLE_KEYS
from console.config.writing import Draft
from console.engine.alarms import kinds as alarms
from console.engine.parts import Parts
from console.engine.posting.members import Members
from console.engine.readings.sources import Exchange
from console.engine.remembered import gather_members, remember
from console.engine.settling.agreements import Agreement
from console.engine.settling.books import Books
from console.engine.settling.comparing import Comparing
from console.errors import ConfigError, MosaicError, Refused, UsageError
from console.meters.catalogue import profile_words
from console.model.change import ConfigChange, ConfigChanged, Configuration, ConfigValue
from console.model.comparison import Comparison
from console.model.event import EventKind
from console.settings import Settings

_RESTART = "to change that: mosaic stop, edit the file, mosaic run"


class Changing:
    """The one writer of config.toml, and the one place where new settings are taken."""

    def __init__(
        self, parts: Parts, turn: asyncio.Lock, exchange: Exchange, renew: Callable[[], None]
    ) -> None:
        """Begin with what the file says.

        Args:
            parts: the parts, whose settings and members are exchanged.
            turn: held while they are, so that nothing is decided in between.
            exchange: lets the source ask other meters.
            renew: lets every console have a whole new picture.
        """
        self._parts = parts
        self._turn = turn
        self._exchange = exchange
        self._renew = renew
        self._text = self._source.read_text("utf-8")
        self.wanted = asyncio.Event()
        """Set by whoever wants the file to be read again."""

    async def run(self) -> None:
        """Read the file again whenever that is wanted, until cancelled."""
        while True:
            await self.wanted.wait()
            self.wanted.clear()
            await self.reload("hangup signal")

    async def configuration(self) -> Configuration:
        """Return what the file says, for a form.

        Raises:
            Refused: there is no file.
            ConfigError: it says what cannot be.
        """
        draft = await asyncio.to_thread(Draft.open, self._source)
        return Configuration(
            source=str(draft.source),
            was=draft.was,
            values=tuple(
                ConfigValue(
                    key=row.key, value=draft.value(row.key), default=row.default, help=row.help
                )
                for row in CHANGEABLE
            ),
            houses=tuple(house.id for house in self._parts.settings.houses),
            words=draft.words(),
            profiles=await asyncio.to_thread(profile_words, self._parts.settings.profiles),
        )

    async def change(self, change: ConfigChange, actor: str) -> ConfigChanged:
        """Show or make a change; it holds from the next interval's edge on.

        Raises:
            Refused: there is no file, or a key of it is not changed while an engine runs.
            ConfigError: the file would say what cannot be, or has changed meanwhile.
        """
        draft, settings = await self._drafted(change)
        members = await self._members(settings)
        difference = draft.difference()
        if change.preview or not difference:
            edge = self._edge() if difference else None
            return ConfigChanged(difference=difference, written=False, effective=edge)
        async with self._turn:
            await asyncio.to_thread(draft.write)
            edge = await self._take(settings, members, draft.text, actor, difference)
        return ConfigChanged(difference=difference, written=True, effective=edge)

    async def compare(self, change: ConfigChange) -> Comparison:
        """Return what is in force beside what a change would agree on, on the last days.

        Raises:
            Refused: as for `change`.
            ConfigError: likewise.
        """
        _, settings = await self._drafted(change)
        runnable, _ = _runnable(self._parts.settings, settings)
        comparing = Comparing(self._parts, Books(self._parts))
        return await comparing.change(Agreement.of(runnable))

    async def _drafted(self, change: ConfigChange) -> tuple[Draft, Settings]:
        """Return the file as a change would have it, checked."""
        draft = await asyncio.to_thread(Draft.open, self._source)
        for key in change.values.keys() - CHANGEABLE_KEYS:
            raise UsageError(f"{key} is not changed while the engine runs; {_RESTART}.")
        draft.apply(change)
        settings = draft.check()
        self._check(settings)
        return draft, settings

    async def reload(self, actor: str) -> None:
        """Read the file again and ask those meters that refused us; a bad one raises an alarm."""
        try:
            draft = await asyncio.to_thread(Draft.open, self._source)
            settings = draft.check()
            self._check(settings)
            members = await self._members(settings)
            lines = difflib.unified_diff(
                self._text.splitlines(), draft.text.splitlines(), lineterm="", n=1
            )
            difference = "\n".join(list(lines)[2:])
            async with self._turn:
                if difference:
                    await self._take(settings, members, draft.text, actor, difference)
                else:
                    present = self._parts.settings
                    await self._exchange.take(present, present)
        except MosaicError as error:
            now = self._parts.clock.now()
            await self._parts.log.raise_alarm(alarms.bad_configuration(error.message, now))
            return
        good = "config.toml reads again" if difference else "config.toml says what it said"
        await self._parts.log.clear_alarm(alarms.CONFIGURATION, good)

    @property
    def _source(self) -> Path:
        source = self._parts.settings.source
        if source is None:
            raise Refused("there is no configuration file; nothing of it can be changed.")
        return source

    def _edge(self) -> datetime:
        return self._parts.interval_at(self._parts.clock.now()).end

    def _check(self, settings: Settings) -> None:
        """Refuse what would leave rows of the ledger without their house.

        Raises:
            ConfigError: a member has vanished, the community is another, or a meter cannot be.
        """
        present = self._parts.settings
        self._exchange.check(present, settings)
        if settings.community.id != present.community.id:
            raise ConfigError("[community] id is in every key on the chain; it never changes.")
        gone = {house.id for house in present.houses} - {house.id for house in settings.houses}
        if gone:
            raise ConfigError(
                f"house {', '.join(sorted(gone))} has vanished from the file.",
                advice="A member who leaves gets until = DATE; its rows stay in the ledger.",
            )

    async def _members(self, settings: Settings) -> Members:
        """Return the members of new settings.

        Raises:
            ConfigError: wallets or mosaic ids clash, or a wallet cannot be made.
        """
        parts = self._parts
        members = await gather_members(
            parts.store, settings, parts.line, parts.keys, parts.network.identifier
        )
        if not (members.complete or parts.locked):
            gone = min(house for house, wallet in members.wallets.items() if not wallet)
            raise ConfigError(
                f"house {gone} has no wallet, and the community's first key, which makes them, "
                "is not open.",
                advice="Give it a wallet of its own.",
            )
        return members

    async def _take(
        self, settings: Settings, members: Members, text: str, actor: str, difference: str
    ) -> datetime | None:
        """Let new settings hold: members and meters at once, agreements from the next edge on."""
        parts, before = self._parts, self._parts.settings
        settings, waiting = _runnable(before, settings)
        edge = self._edge()
        await parts.agreements.agree(parts.store.audit, settings, edge)
        await remember(parts.store, members)
        parts.take(settings, members)
        self._text = text
        waiting = "; ".join(filter(None, (waiting, await self._exchange.take(before, settings))))
        now = parts.clock.now()
        body = msgspec.json.encode({"difference": difference}).decode()
        await parts.store.audit.append(now, actor, "config", body)
        said = f"config.toml changed, from {parts.local_name(parts.interval_at(edge))} on"
        if waiting:
            said += f"; at the next start: {waiting}"
        await parts.log.say(EventKind.OPERATOR, said, actor=actor)
        self._renew()
        return edge


def _runnable(before: Settings, after: Settings) -> tuple[Settings, str]:
    """Return new settings with the old ones where only a start can change them, and which."""
    kept: list[str] = []
    community, settlement = after.community, after.settlement
    for key in ("timezone", "currency", "latitude", "longitude"):
        if getattr(community, key) != (old := getattr(before.community, key)):
            kept.append(f"community.{key}")
            community = msgspec.structs.replace(community, **{key: old})
    if settlement.minutes != before.settlement.minutes:
        kept.append("settlement.minutes")
        settlement = msgspec.structs.replace(settlement, minutes=before.settlement.minutes)
    kept += [name for name in ("engine", "chain") if getattr(after, name) != getattr(before, name)]
    settings = msgspec.structs.replace(
        after,
        community=community,
        settlement=settlement,
        engine=before.engine,
        chain=before.chain,
    )
    return settings, ", ".join(kept)
