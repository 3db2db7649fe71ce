"""The verification: what comparing meters, plans, chain and ledger came to."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from console.model.failure import Failure
from console.model.finding import Finding

Progress = Callable[[str, int, int], None]
"""Called with what is looked at, in the plural, how many are done and how many there are."""


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """`mosaic verify`: differences by part, all zero where everything holds."""

    intervals: int
    """How many intervals were recomputed."""
    readings_wh: int
    """|A recomputed from the readings − the plan's|, summed."""
    plans_wh: int
    """|bought and sold of the plan − those read back from the chain|, over houses and intervals."""
    ledger_wh: int
    """|A recomputed from the readings − ledger rows|, summed."""
    mosaics_wh: int
    """|minted − delivered − taken back|, over producers."""
    roots: int
    """Seals whose inputs root is not the one recomputed."""
    rows: int
    """Rows that differ between the store and the chain."""
    audit: int
    """Broken links of the audit log."""
    findings: tuple[str, ...]
    """One sentence a difference, the first hundred."""
    values: int = 0
    """Values of readings and plans that are not those which were frozen."""
    store: int = 0
    """Rows of the store's other tables that are not what plans, readings and chain make them."""
    chain: int = 0
    """Faults of the embedded chain's file."""
    bills: int = 0
    """What approved bills say otherwise than the audit log, the plans and the chain."""
    retirements: int = 0
    """How many paid bills' mosaics are retired on the chain."""
    payouts: int = 0
    """How many payouts stand on the chain."""
    named: tuple[Finding, ...] = ()
    """The findings in their parts, one for each sentence."""

    @property
    def differences(self) -> int:
        """All of them together."""
        return (
            self.readings_wh
            + self.plans_wh
            + self.ledger_wh
            + self.mosaics_wh
            + self.roots
            + self.rows
            + self.audit
            + self.values
            + self.store
            + self.chain
            + self.bills
        )


class VerifyStep(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of what is told while a verification goes on; the last one tells its end."""

    what: str = ""
    """What is looked at, in the plural."""
    done: int = 0
    """How many of them are done."""
    of: int = 0
    """How many there are, as far as that is known."""
    result: Verification | None = None
    """What it came to, in the last line."""
    fault: Failure | None = None
    """Why it could not be ended, in the last line; told as that of a backup."""
