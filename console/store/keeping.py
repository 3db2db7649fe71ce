"""The keeping: plans and settlements read as they lie, whatever became of them."""

from __future__ import annotations

import hashlib
from typing import Any

import apsw
import msgspec

from console.model.interval import instant_name
from console.model.kept import KeptPlan, KeptSettlement
from console.model.settlement import Plan, Settlement
from console.store.moment import from_ms, to_ms

_PLANS = "SELECT seq, start, minutes, revision, body FROM plan"
_SETTLEMENTS = """SELECT start, minutes, revision, state, body FROM settlement
WHERE start >= ? AND start < ? ORDER BY start, minutes, revision"""
_plan = msgspec.json.Decoder(Plan)
_settlement = msgspec.json.Decoder(Settlement)


def kept_plans(connection: apsw.Connection, after: int, limit: int) -> list[KeptPlan]:
    """Return plans in the order of freezing, with seq above `after`."""
    query = f"{_PLANS} WHERE seq > ? ORDER BY seq LIMIT ?"
    return [_kept(row) for row in connection.execute(query, (after, limit))]


def kept_plan(
    connection: apsw.Connection, start_ms: int, minutes: int, revision: int
) -> KeptPlan | None:
    """Return the plan of a row, None where there is none."""
    query = f"{_PLANS} WHERE start = ? AND minutes = ? AND revision = ?"
    row = next(connection.execute(query, (start_ms, minutes, revision)), None)
    return None if row is None else _kept(row)


def kept_settlements(
    connection: apsw.Connection, start_ms: int, end_ms: int
) -> list[KeptSettlement]:
    """Return all revisions of the intervals that start in `[start, end)`, in order."""
    return [
        KeptSettlement(
            row=f"{told(start)}, {minutes} min, revision {revision}, {state}",
            settlement=_read_settlement(body, (start, minutes, revision, state)),
        )
        for start, minutes, revision, state, body in connection.execute(
            _SETTLEMENTS, (start_ms, end_ms)
        )
    ]


def told(ms: int) -> str:
    """Return a stored instant for people, also where it is none."""
    try:
        return instant_name(from_ms(ms))
    except OverflowError:
        return f"{ms} ms"


def _kept(row: tuple[Any, ...]) -> KeptPlan:
    seq, start, minutes, revision, body = row
    return KeptPlan(
        seq=seq,
        row=f"{told(start)}, {minutes} min, revision {revision}",
        digest=hashlib.sha256(body).hexdigest(),
        plan=_read_plan(body, (start, minutes, revision)),
    )


def _read_plan(body: bytes, row: tuple[int, int, int]) -> Plan | None:
    try:
        plan = _plan.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return None
    said = (to_ms(plan.interval.start), plan.interval.minutes, plan.revision)
    return plan if said == row else None


def _read_settlement(body: bytes, row: tuple[int, int, int, str]) -> Settlement | None:
    try:
        one = _settlement.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return None
    said = (to_ms(one.interval.start), one.interval.minutes, one.revision, one.state.value)
    return one if said == row else None
