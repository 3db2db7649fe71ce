"""The freezes: what the audit log says of every plan at the moment it was frozen.

The log's head is in the next seal on the chain, so that neither the record nor the plan can be
changed afterwards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from hashlib import sha256

import msgspec

from console.ledger.vouching import FREEZE
from console.model.event import AuditRecord
from console.model.finding import Finding, Kind
from console.model.kept import KeptPlan
from console.model.settlement import Plan

_PRINT = 8
_LONGEST = 80


class Freeze(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan's record says, and its number."""

    interval: str
    """The interval's name."""
    root: str
    """The plan's inputs root, hexadecimal."""
    plan: str = ""
    """SHA-256 of the plan's bytes, hexadecimal; empty in the records of earlier versions."""
    seq: int = 0
    """The record's number."""


def record_of(plan: Plan) -> str:
    """Return what the audit log says of a plan that is frozen now, JSON."""
    said = {
        "interval": plan.interval.name,
        "root": plan.inputs_root.hex(),
        "plan": sha256(msgspec.json.encode(plan)).hexdigest(),
        "fields": _prints(plan),
    }
    return msgspec.json.encode(said).decode("ascii")


def altered_names(record: AuditRecord, plan: Plan) -> list[str]:
    """Return which fields of a plan are not those that its record froze.

    Args:
        record: the record; those of earlier versions name none.
        plan: the plan as it is now.
    """
    try:
        frozen = msgspec.json.decode(record.body, type=_Printed).fields
    except (msgspec.DecodeError, RecursionError):
        return []
    now = _prints(plan)
    return [name for name in now if name in frozen and frozen[name] != now[name]]


class _Printed(msgspec.Struct, frozen=True):
    fields: dict[str, str] = {}


def _prints(plan: Plan) -> dict[str, str]:
    """Four bytes of a hash of each field: enough to say which one is not as it was."""
    return {
        name: sha256(msgspec.json.encode(getattr(plan, name))).hexdigest()[:_PRINT]
        for name in plan.__struct_fields__
    }


def altered_plan(kept: KeptPlan, record: AuditRecord | None) -> Iterator[Finding]:
    """Yield the fields in which a plan is not as it was frozen; the plan where none is told.

    Args:
        kept: a plan that no record froze as it is.
        record: the record that froze what it was; None where there is none.
    """
    plan = kept.plan
    name = plan.interval.name if plan else kept.row.partition(",")[0]
    due = f"as audit record {record.seq} froze it" if record else "frozen by any audit record"
    names = altered_names(record, plan) if record and plan else []
    for field in names:
        yield Finding(
            kind=Kind.PLAN,
            interval=name,
            what=field,
            found=_short(getattr(plan, field)),
            text=f"{name}: the plan's {field} is not {due}",
        )
    if not names:
        said = "" if plan else "; its bytes say nothing of this interval"
        yield Finding(
            kind=Kind.PLAN,
            interval=name,
            what=f"plan {kept.seq}",
            found=kept.digest,
            text=f"{name}: plan {kept.seq} ({kept.row}) is not {due}{said}",
        )


def _short(value: object) -> str:
    if isinstance(value, bytes):
        return value.hex()
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


class Freezes:
    """Takes the log's records, then the plans, and finds which do not belong together."""

    def __init__(self) -> None:
        """Begin before the first record."""
        self._of: defaultdict[str, list[Freeze]] = defaultdict(list)
        self._found: set[int] = set()
        self.last = 0
        """The number of the last record that was taken."""

    def take(self, records: Iterable[AuditRecord]) -> None:
        """Take the next records."""
        for record in records:
            self.last = record.seq
            if not record.verb.startswith(FREEZE):
                continue
            try:
                freeze = msgspec.json.decode(record.body, type=Freeze)
            except (msgspec.DecodeError, RecursionError):
                continue  # its hash tells
            self._of[freeze.interval].append(msgspec.structs.replace(freeze, seq=record.seq))

    def stands(self, kept: KeptPlan) -> bool | None:
        """Return whether a stored plan is as it was frozen; None where the log cannot tell."""
        freeze = self._freeze_of(kept)
        if freeze is not None:
            return True if freeze.plan else None
        plan = kept.plan
        return False if plan is not None and self._of.get(plan.interval.name) else None

    def mark(self, kept: KeptPlan) -> bool:
        """Note that a plan is there; return whether a record froze one like it."""
        freeze = self._freeze_of(kept)
        if freeze is not None:
            self._found.add(freeze.seq)
        return freeze is not None

    def record_of(self, kept: KeptPlan) -> int:
        """Return the number of the record that froze what a plan was; 0 where none is left."""
        name = kept.plan.interval.name if kept.plan else kept.row.partition(",")[0]
        left = [one.seq for one in self._of.get(name, ()) if one.seq not in self._found]
        self._found |= set(left)
        return left[0] if left else 0

    def gone(self, up_to: int) -> Iterator[Finding]:
        """Yield the plans that were frozen and are not there.

        Args:
            up_to: the number of the last record from before the plans were read.
        """
        for name, freezes in sorted(self._of.items()):
            for freeze in freezes:
                if freeze.seq <= up_to and freeze.seq not in self._found:
                    yield Finding(
                        kind=Kind.PLAN,
                        interval=name,
                        what="plan",
                        expected=freeze.plan or freeze.root,
                        text=f"{name}: the plan that audit record {freeze.seq} froze is gone",
                    )

    def _freeze_of(self, kept: KeptPlan) -> Freeze | None:
        plan = kept.plan
        if plan is None:
            return None
        return next(
            (one for one in self._of.get(plan.interval.name, ()) if _is_of(one, plan, kept)), None
        )


def _is_of(freeze: Freeze, plan: Plan, kept: KeptPlan) -> bool:
    if freeze.plan:
        return freeze.plan == kept.digest
    return freeze.root == plan.inputs_root.hex()
