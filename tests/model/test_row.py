import csv
import json
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.model.entry import Entry, EntryState
from console.model.interval import Interval
from console.model.row import COLUMNS, csv_lines, json_line
from tests.model.rows import START, entry


def test_a_json_row_is_exactly_the_contract() -> None:
    tx = "9F" * 32
    assert json_line(entry()) == (
        '{"producer":"test1","consumer":"test5","price":0.1,"wh":7500,"amount":0.75,'
        '"currency":"EUR","interval":"2018-04-20T10:00Z","minutes":60,"revision":0,"height":12,'
        f'"tx":"{tx}","state":"final"}}'
    )


@pytest.mark.parametrize(
    ("wh", "price", "numbers"),
    [
        (-7500, 100_000, '"price":0.1,"wh":-7500,"amount":-0.75,'),
        (1, 1, '"price":0.000001,"wh":1,"amount":0.000000001,'),
        (10_000, 1_000_000, '"price":1,"wh":10000,"amount":10,'),
        (5, 0, '"price":0,"wh":5,"amount":0,'),
        (10**12, 123_456, '"price":0.123456,"wh":1000000000000,"amount":123456000,'),
    ],
)
def test_numbers_are_the_shortest_plain_decimals(wh: int, price: int, numbers: str) -> None:
    assert numbers in json_line(entry(wh, price))


@given(
    wh=st.integers(-(10**12), 10**12),
    price=st.integers(0, 10**12),
    producer=st.text(max_size=8),
    currency=st.text(max_size=4),
)
def test_rows_come_back_from_json_and_csv(
    wh: int, price: int, producer: str, currency: str
) -> None:
    row = entry(wh, price, producer, currency)
    line = json_line(row)
    assert "\n" not in line
    fields = json.loads(line, parse_float=Decimal, parse_int=Decimal)
    assert tuple(fields) == COLUMNS
    assert fields["amount"] == Decimal(wh * price) / 10**9
    assert (fields["producer"], fields["currency"], fields["wh"]) == (producer, currency, wh)
    header, text = csv_lines([row])
    assert tuple(header.split(",")) == COLUMNS
    [cells] = csv.reader([text], strict=True) if "\n" not in text and "\r" not in text else [None]
    if cells is not None:
        back = dict(zip(COLUMNS, cells, strict=True))
        assert Decimal(back["amount"]) == fields["amount"]
        assert back["producer"].removeprefix("'") == producer.removeprefix("'")


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r"])
def test_what_a_spreadsheet_would_obey_is_defused(first: str) -> None:
    _, line = csv_lines([entry(-5, producer=f"{first}cmd()")])
    assert line.lstrip('"').startswith(f"'{first}cmd()")
    assert ",-5," in line


def test_an_interval_later_has_its_own_name() -> None:
    later = Interval(START + timedelta(minutes=60), 60)
    assert later.name in json_line(
        Entry(
            producer="a",
            consumer="b",
            price_micro_per_kwh=1,
            wh=1,
            currency="EUR",
            interval=later,
            revision=0,
            part=1,
            height=1,
            transaction=bytes(32),
            state=EntryState.SEALED,
        )
    )
