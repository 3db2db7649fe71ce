"""The remembered: facts of the chain that the store keeps, so that nothing is compared with air.

They hold no secret: a reader at rest knows the members by them without the operator's key.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from console.chain.keyfile import OperatorKey
from console.engine.facts import fact_of
from console.engine.keys.lineage import kept_line
from console.engine.parts import Parts
from console.engine.posting.members import Members, mosaics_of, wallets_of
from console.errors import KeyFileError, StoreError, WrongNetwork
from console.model.operator import Line
from console.settings import Settings
from console.store.store import Store


async def pin_network(store: Store, generation_hash: bytes) -> None:
    """Keep the chain's generation hash at the first start and compare it at each later one.

    Raises:
        WrongNetwork: the node is of another chain than before.
    """
    pinned = await store.audit.fact("generation_hash")
    if pinned is None:
        await store.audit.set_fact("generation_hash", generation_hash.hex())
    elif pinned != generation_hash.hex():
        raise WrongNetwork(
            f"the chain's generation hash is {generation_hash.hex()[:16]}…, "
            f"the store was made on {pinned[:16]}….",
            advice="Bring back the chain's file, or move store.db away: the ledger is rebuilt.",
        )


async def known_wallets(store: Store) -> dict[str, str]:
    """Return the wallet addresses by house id as a former engine left them."""
    return await fact_of(store.audit, "wallets", dict[str, str]) or {}


async def former_wallets(store: Store, settings: Settings) -> dict[str, str]:
    """Return the house ids by wallet addresses that the settings have replaced, now or before."""
    former = await fact_of(store.audit, "former_wallets", dict[str, str]) or {}
    known = await known_wallets(store)
    for house in settings.houses:
        before = known.get(house.id, "")
        if before and house.wallet and before != house.wallet:
            former[before] = house.id
    return former


async def gather_members(
    store: Store, settings: Settings, line: Line, keys: Mapping[bytes, OperatorKey], network: int
) -> Members:
    """Return the members of some settings, with what is known of their wallets.

    Args:
        store: what former engines left.
        settings: the settings.
        line: the community's operators.
        keys: the open keys by public key.
        network: the network byte.

    Raises:
        ConfigError: wallets or mosaic ids clash.
    """
    first = keys.get(line.first.public_key)
    return Members.of(
        settings.community.id,
        settings.houses,
        line,
        network,
        wallets_of(settings, first, network, await known_wallets(store)),
        await former_wallets(store, settings),
    )


async def remember(store: Store, members: Members) -> None:
    """Keep who owns which wallet."""
    facts = {
        "wallets": msgspec.json.encode(members.known_wallets).decode(),
        "former_wallets": msgspec.json.encode(members.former).decode(),
    }
    for name, value in facts.items():
        if await store.audit.fact(name) != value:
            await store.audit.set_fact(name, value)


async def take_keys(parts: Parts, keys: Mapping[bytes, OperatorKey]) -> None:
    """Give a locked engine's parts their keys, and with them the wallets that only one knows.

    Raises:
        KeyFileError: none is a key of the community that the locked engine serves.
        ConfigError: wallets clash.
    """
    if not any(operator.public_key in keys for operator in parts.line.operators):
        raise KeyFileError(
            "the keystore was exchanged while the engine ran: it holds another key",
            advice="Start the engine again.",
        )
    first = keys.get(parts.line.first.public_key)
    if first is not None:
        make_wallet = wallets_of(parts.settings, first, parts.network.identifier, {})
        parts.members.complete_with(make_wallet)
    await remember(parts.store, parts.members)
    parts.keys = dict(keys)


async def recall(store: Store, settings: Settings, network: int) -> tuple[Members, Line]:
    """Return the members and the operators as a former engine left them.

    Raises:
        StoreError: no engine ever ran on this store.
    """
    line = await kept_line(store.audit)
    known = await fact_of(store.audit, "wallets", dict[str, str])
    if line is None or known is None:
        raise StoreError("no engine ever ran on it.", advice="Start one with: mosaic run")
    members = Members(
        [house for house in settings.houses if house.id in known],
        known,
        mosaics_of(settings.community.id, known, line, network),
        await fact_of(store.audit, "former_wallets", dict[str, str]) or {},
    )
    return members, line
