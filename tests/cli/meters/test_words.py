"""What options say of a meter becomes what its profile takes, or one sentence."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.cli.meters.words import described_of, params_of
from console.errors import UsageError
from console.meters.catalogue import load_profile


def test_parameters_are_taken_by_name() -> None:
    assert params_of(["uuid=a=b", "x=1"]) == {"uuid": "a=b", "x": "1"}


def test_a_generic_meter_is_described_word_by_word() -> None:
    described = described_of(
        [
            "path=/status.json",
            "import=[0].in",
            "import=more",
            'export=[{ expr = "out", scale = -1 }]',
            'power="emdata:0".now',
            "units.energy=kWh",
            "units.power=W",
            "register=device",
            "balancing=single",
            "timeout=7",
        ]
    )

    assert described == {
        "path": "/status.json",
        "import": ["[0].in", "more"],
        "export": [{"expr": "out", "scale": -1}],
        "power": ['"emdata:0".now'],
        "units": {"energy": "kWh", "power": "W"},
        "register": "device",
        "balancing": "single",
        "timeout": 7,
    }
    profile = load_profile("generic", described=described)
    assert profile.paths == {"": "/status.json"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["path"], "has no value"),
        (["=x"], "has no value"),
        (["path=/a", "path=/b"], "stands there twice"),
        (["units.energy=Wh", "units.energy=kWh"], "stands there twice"),
        (["units=5", "units.energy=Wh"], "as a table and as a value"),
        (["url=http://x"], "that is said by --meter-url"),
        (["../x=1"], "is no key of a meter"),
        (["path=/a\nurl = 1"], "no line of text"),
        (["path=" + "x" * 400], "longer than"),
        ([f"a{n}=1" for n in range(40)], "32 times at most"),
    ],
)
def test_what_cannot_be_is_one_sentence(words: list[str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        described_of(words)


def test_a_parameter_stands_there_once() -> None:
    with pytest.raises(UsageError, match="twice"):
        params_of(["a=1", "a=2"])


@given(st.lists(st.text(max_size=60), max_size=4))
def test_whatever_is_typed_is_taken_or_refused(words: list[str]) -> None:
    for take in (described_of, params_of):
        with contextlib.suppress(UsageError):
            assert len(take(words)) <= len(words)
