"""The members: which house a mosaic and a wallet stand for."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class Members(msgspec.Struct, frozen=True, kw_only=True):
    """The two names that every house has on the chain, of former members too."""

    by_mosaic: Mapping[int, str]
    """The house that produced, by its mosaic's id."""
    by_wallet: Mapping[str, str]
    """The house that consumes, by its wallet's address (base32)."""
