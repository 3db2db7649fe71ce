"""The one place where an engine is built: which source, which chain, which clock."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import httpx

from console.chain.keyfile import load_or_create
from console.chain.node.node import EmbeddedNode
from console.chain.symbol import SymbolChain
from console.clock import Clock
from console.engine.engine import Engine
from console.engine.log import Log
from console.engine.members import Members
from console.engine.parts import Parts
from console.engine.remembered import pin_network, remember
from console.meters.source import Source
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
        engine = await _join(settings, clock, source, node, store)
        engine.picture.mode = mode
        await engine.start()
    except BaseException:
        await store.close()
        raise
    return engine


async def _join(
    settings: Settings, clock: Clock, source: Source, node: EmbeddedNode, store: Store
) -> Engine:
    chain = SymbolChain(httpx.ASGITransport(node.app, raise_app_exceptions=False))
    key = load_or_create(key_path(settings))
    network = await chain.network()
    await pin_network(store, network.generation_hash)
    community = settings.community.id
    members = Members.of(
        community,
        settings.houses,
        key.public_key,
        network.identifier,
        lambda house: key.wallet(community, house, network.identifier),
    )
    await remember(store, members, key.public_key)
    parts = Parts(
        settings=settings,
        clock=clock,
        store=store,
        log=Log(store.events, clock),
        chain=chain,
        network=network,
        operator_key=key.public_key,
        key=key,
        members=members,
        close=2 * source.period,
    )
    return Engine(parts, source, node)


def key_path(settings: Settings) -> Path:
    """Return where the operator's key file lies."""
    return settings.chain.keystore or settings.engine.data / "operator.key"
