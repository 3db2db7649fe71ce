"""The lineage: the community's operators as the store keeps them, and as the chain has them."""

from __future__ import annotations

from pathlib import Path

import msgspec

from console.chain.chain import Chain
from console.chain.codec import address_of, address_text
from console.chain.keyring import place_beside
from console.chain.keystore import held_public_key
from console.chain.succession import successor_key, walk
from console.engine.facts import fact_of
from console.engine.keys.keyfiles import put_in_place
from console.errors import KeyFileError
from console.model.operator import Line
from console.store.protocols import Audit

FACT = "operators"
"""The store's fact that keeps them; it holds public keys alone."""

_ONE_KEY = "operator_key"
"""The fact of stores from before keys could be exchanged."""


async def kept_line(audit: Audit) -> Line | None:
    """Return the operators that the store keeps, None where no engine ever ran on it."""
    kept = await fact_of(audit, FACT, Line)
    if kept is not None:
        return kept
    one = await audit.fact(_ONE_KEY)
    return None if one is None else Line.of(bytes.fromhex(one))


async def keep_line(audit: Audit, line: Line) -> None:
    """Keep the operators."""
    text = told_line(line)
    if await audit.fact(FACT) != text:
        await audit.set_fact(FACT, text)


def told_line(line: Line) -> str:
    """Return the operators as the fact's text."""
    return msgspec.json.encode(line).decode()


async def find_line(
    audit: Audit, chain: Chain, community: str, network: int, held: bytes, path: Path
) -> Line:
    """Return the community's operators, so that the key file's is the one who signs.

    The store's word is taken where it has one and the chain names no later operator; else they
    are read from the chain, which knows them without any store.

    Args:
        audit: the store's facts.
        chain: the chain.
        community: the community's id.
        network: the network byte.
        held: the public key in the key file (32 bytes).
        path: the key file.

    Raises:
        KeyFileError: the key file holds none of the community's, or an earlier one.
        ChainError: the chain cannot be read.
    """
    line = await kept_line(audit)
    if line is None:
        line = await walk(chain, community, held)
    elif not line.coming and await _goes_on(chain, community, network, line, held):
        line = await walk(chain, community, line.newest.public_key)
    if held in {operator.public_key for operator in line.operators}:
        put_in_place(path, line, staged=line.coming)
        held = held_public_key(path)
    taken_over = line.coming and held == line.newest.public_key
    if held != line.holder.public_key and not taken_over:
        raise _other_key(line, held, path)
    await keep_line(audit, line)
    return line


async def _goes_on(chain: Chain, community: str, network: int, line: Line, held: bytes) -> bool:
    """Return whether the chain has to be asked for later operators than the store knows."""
    if held != line.newest.public_key or line.ends is not None:
        return True
    address = address_text(address_of(line.newest.public_key, network))
    return await chain.note(address, successor_key(community)) is not None


def _other_key(line: Line, held: bytes, path: Path) -> KeyFileError:
    wanted = line.holder.public_key
    beside = place_beside(path, wanted)
    if beside.exists():
        advice = f"Move that file aside and put {beside.name} in its place."
    else:
        advice = (
            "Move that file aside and restore the community's own key from its 24 words: "
            "mosaic key import"
        )
    return KeyFileError(
        f"{path} holds another key ({held.hex()[:8].upper()}…) than the one that this "
        f"community settled with ({wanted.hex()[:8].upper()}…)",
        advice=advice,
    )
