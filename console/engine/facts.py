"""The facts: what the store keeps under a name, written and read as one type."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from console.errors import StoreDamaged
from console.store.protocols import Audit

Fact = TypeVar("Fact")


async def fact_of(audit: Audit, name: str, kind: type[Fact]) -> Fact | None:
    """Return a fact, None where the store has none of that name.

    Args:
        audit: where facts are kept.
        name: the fact's name.
        kind: its type.

    Raises:
        StoreDamaged: it says something else.
    """
    kept = await audit.fact(name)
    if kept is None:
        return None
    try:
        return msgspec.json.decode(kept, type=kind)
    except msgspec.DecodeError as error:
        raise unwritten(name, error) from error


def unwritten(name: str, error: Exception) -> StoreDamaged:
    """Return what to raise of a fact that says what this program never writes.

    Args:
        name: the fact's name.
        error: what is wrong with it.
    """
    return StoreDamaged(
        f"The store's fact {name!r} says what this program never writes: {error}.",
        advice="Somebody changed store.db by hand: restore a backup, or move it away and let "
        "the ledger be rebuilt from the chain.",
    )


async def keep_fact(audit: Audit, name: str, value: object) -> None:
    """Keep a fact in place of what the store has of that name.

    Args:
        audit: where facts are kept.
        name: the fact's name.
        value: what `fact_of` is to return as its type.
    """
    await audit.set_fact(name, msgspec.json.encode(value).decode())
