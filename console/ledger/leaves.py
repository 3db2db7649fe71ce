"""The leaves: a plan's inputs root computed again, apart from the code that freezes it.

A SHA-256 Merkle tree of the shape of RFC 6962 section 2.1 over the members' leaves by house id,
then the rules leaf (design section 5).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256

from console.model.settlement import Plan, Share

_FORMAT = "E1"


def inputs_root(plan: Plan, salt: Callable[[str], bytes]) -> bytes:
    """Return the root (32 bytes) of what a plan says; its own is not used.

    Args:
        plan: the plan.
        salt: each house's salt (32 bytes).
    """
    level = [
        _hash(b"\x00", salt(share.house), _text(_member(share)))
        for share in sorted(plan.shares, key=lambda share: share.house)
    ]
    level.append(_hash(b"\x00", _text(_rules(plan))))
    # pairing neighbours and lifting a last one alone gives the same tree as splitting from above
    while len(level) > 1:
        paired = [_hash(b"\x01", *level[at : at + 2]) for at in range(0, len(level) - 1, 2)]
        level = paired + level[len(paired) * 2 :]
    return level[0]


def _member(share: Share) -> list[object]:
    return [
        share.house,
        share.import_start_wh,
        share.import_end_wh,
        share.export_start_wh,
        share.export_end_wh,
        share.quality.value,
        share.bought_carry_in_nwh,
        share.sold_carry_in_nwh,
        share.bought_wh,
        share.sold_wh,
    ]


def _rules(plan: Plan) -> list[object]:
    keys = [sorted(plan.keys.items())] if plan.keys else []
    parameters = [plan.matching, plan.self_netting, *keys]
    sums = [plan.surplus_wh, plan.demand_wh, plan.shared_wh]
    return [_FORMAT, plan.rule, parameters, sorted(plan.prices.items()), *sums]


def _text(fields: list[object]) -> bytes:
    return json.dumps(fields, separators=(",", ":")).encode("ascii")


def _hash(*pieces: bytes) -> bytes:
    return sha256(b"".join(pieces)).digest()
