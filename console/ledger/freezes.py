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
    digest = sha256(msgspec.json.encode(plan)).hexdigest()
    fields = {"interval": plan.interval.name, "root": plan.inputs_root.hex(), "plan": digest}
    return msgspec.json.encode(fields).decode("ascii")


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

    def altered(self, kept: KeptPlan) -> Finding:
        """Return the finding of a plan that no record froze as it is."""
        name = kept.plan.interval.name if kept.plan else kept.row.partition(",")[0]
        left = [one for one in self._of.get(name, ()) if one.seq not in self._found]
        self._found |= {one.seq for one in left}
        due = f"as audit record {left[0].seq} froze it" if left else "frozen by an audit record"
        said = "" if kept.plan else "; its bytes say nothing of this interval"
        return Finding(
            kind=Kind.PLAN,
            interval=name,
            what=f"plan {kept.seq}",
            expected=left[0].plan or left[0].root if left else "",
            found=kept.digest,
            text=f"{name}: plan {kept.seq} ({kept.row}) is not {due}{said}",
        )

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
