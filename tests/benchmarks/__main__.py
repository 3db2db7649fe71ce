"""The benchmarks: `make bench` prints their tables, `--write` renews docs/performance.md."""

from __future__ import annotations

import argparse
import os
import sys

from console.clock import SystemClock
from tests.benchmarks import (
    commit,
    deciding,
    history,
    ledger,
    meters,
    pairing,
    poll,
    pushed,
    replay,
    screen,
    signing,
    start,
    stream,
    thousand,
)
from tests.benchmarks.page import PAGE, machine, page, renewed

BENCHMARKS = {
    # The replay's peak memory is that of the largest child so far, so it comes before the others.
    "replay": replay.measure,
    "poll": poll.measure,
    "meters": meters.measure,
    "thousand": thousand.measure,
    "pushed": pushed.measure,
    "commit": commit.measure,
    "signing": signing.measure,
    "deciding": deciding.measure,
    "pairing": pairing.measure,
    "stream": stream.measure,
    "ledger": ledger.measure,
    "history": history.measure,
    "start": start.measure,
    "screen": screen.measure,
}


def main() -> int:
    """Run all benchmarks or those named, print each table; return the exit status."""
    arguments = argparse.ArgumentParser(prog="tests.benchmarks", description=__doc__)
    arguments.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    arguments.add_argument(
        "--write", action="store_true", help=f"renew {PAGE.name}, or the named sections"
    )
    given = arguments.parse_args()
    if unknown := set(given.names) - set(BENCHMARKS):
        arguments.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    today, load = SystemClock().now().date(), os.getloadavg()[0]
    sys.stdout.write(machine(today, load) + "\n")
    reports = []
    for name, measure in BENCHMARKS.items():
        if name in given.names or not given.names:
            reports.append(measure())
            sys.stdout.write(f"\n{reports[-1].text}\n")
            sys.stdout.flush()
    if given.write:
        former = PAGE.read_text(encoding="utf-8")
        whole = page(reports, today, load)
        written = renewed(former, reports, today, load) if given.names else whole
        PAGE.write_text(written, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
