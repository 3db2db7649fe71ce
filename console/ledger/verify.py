"""The verification: meters, plans, chain and ledger compared, each against the one before.

Nothing of how plans are decided or rows are derived is used here, only the words of the model.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from console.ledger.evidence import Evidence
from console.ledger.readback import Readback, row_of
from console.model.balance import Balance
from console.model.interval import Interval
from console.model.reading import Quality
from console.model.settlement import Plan, Share
from console.model.view import Verification

MOST_FINDINGS = 100
"""How many differences are told in words."""

_NANO = 10**9
_KEYED_RULES = frozenset({"static", "static-rounds"})

_UNSOLD = frozenset({Quality.ESTIMATED, Quality.SUBSTITUTED})


def verify(evidence: Evidence) -> Verification:
    """Return the differences between what was measured, decided, delivered and written down."""
    return _Comparison(evidence).result()


def residual_wh(verification: Verification) -> int:
    """Return the residual of a run's summary (design section 8).

    It is |A from the readings − ledger rows| over intervals, |bought and sold of the plan − those
    on the chain| over houses and intervals, and |minted − delivered − taken back| over producers.
    """
    return verification.ledger_wh + verification.plans_wh + verification.mosaics_wh


def shared_wh(plan: Plan, balances: Iterable[Balance]) -> int:
    """Return A, the energy that an interval shares, from its balances.

    It is min(S, D), or less where fixed keys leave something to the grid (design section 5). The
    plan only says which houses took part with which keys and carry, and whether their own use was
    netted first.
    """
    known = {balance.house: balance for balance in balances}
    left_out = {missing.house for missing in plan.left_out}
    surplus, wanted = 0, dict[str, int]()
    for share in plan.shares:
        balance = known.get(share.house)
        if balance is not None and share.quality is not Quality.MISSING:
            own = min(balance.imported_wh, balance.exported_wh) if plan.self_netting else 0
            wanted[share.house] = balance.imported_wh - own
            if share.house not in left_out and share.quality not in _UNSOLD:
                surplus += balance.exported_wh - own
    if plan.rule in _KEYED_RULES:
        wanted = {house: wh for house, wh in wanted.items() if plan.keys.get(house)}
    if plan.rule == "static":
        wanted = _by_key(plan, wanted, surplus)
    return min(surplus, sum(wanted.values()))


def _by_key(plan: Plan, wanted: Mapping[str, int], surplus: int) -> dict[str, int]:
    """Return what each house's fixed key gives it of a surplus in one round, Wh."""
    given = {}
    for share in plan.shares:
        if share.house in wanted:
            demand = wanted[share.house]
            exact = min(demand * _NANO, plan.keys[share.house] * surplus)
            given[share.house] = min(max((exact + share.bought_carry_in_nwh) // _NANO, 0), demand)
    return given


class _Comparison:
    """The differences found so far."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._chain = Readback(evidence.records, evidence.members, evidence.final_height)
        self._plans = _newest(evidence.plans, evidence.unfinished)
        self._sums: Counter[str] = Counter()
        self._findings: list[str] = []

    def result(self) -> Verification:
        self._compare_plans()
        self._compare_ledger()
        self._compare_mosaics()
        self._compare_roots()
        self._compare_rows()
        for seq in self._evidence.broken_links:
            self._find("audit", 1, f"audit record {seq} does not follow from the one before")
        for interval in sorted(self._evidence.adopted):
            self._tell(f"{interval.name}: taken from the chain, plan unknown")
        return Verification(
            intervals=len(self._plans),
            readings_wh=self._sums["readings"],
            plans_wh=self._sums["plans"],
            ledger_wh=self._sums["ledger"],
            mosaics_wh=self._sums["mosaics"],
            roots=self._sums["roots"],
            rows=self._sums["rows"],
            audit=self._sums["audit"],
            findings=tuple(self._findings),
        )

    def _compare_plans(self) -> None:
        for interval, plan in self._plans.items():
            for share in plan.shares:
                self._compare_share(interval, share)
            strangers = set(self._chain.sold[interval]) | set(self._chain.bought[interval])
            for house in sorted(strangers - {share.house for share in plan.shares}):
                energy = abs(self._chain.sold[interval][house])
                energy += abs(self._chain.bought[interval][house])
                self._find("plans", energy, f"{interval.name}: {house} is not in the plan")
            if plan.amount_nano != self._chain.amount_nano[interval]:
                text = f"{interval.name}: the chain's prices are not the plan's"
                self._find("rows", 1, text)

    def _compare_share(self, interval: Interval, share: Share) -> None:
        sold = self._chain.sold[interval][share.house]
        bought = self._chain.bought[interval][share.house]
        self._find(
            "plans",
            abs(share.sold_wh - sold) + abs(share.bought_wh - bought),
            f"{interval.name}: {share.house} sold {share.sold_wh} and bought {share.bought_wh} Wh "
            f"by the plan, {sold} and {bought} by the chain",
        )

    def _compare_ledger(self) -> None:
        written: Counter[Interval] = Counter()
        for entry in self._evidence.entries:
            if entry.height <= self._evidence.final_height:
                written[entry.interval] += entry.wh
        measured = self._measured()
        skipped = self._evidence.unfinished | self._evidence.adopted
        for interval in sorted((written.keys() | measured.keys()) - skipped):
            wh, rows = measured.get(interval, 0), written[interval]
            text = f"{interval.name}: {wh} Wh by the readings, {rows} by the ledger"
            self._find("ledger", abs(wh - rows), text)

    def _measured(self) -> dict[Interval, int]:
        balances = {one.interval: one for one in self._evidence.balances}
        measured = {}
        for interval, plan in self._plans.items():
            known = balances.get(interval)
            wh = shared_wh(plan, known.balances if known else ())
            text = f"{interval.name}: {wh} Wh by the readings, {plan.shared_wh} by the plan"
            self._find("readings", abs(wh - plan.shared_wh), text)
            measured[interval] = wh
        return measured

    def _compare_mosaics(self) -> None:
        if not self._evidence.supply_counts:
            return
        for mosaic, house in sorted(self._evidence.members.house_of_mosaic.items()):
            left = self._chain.balance[mosaic]
            text = f"{house}: minted less delivered and taken back leaves {left} Wh"
            self._find("mosaics", abs(left), text)

    def _compare_roots(self) -> None:
        for plan in self._evidence.plans:
            if plan.interval in self._evidence.unfinished:
                continue
            key = (plan.interval, plan.revision)
            root = self._evidence.roots.get(key, plan.inputs_root)
            sealed = self._chain.roots[key]
            if plan.inputs_root != root:
                text = f"{plan.interval.name}: the plan's inputs root is not that of the readings"
                self._find("roots", 1, text)
            others = len(sealed - {root})
            self._find("roots", others, f"{plan.interval.name}: another inputs root is sealed")
            if plan.trades and plan.revision == 0 and not sealed:
                self._find("roots", 1, f"{plan.interval.name}: no seal")

    def _compare_rows(self) -> None:
        final = self._evidence.final_height
        stored = Counter(row_of(entry) for entry in self._evidence.entries if entry.height <= final)
        missing, extra = self._chain.rows - stored, stored - self._chain.rows
        self._sums["rows"] += max(missing.total(), extra.total())
        for rows, where in ((missing, "on the chain only"), (extra, "in the store only")):
            for row in sorted(rows):
                self._tell(f"{row[0]}: {row[3]} → {row[4]} {row[6]} Wh stands {where}")

    def _find(self, part: str, size: int, text: str) -> None:
        if size:
            self._sums[part] += size
            self._tell(text)

    def _tell(self, text: str) -> None:
        if len(self._findings) < MOST_FINDINGS:
            self._findings.append(text)


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
