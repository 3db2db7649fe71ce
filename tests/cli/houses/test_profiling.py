"""What a new meter's profile asks of its house is asked of the operator, as often as it takes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from console.cli.houses import profiling
from console.cli.houses.expressions import expressions
from console.cli.questions import Questions
from console.config import read
from console.errors import UsageError
from console.meters.catalogue import load_profile
from console.settings import MeterSettings, Settings

METER = MeterSettings(profile="", url="http://127.0.0.1:9")


@pytest.fixture
def settings(folder: Path) -> Settings:
    return read(folder / "config.toml")


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Questions]:
    """Questions that are answered by somebody who types this."""

    def answer(*typed: str) -> Questions:
        left = list(typed)

        def prompt(_question: str, *, default: str | None, **_more: object) -> str:
            return left.pop(0) or default or ""

        monkeypatch.setattr("typer.prompt", prompt)
        questions = Questions(yes=False, otherwise="")
        questions.asks = True
        return questions

    return answer


def test_a_profile_is_chosen_and_its_parameters_are_asked_for(
    settings: Settings, answered: Callable[..., Questions]
) -> None:
    questions = answered("nosuch", "vzlogger", "", "a b", "a", "b", "")

    meter = profiling.with_choice(settings, questions, "barn", METER, needed=True)

    assert meter.profile == "vzlogger"
    assert meter.params == {"import_uuid": "a", "power_uuid": "b"}


def test_none_of_the_profiles_is_an_answer(
    settings: Settings, answered: Callable[..., Questions]
) -> None:
    assert profiling.with_choice(settings, answered(""), "barn", METER, needed=False) == METER


def test_a_meter_without_a_profile_is_described_answer_by_answer(
    answered: Callable[..., Questions],
) -> None:
    questions = answered(
        "status", "/status", "a[", "sum(a)", "a.in + b.in", "", "now", "MWh", "mW", "kW", "", ""
    )

    described = expressions(questions)

    assert described["import"] == ["a.in", "b.in"]
    assert described["export"] == []
    assert described["units"] == {"energy": "MWh", "power": "kW"}
    said = load_profile("generic", described=described).read(
        b'{"a": {"in": 1}, "b": {"in": 0.5}, "now": -2}'
    )
    assert (said.whole_import_wh, said.export_wh, said.whole_power_w) == (1_500_000, None, -2000)


def test_wrong_answers_come_to_an_end(answered: Callable[..., Questions]) -> None:
    with pytest.raises(UsageError, match="nothing was changed"):
        expressions(answered(*["no path"] * 6))
