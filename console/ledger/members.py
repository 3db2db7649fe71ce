"""The members: which house a mosaic and a wallet stand for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Members(Protocol):
    """The two names that every house has on the chain, those of former members too."""

    @property
    def house_of_mosaic(self) -> Mapping[int, str]:
        """The house that produced, by its mosaic's id."""

    @property
    def house_of_wallet(self) -> Mapping[str, str]:
        """The house that consumes, by its wallet's address (base32)."""
