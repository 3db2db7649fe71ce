"""The verification: meters, plans, chain and ledger compared, each against the one before.

Nothing of how plans are decided or rows are derived is used here, only the words of the model.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from console.ledger.evidence import Evidence
from console.ledger.lines import altered_fields, altered_readings, of_plan
from console.ledger.members import Members
from console.ledger.readback import Readback, Row, row_of
from console.ledger.shared import shared_wh
from console.ledger.tally import Tally
from console.model.finding import Finding, Kind
from console.model.interval import Interval
from console.model.settlement import Plan, Share
from console.model.verification import Verification


def verify(evidence: Evidence) -> Verification:
    """Return the differences between what was measured, decided, delivered and written down."""
    tally = Tally()
    compare(evidence, tally)
    return tally.result


def residual_wh(verification: Verification) -> int:
    """Return the residual of a run's summary (design section 8).

    It is |A from the readings − ledger rows| over intervals, |bought and sold of the plan − those
    on the chain| over houses and intervals, and |minted − delivered − taken back| over producers.
    """
    return verification.ledger_wh + verification.plans_wh + verification.mosaics_wh


def compare(evidence: Evidence, tally: Tally) -> None:
    """Add the differences of some intervals to those of others.

    Args:
        evidence: all of these intervals, and nothing of another.
        tally: what was found before.
    """
    _Comparison(evidence, tally).run()


class _Comparison:
    """The differences of some intervals, found one kind after another."""

    def __init__(self, evidence: Evidence, tally: Tally) -> None:
        self._evidence = evidence
        self._chain = Readback(evidence.records, evidence.members, evidence.final_height)
        self._plans = _newest(evidence.plans, evidence.unfinished)
        self._balances = {one.interval: one for one in evidence.balances}
        self._tally = tally

    def run(self) -> None:
        self._tally.intervals += len(self._plans)
        self._set_open_apart()
        self._compare_values()
        self._compare_plans()
        self._compare_ledger()
        self._compare_mosaics()
        self._compare_roots()
        self._compare_rows()
        for seq in self._evidence.broken_links:
            self._tally.find("audit", 1, broken_link(seq))
        for interval in sorted(self._evidence.adopted):
            text = f"{interval.name}: taken from the chain, plan unknown"
            self._tally.note(Finding(kind=Kind.NOTE, interval=interval.name, text=text))

    def _set_open_apart(self) -> None:
        """Leave out of the chain's sums what could not be taken back; it is named."""
        for interval, items in self._evidence.open_items.items():
            for item in items:
                self._chain.sold[interval][item.producer] -= item.wh
                self._chain.bought[interval][item.consumer] -= item.wh
                self._chain.pairs[interval][item.producer, item.consumer] -= item.wh
                self._chain.amount_nano[interval] -= item.amount_nano
                text = (
                    f"{interval.name}: {item.wh} Wh of {item.producer} could not be taken back "
                    f"from {item.consumer}: an open item"
                )
                finding = Finding(
                    kind=Kind.NOTE, interval=interval.name, house=item.consumer, text=text
                )
                self._tally.note(finding)

    def _compare_values(self) -> None:
        for interval, plan in self._plans.items():
            stands = self._evidence.stands.get((interval, plan.revision))
            for finding in altered_readings(plan, self._balances.get(interval), stands):
                self._tally.find("values", 1, finding)
            for finding in altered_fields(plan):
                self._tally.find("values", 1, finding)

    def _compare_plans(self) -> None:
        for interval, plan in self._plans.items():
            for share in plan.shares:
                self._compare_share(interval, share)
            strangers = set(self._chain.sold[interval]) | set(self._chain.bought[interval])
            for house in sorted(strangers - {share.house for share in plan.shares}):
                energy = abs(self._chain.sold[interval][house])
                energy += abs(self._chain.bought[interval][house])
                text = f"{interval.name}: {house} is not in the plan"
                self._find("plans_wh", energy, Kind.CHAIN, text, interval, house=house)
            if plan.amount_nano != self._chain.amount_nano[interval]:
                text = f"{interval.name}: the chain's prices are not the plan's"
                self._find("rows", 1, Kind.CHAIN, text, interval, what="prices")
            if plan.currency not in (known := self._chain.currencies[interval]) and known:
                finding = of_plan(plan, "currency", ", ".join(known), plan.currency, "the chain")
                self._tally.find("values", 1, finding)
            self._compare_trades(plan)

    def _compare_trades(self, plan: Plan) -> None:
        """Hold the pairs against the chain's, all revisions added up."""
        planned = Counter({(one.producer, one.consumer): one.wh for one in plan.trades})
        posted = self._chain.pairs[plan.interval]
        for pair in sorted(planned.keys() | posted.keys()):
            if planned[pair] != posted[pair]:
                field = f"trade {pair[0]} → {pair[1]}"
                finding = of_plan(plan, field, posted[pair], planned[pair], "the chain")
                self._tally.find("values", 1, finding)

    def _compare_share(self, interval: Interval, share: Share) -> None:
        sold = self._chain.sold[interval][share.house]
        bought = self._chain.bought[interval][share.house]
        self._find(
            "plans_wh",
            abs(share.sold_wh - sold) + abs(share.bought_wh - bought),
            Kind.PLAN,
            f"{interval.name}: {share.house} sold {share.sold_wh} and bought {share.bought_wh} Wh "
            f"by the plan, {sold} and {bought} by the chain",
            interval,
            house=share.house,
            what="sold_wh, bought_wh",
            expected=f"{sold}, {bought}",
            found=f"{share.sold_wh}, {share.bought_wh}",
        )

    def _compare_ledger(self) -> None:
        written: Counter[Interval] = Counter()
        for entry in self._evidence.entries:
            if entry.height <= self._evidence.final_height:
                written[entry.interval] += entry.wh
        for interval, items in self._evidence.open_items.items():
            written[interval] -= sum(item.wh for item in items)
        measured = self._measured()
        skipped = self._evidence.unfinished | self._evidence.adopted
        for interval in sorted((written.keys() | measured.keys()) - skipped):
            wh, rows = measured.get(interval, 0), written[interval]
            text = f"{interval.name}: {wh} Wh by the readings, {rows} by the ledger"
            self._find(
                "ledger_wh",
                abs(wh - rows),
                Kind.LEDGER,
                text,
                interval,
                what="shared_wh",
                expected=str(wh),
                found=str(rows),
            )

    def _measured(self) -> dict[Interval, int]:
        measured = {}
        for interval, plan in self._plans.items():
            known = self._balances.get(interval)
            wh = shared_wh(plan, known.balances if known else ())
            text = f"{interval.name}: {wh} Wh by the readings, {plan.shared_wh} by the plan"
            self._find(
                "readings_wh",
                abs(wh - plan.shared_wh),
                Kind.PLAN,
                text,
                interval,
                what="shared_wh",
                expected=str(wh),
                found=str(plan.shared_wh),
            )
            measured[interval] = wh
        return measured

    def _compare_mosaics(self) -> None:
        if self._evidence.supply_counts:
            compare_mosaics(self._chain.balance, self._evidence.members, self._tally)

    def _compare_roots(self) -> None:
        for plan in self._evidence.plans:
            if plan.interval in self._evidence.unfinished:
                continue
            name = plan.interval.name
            key = (plan.interval, plan.revision)
            root = self._evidence.roots.get(key, plan.inputs_root)
            sealed = self._chain.roots[key]
            if plan.inputs_root != root:
                text = f"{name}: the plan's inputs root is not that of the readings"
                self._find("roots", 1, Kind.SEAL, text, plan.interval)
            others = sealed - {root}
            text = f"{name}: another inputs root is sealed"
            told = ", ".join(sorted(one.hex() for one in others))
            self._find(
                "roots",
                len(others),
                Kind.SEAL,
                text,
                plan.interval,
                expected=told,
                found=root.hex(),
            )
            if plan.trades and plan.revision == 0 and not sealed:
                self._find("roots", 1, Kind.SEAL, f"{name}: no seal", plan.interval)

    def _compare_rows(self) -> None:
        final = self._evidence.final_height
        stored = Counter(row_of(entry) for entry in self._evidence.entries if entry.height <= final)
        missing, extra = self._chain.rows - stored, stored - self._chain.rows
        self._tally.add("rows", max(missing.total(), extra.total()))
        for rows, where in ((missing, "on the chain only"), (extra, "in the store only")):
            for row in sorted(rows):
                told = f"{row[3]} → {row[4]} {row[6]} Wh"
                finding = Finding(
                    kind=Kind.LEDGER,
                    interval=row[0],
                    what=f"entry {row[3]} → {row[4]}, block {row[9]}",
                    expected=_row_told(row) if rows is missing else "",
                    found=_row_told(row) if rows is extra else "",
                    text=f"{row[0]}: {told} stands {where}",
                )
                self._tally.note(finding)

    def _find(
        self, part: str, size: int, kind: Kind, text: str, interval: Interval, **named: str
    ) -> None:
        finding = Finding(kind=kind, interval=interval.name, text=text, **named)
        self._tally.find(part, size, finding)


