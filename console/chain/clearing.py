"""The clearing's words: the seals and messages of retirements and payouts.

A retirement takes back the mosaics of a paid bill, a payout pays producers; both are listed apart.
"""

from __future__ import annotations

import re
from hashlib import sha3_256
from typing import Final

from console.chain.codec import mosaic_id, note_key
from console.chain.message import MARKER, MOST_BYTES
from console.errors import invariant
from console.model.clearing import ClearingKind, ClearingName
from console.model.observed import ClearingTag, PayoutTag, RetirementTag
from console.model.period import Period

RETIREMENT: Final = "E1R"
"""How the seals and messages of retirements begin."""
PAYOUT: Final = "E1P"
"""How the seals and messages of payouts begin."""

_COUNT = r"0|[1-9][0-9]{0,8}"
_PERIOD = r"(?P<period>[0-9W.\-]{7,22})"
_PART = rf"(?P<part>{_COUNT})/(?P<parts>{_COUNT})"
_RETIREMENT = re.compile(rf"{RETIREMENT}\|{_PERIOD}\|(?:(?P<revision>[1-9][0-9]{{0,8}})\|)?{_PART}")
_PAYOUT = re.compile(
    rf"{PAYOUT}\|{_PERIOD}\|(?P<currency>[A-Z][A-Z0-9]{{0,7}})\|(?P<revision>{_COUNT})\|{_PART}"
)


def retirement_text(community: str, period: str, house: str, revision: int, part: int) -> str:
    """Return the text that names a retirement's part: `E1R|community|period|house|part`.

    That of a correction has its revision before the part.
    """
    return f"{RETIREMENT}|{community}|{period}|{house}|{_before(revision)}{part}"


def payout_text(community: str, period: str, revision: int, part: int) -> str:
    """Return the text that names a payout's part: `E1P|community|period|revision|part`."""
    return f"{PAYOUT}|{community}|{period}|{revision}|{part}"


def leg_of(community: str, name: ClearingName, part: int) -> str:
    """Return the text that names a part of a retirement or payout."""
    if name.kind is ClearingKind.RETIREMENT:
        return retirement_text(community, name.period, name.house, name.revision, part)
    return payout_text(community, name.period, name.revision, part)


def clearing_key(community: str, tag: ClearingTag, house: str) -> int:
    """Return the metadata key that the seal beside a message must have.

    Args:
        community: the community's id.
        tag: the message.
        house: whose wallet it was sent to; of a payout it does not matter.
    """
    if isinstance(tag, RetirementTag):
        return note_key(retirement_text(community, tag.period, house, tag.revision, tag.part))
    return note_key(payout_text(community, tag.period, tag.revision, tag.part))


def format_clearing(tag: ClearingTag) -> bytes:
    """Return a tag as the bytes of a message.

    Raises:
        InvariantBroken: the tag cannot be told in a message.
    """
    part = f"{tag.part}/{tag.parts}"
    if isinstance(tag, RetirementTag):
        text = f"{RETIREMENT}|{tag.period}|{_before(tag.revision)}{part}"
    else:
        text = f"{PAYOUT}|{tag.period}|{tag.currency}|{tag.revision}|{part}"
    raw = MARKER + text.encode()
    invariant(parse_clearing(raw) == tag, f"{tag} cannot be told in a message")
    return raw


def parse_clearing(raw: bytes) -> ClearingTag | None:
    """Return the tag of a message; None for whatever is not the one form of one."""
    if len(raw) > MOST_BYTES or raw[:1] != MARKER or not raw.isascii():
        return None
    text = raw[1:].decode()
    form = _RETIREMENT.fullmatch(text) or _PAYOUT.fullmatch(text)
    if form is None or not 1 <= int(form["part"]) <= int(form["parts"]):
        return None
    period, part, parts = form["period"], int(form["part"]), int(form["parts"])
    try:
        Period.parse(period)
    except ValueError:
        return None
    if form.re is _RETIREMENT:
        revision = int(form["revision"] or 0)
        return RetirementTag(period=period, revision=revision, part=part, parts=parts)
    return PayoutTag(
        period=period,
        currency=form["currency"],
        revision=int(form["revision"]),
        part=part,
        parts=parts,
    )


def _before(revision: int) -> str:
    """Return what stands before a retirement's part: nothing for the first one of a period."""
    return f"{revision}|" if revision else ""


def currency_nonce(community: str, currency: str) -> int:
    """Return the nonce of the operator's own currency mosaic.

    Source: first 4 bytes (LE) of sha3-256(`E1P|community|currency`).
    """
    text = f"{PAYOUT}|{community}|{currency}"
    return int.from_bytes(sha3_256(text.encode()).digest()[:4], "little")


def currency_mosaic(community: str, currency: str, owner: bytes) -> int:
    """Return the id of the operator's own mosaic that is named after a currency.

    Args:
        community: the community's id.
        currency: the currency's code.
        owner: the operator's address (24 bytes).
    """
    return mosaic_id(currency_nonce(community, currency), owner)
