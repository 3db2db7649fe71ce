"""The remembered: facts of the chain that the store keeps, so that nothing is compared with air.

They hold no secret: a reader at rest knows the members by them without the operator's key.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from console.chain.keyfile import OperatorKey
from console.engine.members import Members, wallets_of
from console.engine.parts import Parts
from console.errors import KeyFileError, StoreError, WrongNetwork
from console.model.house import House
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


async def pin_key(store: Store, operator_key: bytes, path: Path) -> None:
    """Compare the operator's public key with the one of all earlier starts.

    Raises:
        KeyFileError: it is another one, whose account holds nothing of this community.
    """
    pinned = await store.audit.fact("operator_key")
    if pinned is not None and pinned != operator_key.hex():
        raise KeyFileError(
            f"{path} holds another key ({operator_key.hex()[:8].upper()}…) than the one that this "
            f"community settled with ({pinned[:8].upper()}…)",
            advice="Move that file away and restore the community's own key from its 24 words: "
            "mosaic key import",
        )


async def known_wallets(store: Store) -> dict[str, str]:
    """Return the wallet addresses by house id as a former engine left them."""
    wallets = await store.audit.fact("wallets")
    return {} if wallets is None else msgspec.json.decode(wallets, type=dict[str, str])


async def former_wallets(store: Store, settings: Settings) -> dict[str, str]:
    """Return the house ids by wallet addresses that the settings have replaced, now or before."""
    kept = await store.audit.fact("former_wallets")
    former = {} if kept is None else msgspec.json.decode(kept, type=dict[str, str])
    known = await known_wallets(store)
    for house in settings.houses:
        before = known.get(house.id, "")
        if before and house.wallet and before != house.wallet:
            former[before] = house.id
    return former


async def remember(store: Store, members: Members, operator_key: bytes) -> None:
    """Keep who owns which wallet and mosaic, and the operator's public key."""
    facts = {
        "operator_key": operator_key.hex(),
        "wallets": msgspec.json.encode(members.known_wallets).decode(),
        "mosaics": msgspec.json.encode(members.mosaics).decode(),
        "former_wallets": msgspec.json.encode(members.former).decode(),
    }
    for name, value in facts.items():
        if await store.audit.fact(name) != value:
            await store.audit.set_fact(name, value)


async def take_key(parts: Parts, key: OperatorKey) -> None:
    """Give a locked engine's parts their key, and with it the wallets that only it knows.

    Raises:
        KeyFileError: it is another key than the locked engine serves.
        ConfigError: wallets clash.
    """
    if key.public_key != parts.operator_key:
        raise KeyFileError(
            "the keystore was exchanged while the engine ran: it holds another key",
            advice="Start the engine again.",
        )
    network = parts.network.identifier
    parts.members.complete_with(wallets_of(parts.settings, key, network, {}))
    await remember(parts.store, parts.members, parts.operator_key)
    parts.key = key


async def recall(store: Store, houses: tuple[House, ...]) -> tuple[Members, bytes]:
    """Return the members and the operator's public key as a former engine left them.

    Raises:
        StoreError: no engine ever ran on this store.
    """
    operator_key = await store.audit.fact("operator_key")
    wallets = await store.audit.fact("wallets")
    mosaics = await store.audit.fact("mosaics")
    if operator_key is None or wallets is None or mosaics is None:
        raise StoreError("no engine ever ran on it.", advice="Start one with: mosaic run")
    known = msgspec.json.decode(wallets, type=dict[str, str])
    former = await store.audit.fact("former_wallets") or "{}"
    members = Members(
        [house for house in houses if house.id in known],
        known,
        msgspec.json.decode(mosaics, type=dict[str, int]),
        msgspec.json.decode(former, type=dict[str, str]),
    )
    return members, bytes.fromhex(operator_key)