def compare_mosaics(balance: Mapping[int, int], members: Members, tally: Tally) -> None:
    """Add what minted, delivered and taken back leave of each producer's mosaic.

    Args:
        balance: minted − delivered + taken back, Wh by mosaic.
        members: the houses behind mosaics.
        tally: what was found before.
    """
    for mosaic, house in sorted(members.house_of_mosaic.items()):
        left = balance.get(mosaic, 0)
        text = f"{house}: minted less delivered and taken back leaves {left} Wh"
        finding = Finding(
            kind=Kind.CHAIN, house=house, what="mosaic", expected="0", found=str(left), text=text
        )
        tally.find("mosaics_wh", abs(left), finding)


def broken_link(seq: int) -> Finding:
    """Return the finding that a record of the audit log does not follow."""
    return Finding(
        kind=Kind.AUDIT,
        what=str(seq),
        text=f"audit record {seq} does not follow from the one before",
    )


def _row_told(row: Row) -> str:
    _, minutes, revision, producer, consumer, price, wh, currency, part, height, hash_ = row
    return (
        f"{producer} → {consumer} {wh} Wh at {price} micro {currency}, {minutes} min, "
        f"revision {revision}, part {part}, block {height}, {hash_.hex()[:16].upper()}"
    )


def _newest(plans: Iterable[Plan], unfinished: Iterable[Interval]) -> dict[Interval, Plan]:
    # A later revision states the interval anew; the chain's rows of all revisions add up to it.
    revisions: defaultdict[Interval, list[Plan]] = defaultdict(list)
    for plan in plans:
        revisions[plan.interval].append(plan)
    for interval in unfinished:
        revisions.pop(interval, None)
    return {
        interval: max(known, key=lambda plan: plan.revision)
        for interval, known in sorted(revisions.items())
    }
