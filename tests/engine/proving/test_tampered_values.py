"""Which reading, and which field of which plan, somebody changed by hand."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from console.model.balance import Missing
from console.model.finding import Kind
from console.model.interval import Interval
from console.model.reading import Quality
from console.model.settlement import Plan, Share
from console.model.trade import Trade
from tests.engine.street import dump, interval, tamper
from tests.engine.tampering import Lived, renew, verify_at_rest

NAMES = [interval(quarter).name for quarter in range(4)]
START_MS = int(interval(0).start.timestamp() * 1000)
MINUTE_MS = 60_000
P1 = "house = (SELECT id FROM label WHERE text = 'p1')"


def at(quarter: int, minutes: int = 0) -> str:
    """A reading of p1, some minutes after the beginning of a quarter hour."""
    return f"{P1} AND time = {START_MS + (quarter * 15 + minutes) * MINUTE_MS}"


READINGS = [
    ([f"UPDATE reading SET export_wh = 2001 WHERE {at(2)}"], [1, 2], ("2000", "2001")),
    ([f"UPDATE reading SET import_wh = 4999 WHERE {at(0)}"], [0], ("5000", "4999")),
    ([f"UPDATE reading SET quality = 1 WHERE {at(2)}"], [1, 2], ("measured", "estimated")),
    ([f"UPDATE reading SET time = time + {MINUTE_MS} WHERE {at(2)}"], [1, 2], ("2000", "1943")),
    ([f"DELETE FROM reading WHERE {at(1)}"], [0, 1], ("1100", "1050")),
    (
        [
            f"UPDATE reading SET export_wh = 1000 WHERE {at(1)}",
            f"UPDATE reading SET export_wh = 1999 WHERE {at(2)}",
        ],
        [0, 1, 2],
        ("1100", "1000"),
    ),
]


@pytest.mark.parametrize(("statements", "quarters", "values"), READINGS)
def test_a_reading_is_named_by_house_interval_and_value(
    lived: Lived,
    statements: list[str],
    quarters: list[int],
    values: tuple[str, str],
) -> None:
    settings, untouched = lived
    renew(settings.engine.data, untouched)
    for statement in statements:
        tamper(settings.engine.data / "store.db", statement)
    named = asyncio.run(verify_at_rest(settings)).named
    told = [one for one in named if one.kind is Kind.READING]
    assert {one.house for one in told} == {"p1"}
    assert sorted({one.interval for one in told}) == [NAMES[quarter] for quarter in quarters]
    assert values in {(one.expected, one.found) for one in told}


def test_two_readings_that_changed_places_are_named(lived: Lived) -> None:
    settings, untouched = lived
    renew(settings.engine.data, untouched)
    store = settings.engine.data / "store.db"
    tamper(store, f"UPDATE reading SET time = 0 WHERE {at(1)}")
    tamper(store, f"UPDATE reading SET time = time - {15 * MINUTE_MS} WHERE {at(2)}")
    moved = f"UPDATE reading SET time = {START_MS + 30 * MINUTE_MS} WHERE {P1} AND time = 0"
    tamper(store, moved)
    told = [one for one in asyncio.run(verify_at_rest(settings)).named if one.house == "p1"]
    assert {NAMES[0], NAMES[1], NAMES[2]} <= {one.interval for one in told}


def altered(plan: Plan, field: str, value: object) -> Plan:
    if hasattr(plan, field):
        return msgspec.structs.replace(plan, **{field: value})
    first, *others = plan.shares
    return msgspec.structs.replace(
        plan, shares=(msgspec.structs.replace(first, **{field: value}), *others)
    )


@pytest.mark.parametrize("quarter", [0, 3])
@pytest.mark.parametrize("field", [*Plan.__struct_fields__, *Share.__struct_fields__])
def test_every_field_of_a_plan_counts(lived: Lived, field: str, quarter: int) -> None:
    """Also of the last plan, in no seal yet, and of an idle one, in no seal ever."""
    settings, untouched = lived
    renew(settings.engine.data, untouched)
    store = settings.engine.data / "store.db"
    rows = dump(store)["plan"]
    seq, body = int(str(rows[quarter][0])), rows[quarter][4]
    assert isinstance(body, bytes)
    plan = msgspec.json.decode(body, type=Plan)
    now = getattr(plan if hasattr(plan, field) else plan.shares[0], field)
    special = {
        "trades": (Trade(producer="p1", consumer="c1", wh=1, price_micro_per_kwh=1),),
        "pair_carries_uwh": {"p1": {"c1": 1}},
    }
    other = altered(plan, field, special.get(field) or another(now))
    tamper(store, "UPDATE plan SET body = ? WHERE seq = ?", msgspec.json.encode(other), seq)
    found = asyncio.run(verify_at_rest(settings))
    told = [one for one in found.named if one.kind is Kind.PLAN]
    assert NAMES[quarter] in {one.interval for one in told}, found.findings
    if field not in ("interval", "revision"):
        whole = field if hasattr(plan, field) else "shares"
        assert (NAMES[quarter], whole) in {(one.interval, one.what) for one in told}


def another(value: object) -> object:
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case Quality():
            return Quality.MANUAL
        case str():
            return f"{value}x"
        case bytes():
            return bytes(32)
        case dict():
            return {**value, "p9": 1}
        case Interval():
            return value.next
        case tuple():
            return value[:-1] if value else (Missing(house="p1", reason="silent"),)
        case _:
            raise AssertionError(f"no other value than {value!r}")
