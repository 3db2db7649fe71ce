"""Offline: the same reading routes on a read-only store, while no engine runs."""

from __future__ import annotations

import httpx
from starlette.applications import Starlette

from console import __version__
from console.chain.node.node import EmbeddedNode
from console.chain.symbol import SymbolChain
from console.clock import SystemClock
from console.engine.alarms.log import Log
from console.engine.parts import Parts
from console.engine.proving.verification import verify
from console.engine.readings.falls import Falls
from console.engine.readings.metering import AtRest, Metering
from console.engine.readings.swaps import Swaps
from console.engine.remembered import recall
from console.engine.serving.answers import Answers
from console.engine.serving.api import offline_app
from console.engine.settling.agreements import Agreements
from console.engine.settling.books import Books
from console.engine.settling.filewait import FileWait
from console.engine.settling.late import waiting
from console.errors import StoreError
from console.model.event import AlarmState
from console.model.reading import Reading
from console.model.settlement import State
from console.model.snapshot import Mode
from console.model.verification import Progress, Verification
from console.model.view import Status
from console.settings import Settings
from console.store.store import Store


class Reader:
    """Answers from what the last engine left, and changes nothing."""

    def __init__(self, parts: Parts, node: EmbeddedNode, latest: dict[str, Reading]) -> None:
        """Read opened, read-only parts, with each house's newest reading."""
        self._parts = parts
        self._node = node
        self._books = Books(parts)
        self.answers = Answers(parts, self._books)
        self.metering = Metering(parts, AtRest(latest))

    @property
    def app(self) -> Starlette:
        """The reading routes, without a live stream."""
        return offline_app(self, self._parts)

    async def status(self) -> Status:
        """Return what is known without an engine."""
        parts = self._parts
        tip = await parts.chain.tip()
        last = await parts.store.settlements.newest()
        standing = [a for a in parts.log.alarms if a.state is not AlarmState.SHELVED]
        halted = await parts.store.settlements.in_state(State.HALTED)
        community = parts.settings.community
        houses = len(parts.members.houses)
        revisions_due, open_wh = await waiting(parts.store.settlements, parts.store.audit)
        return Status(
            community=community.id,
            name=community.name or community.id,
            mode=Mode.PRIVATE,
            running=False,
            pid=None,
            version=__version__,
            now=parts.clock.now(),
            locked=False,
            auto=await parts.store.audit.fact("auto") == "on",
            open=None,
            last=last,
            height=tip.height,
            final_height=tip.final_height,
            houses=houses,
            live=None,
            stale=None,
            lost=None,
            giving_w=None,
            taking_w=None,
            alarms=tuple(alarm.title for alarm in standing),
            halted=halted[0].reason if halted else "",
            account=parts.account,
            account_since=parts.operator.since,
            revisions_due=revisions_due,
            open_wh=open_wh,
            awaited=await FileWait(parts).awaited(),
        )

    async def verify(self, told: Progress | None = None) -> Verification:
        """Recompute everything and return the differences, telling how far it is."""
        return await verify(self._parts, self._parts.chain_file, told)

    async def close(self) -> None:
        """Let go of the files."""
        await self._parts.chain.close()
        await self._parts.store.close()
        self._node.close()


async def open_reader(settings: Settings) -> Reader:
    """Open the store and the chain of some settings for reading.

    Raises:
        StoreError: no engine ever ran there, or a file cannot be read.
    """
    data = settings.engine.data
    for name in ("store.db", "chain.db"):
        if not (data / name).exists():
            raise StoreError(
                f"there is no {name} in {data}.", advice="Start an engine with: mosaic run"
            )
    clock = SystemClock()
    store = await Store.open(data / "store.db", read_only=True)
    node = EmbeddedNode.open(data / "chain.db", clock, read_only=True)
    chain = SymbolChain(httpx.ASGITransport(node.app, raise_app_exceptions=False))
    network = await chain.network()
    members, line = await recall(store, settings, network.identifier)
    parts = Parts(
        settings=settings,
        clock=clock,
        store=store,
        log=Log(store.events, clock),
        chain=chain,
        network=network,
        line=line,
        keys={},
        members=members,
        agreements=await Agreements.load(store.audit, settings),
        falls=await Falls.load(store.audit),
        swaps=await Swaps.load(store.audit),
    )
    await parts.log.load()
    return Reader(parts, node, await store.readings.latest())
