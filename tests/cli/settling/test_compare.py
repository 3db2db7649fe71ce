"""Rules and prices side by side, as a terminal and as a program reads them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from console.__main__ import main
from console.model.comparison import Case

Capture = pytest.CaptureFixture[str]


def out_of(capsys: Capture, *words: str) -> str:
    assert main(("compare", *words)) == 0
    told = capsys.readouterr().out
    assert "\x1b" not in told
    return told


@pytest.mark.usefixtures("fake_engine")
def test_all_rules_and_prices_fit_80_columns(capsys: Capture) -> None:
    told = out_of(capsys)
    assert max(map(len, told.split("\n"))) <= 80
    assert "96 intervals, 2 without every house" in told
    assert "1  pro-rata       0.10                2.000  0.20   0.44    0.36" in told
    assert "3 is not played: the houses' keys sum to 0" in told
    assert "test1        0.40  +0.25  0.00  0.00  0.00  0.00" in told
    assert "test2        0.04  -0.25  0.00  0.00  0.00  0.00" in told
    assert "together     0.44   0.00  0.00  0.00  0.00  0.00" in told


@pytest.mark.parametrize(
    ("words", "cases"),
    [
        (("--rule", "equal"), [("", ""), ("equal", "")]),
        (("--price", "0.2", "--price", "ask"), [("", ""), ("", "0.2"), ("", "ask")]),
        (
            ("--rule", "equal", "--rule", "priority", "--price", "0.2"),
            [("", ""), ("equal", "0.2"), ("priority", "0.2")],
        ),
    ],
)
def test_what_is_in_force_stands_before_what_was_asked_for(
    fake_engine: Any, capsys: Capture, words: tuple[str, ...], cases: list[tuple[str, str]]
) -> None:
    out_of(capsys, *words)
    asked = [case for trials in fake_engine.commands for case in trials.cases]
    assert asked == [Case(rule=rule, price=price) for rule, price in cases]


def test_the_days_are_counted_back_from_today_or_named(fake_engine: Any, capsys: Capture) -> None:
    out_of(capsys, "--days", "3", "--rule", "equal")
    out_of(capsys, "--from", "2026-03-28", "--to", "2026-03-30", "--rule", "equal")
    back, named = fake_engine.commands[0], fake_engine.commands[-1]
    assert back.end - back.first == timedelta(days=3)
    assert (named.first, named.end) == (date(2026, 3, 28), date(2026, 3, 30))


@pytest.mark.usefixtures("fake_engine")
def test_one_house_is_told_in_full(capsys: Capture) -> None:
    told = out_of(capsys, "--rule", "equal", "--house", "test1")
    assert "1       2.000  0.000      0.000    0.000  0.20    0.00   0.40" in told
    assert "2       2.000  0.000      0.000    0.000  0.20    0.25   0.65" in told


@pytest.mark.usefixtures("fake_engine")
def test_the_document_is_exact(capsys: Capture) -> None:
    told = json.loads(out_of(capsys, "--rule", "equal", "--rule", "static", "--json"))
    now, equal, static = told["cases"]
    assert (now["rule"], now["price"], now["saved"], now["spread"]) == (
        "pro-rata", "0.10", 0.44, 0.36,
    )  # fmt: skip
    assert [house["gain"] for house in equal["houses"]] == [0.25, -0.25]
    assert (static["refused"], static["saved"]) == ("the houses' keys sum to 0", None)


def test_without_the_grids_prices_it_says_what_to_do(fake_engine: Any, capsys: Capture) -> None:
    fake_engine.grid_unknown = True
    assert "set retail and feed_in under [price]" in out_of(capsys, "--rule", "equal")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--days 0", "--days must be from 1 to 400"),
        ("--days 3 --from 2026-01-01 --to 2026-01-02", "either --days N, or --from DATE"),
        ("--from 2026-01-01", "either --days N, or --from DATE"),
        ("--from 2026-01-02 --to 2026-01-01", "its end must be later"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_what_cannot_be_is_one_paragraph(words: str, said: str, capsys: Capture) -> None:
    assert main(("compare", *words.split())) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert (told.out, told.err.count("\n")) == ("", 1)


@pytest.mark.usefixtures("fake_engine")
def test_a_house_without_a_past_is_named(capsys: Capture) -> None:
    assert main(("compare", "--rule", "equal", "--house", "nobody")) == 2
    assert 'no house "nobody" has a past' in capsys.readouterr().err
