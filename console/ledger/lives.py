"""The lives: what the store says became of an interval, held against its plan and the chain."""

from __future__ import annotations

from collections.abc import Iterator

from console.ledger.seals import SealedInterval
from console.model.finding import Finding, Kind
from console.model.settlement import Plan, Settlement, State
from console.model.transaction import Outgoing, TransactionState

_UNDECIDED = frozenset({State.OPEN, State.CLOSED, State.HELD, State.IDLE})


def altered_life(
    settlement: Settlement, plan: Plan | None, sealed: SealedInterval | None, *, posted: bool
) -> Iterator[Finding]:
    """Yield where a settlement is not what its plan and its seals make it.

    Args:
        settlement: the settlement, final or idle, of a plan that was frozen here.
        plan: the plan; None where there is none any more.
        sealed: what is sealed of it in final blocks; None where nothing is.
        posted: whether any revision of the interval is sealed there.
    """
    if plan is None:
        yield _of_settlement(settlement, "plan", "a plan", "")
        return
    due: dict[str, object] = {
        "inputs_root": plan.inputs_root,
        "exported_wh": plan.surplus_wh,
        "imported_wh": plan.demand_wh,
        "shared_wh": plan.shared_wh,
        "amount_nano": plan.amount_nano,
        "rows": len(plan.trades),
        "houses": len(plan.shares),
        "provisional": plan.provisional,
    }
    if sealed is not None:
        due |= {
            "state": State.FINAL,
            "height": sealed.height,
            "parts": sealed.parts,
            "audit_head": sealed.seen[0].audit_head,
        }
    elif posted or not plan.trades:
        due["state"] = State.FINAL if posted else State.IDLE
    for field, value in due.items():
        found = getattr(settlement, field)
        if found != value:
            yield _of_settlement(settlement, field, _told(value), _told(found))


def undecided(settlement: Settlement, sealed: SealedInterval) -> Iterator[Finding]:
    """Yield an interval that the store has yet to decide and the chain has sealed for good."""
    if settlement.state in _UNDECIDED:
        yield _of_settlement(settlement, "state", State.FINAL, settlement.state)


def to_be_revised(settlement: Settlement) -> Finding:
    """Return the note that readings came since an interval was settled, which is known."""
    name = settlement.interval.name
    text = f"{name}: to be revised, {settlement.late}; mosaic settle {name} posts the difference"
    return Finding(kind=Kind.NOTE, interval=name, text=text)


def unknown(sealed: SealedInterval) -> Finding:
    """Return the finding of an interval that is sealed and has no settlement."""
    name = sealed.interval.name
    return Finding(
        kind=Kind.STORE,
        interval=name,
        what="settlement",
        expected=f"final in block {sealed.height}",
        text=f"{name}: its settlement is gone; revision {sealed.revision} is sealed in block "
        f"{sealed.height}",
    )


def altered_legs(sealed: SealedInterval, legs: list[Outgoing]) -> Iterator[Finding]:
    """Yield where the outbox is not what the chain says that it sent.

    Args:
        sealed: what is sealed of an interval in final blocks.
        legs: its transactions in the outbox.
    """
    final = {leg.part: leg for leg in legs if leg.state is TransactionState.FINAL}
    for part in sealed.seen:
        leg = final.pop(part.part, None)
        due = (part.place.transaction, part.place.height, part.parts)
        found = (leg.hash, leg.height, leg.parts) if leg else None
        if found != due:
            yield _of_leg(sealed, part.part, _sent(*due), _sent(*found) if found else "")
    for number in sorted(final):
        leg = final[number]
        yield _of_leg(sealed, number, "", _sent(leg.hash, leg.height, leg.parts))


def _of_settlement(settlement: Settlement, field: str, expected: str, found: str) -> Finding:
    name = settlement.interval.name
    return Finding(
        kind=Kind.STORE,
        interval=name,
        what=f"settlement {field}",
        expected=expected,
        found=found,
        text=f"{name}: the settlement's {field} is {found or 'none'}, where there is to be "
        f"{expected}",
    )


def _of_leg(sealed: SealedInterval, part: int, expected: str, found: str) -> Finding:
    name = sealed.interval.name
    return Finding(
        kind=Kind.STORE,
        interval=name,
        what=f"outgoing part {part}",
        expected=expected,
        found=found,
        text=f"{name}: part {part} of the outbox is {found or 'gone'}; the chain holds "
        f"{expected or 'none'}",
    )


def _sent(hash_: bytes, height: int | None, parts: int) -> str:
    return f"{hash_.hex()[:16].upper()} of {parts} parts in block {height}"


def _told(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
