"""The summary of a headless run, as lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.model.figures import kwh

if TYPE_CHECKING:
    from console.engine.playing.summary import Summary


def summary_lines(summary: Summary) -> str:
    """Return a summary as a few lines."""
    return "\n".join(
        (
            f"{summary.intervals} intervals: {summary.settled} settled ({summary.idle} of them "
            f"with nothing to share), {summary.held} held",
            f"imported {kwh(summary.imported_wh)}, exported {kwh(summary.exported_wh)}, shared "
            f"{kwh(summary.shared_wh)}, in gaps {kwh(summary.gap_wh)} kWh",
            f"{summary.rows} ledger rows in {summary.transactions} transactions, chain at block "
            f"{summary.height}",
            f"differences {summary.residual_wh} Wh, {summary.seconds:.1f} s",
        )
    )
