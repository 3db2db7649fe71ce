"""The one place where an engine is built: which source, which chain, which clock."""

from __future__ import annotations

from datetime import datetime

import httpx

from console.chain.node.node import EmbeddedNode
from console.chain.symbol import SymbolChain
from console.clock import Clock
from console.engine.alarms.log import Log
from console.engine.engine import Engine
from console.engine.keys.custody import Custody
from console.engine.keys.keyfiles import unused
from console.engine.keys.lineage import find_line
from console.engine.parts import Parts
from console.engine.readings.falls import Falls
from console.engine.readings.swaps import Swaps
from console.engine.remembered import gather_members, pin_network, remember
from console.engine.settling.agreements import Agreements
from console.meters.source import Source
from console.model.event import EventKind
from console.model.snapshot import Mode
from console.settings import Settings
from console.store.store import Store

FINALITY_BLOCKS = 2
"""How many blocks the embedded chain's finality lags behind."""


def open_node(settings: Settings, clock: Clock, epoch: datetime | None = None) -> EmbeddedNode:
    """Open the embedded chain of some settings; the caller holds the data folder's lock.

    Args:
        settings: the settings.
        clock: the business clock.
        epoch: the instant from which a new chain counts; the present one where left out.

    Raises:
        StoreError: its file cannot be opened.
    """
    path = settings.engine.data / "chain.db"
    return EmbeddedNode.open(path, clock, epoch=epoch, finality_blocks=FINALITY_BLOCKS)


async def build(
    settings: Settings,
    clock: Clock,
    source: Source,
    node: EmbeddedNode,
    *,
    custody: Custody | None = None,
    mode: Mode = Mode.PRIVATE,
    stepped: bool = False,
) -> Engine:
    """Open the store of some settings and join it with a clock, a source and a chain.

    The caller holds the data folder's lock.

    Args:
        settings: the settings.
        clock: the business clock.
        source: where readings come from.
        node: the embedded chain, opened.
        custody: the operator's key, or what is known of it while it is locked; a plain one, made
            where there is none, where left out: only for folders that are thrown away.
        mode: the first badge of the screens.
        stepped: whether the store is thrown away at the end of a headless run.

    Raises:
        StoreError: the store cannot be opened.
        KeyFileError: the operator's key cannot be used.
        ChainError: the chain does not answer, or is another than before.
        ConfigError: the members' wallets clash.
    """
    store = await Store.open(settings.engine.data / "store.db", stepped=stepped)
    try:
        custody = custody or Custody.of_throwaway(settings)
        engine = await _join(settings, clock, source, node, store, custody)
        engine.picture.mode = mode
        await engine.start()
    except BaseException:
        await store.close()
        raise
    return engine


async def _join(
    settings: Settings,
    clock: Clock,
    source: Source,
    node: EmbeddedNode,
    store: Store,
    custody: Custody,
) -> Engine:
    chain = SymbolChain(httpx.ASGITransport(node.app, raise_app_exceptions=False))
    network = await chain.network()
    await pin_network(store, network.generation_hash)
    line = await find_line(
        store.audit,
        chain,
        settings.community.id,
        network.identifier,
        custody.public_key,
        custody.path,
    )
    members = await gather_members(store, settings, line, custody.keys, network.identifier)
    await remember(store, members)
    parts = Parts(
        settings=settings,
        clock=clock,
        store=store,
        log=Log(store.events, clock),
        chain=chain,
        network=network,
        line=line,
        keys=dict(custody.keys),
        members=members,
        agreements=await Agreements.load(store.audit, settings),
        falls=await Falls.load(store.audit),
        swaps=await Swaps.load(store.audit),
    )
    edge = parts.interval_at(clock.now()).end
    await parts.agreements.agree(store.audit, settings, edge)
    engine = Engine(parts, source, node, custody.path)
    idle = (f"{path} is of an account that never signed" for path in unused(custody.path, line))
    blind = custody.keys and not members.complete
    waits = ("the ledger waits: the first key, which made houses' wallets, is not open",)
    for note in (*custody.notes, *idle, *(waits if blind else ())):
        await parts.log.say(EventKind.ENGINE, note)
    return engine
