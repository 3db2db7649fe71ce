"""The rotation: what the exchange of the operator's key would do, is told to do, and did."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

LONGEST_PASSPHRASE = 1024
"""Characters of a passphrase."""

Passphrase = Annotated[str, msgspec.Meta(max_length=LONGEST_PASSPHRASE)]
Account = Annotated[str, msgspec.Meta(pattern=r"\A[A-Z2-7]{39}\Z")]


class KeyNow(msgspec.Struct, frozen=True, kw_only=True):
    """The operator's key as it stands, and what exchanging it now would mean."""

    account: str
    """The address of the account that signs now, base32."""
    since: datetime | None
    """The edge from which it signs; None where it is the community's first."""
    sealed: bool
    """Whether its file asks for a passphrase."""
    edge: datetime
    """The edge from which a new key would sign."""
    waiting: int
    """How many intervals before that edge are not settled yet; they stay the present key's."""
    coming: str
    """The address of an account whose taking over is under way; empty where none is."""
    hindrance: str
    """Why the key cannot be exchanged now, one sentence; empty where it can."""
    advice: str = ""
    """What to do about that."""


class Rotate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Exchange the key for one whose keystore lies beside the present one."""

    account: Account
    """The new account's address; its keystore is named after it."""
    passphrase: Passphrase
    """What opens the new keystore, and from now on all of them."""
    present: Passphrase
    """What opens the present one; empty where it is not sealed."""

    def __repr__(self) -> str:
        return f"Rotate({self.account})"


class Rotated(msgspec.Struct, frozen=True, kw_only=True):
    """What was begun."""

    account: str
    """The account that takes over."""
    former: str
    """The account that signed until now."""
    edge: datetime
    """The edge from which the new one signs."""
