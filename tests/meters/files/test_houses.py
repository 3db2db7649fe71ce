"""A file's names mean houses of the community, by their ids or as the operator says."""

from __future__ import annotations

import pytest

from console.errors import RecordingError, UsageError
from console.meters.files.houses import Houses

KNOWN = ("test1", "test2")


def test_ids_mean_themselves_and_names_what_is_said() -> None:
    houses = Houses("f", ["54144 88=test2", "old=-", "a=b=test1"], KNOWN)
    assert houses.find("test1", 2) == "test1"
    assert houses.find("54144 88", 2) == "test2"
    assert houses.find("a=b", 2) == "test1"
    assert houses.find("old", 2) is None


def test_one_house_alone_needs_no_name() -> None:
    houses = Houses("f", ["test2"], KNOWN)
    assert houses.find("", 2) == "test2"
    with pytest.raises(RecordingError, match=r"^f:9: other is a second house"):
        houses.find("other", 9)


def test_an_unknown_name_says_how_to_go_on() -> None:
    with pytest.raises(RecordingError, match=r"^f:3: there is no house meter 7") as raised:
        Houses("f", [], KNOWN).find("meter 7", 3)
    assert "--house 'meter 7=ID'" in raised.value.advice
    assert "test1, test2" in raised.value.advice


def test_a_file_without_a_name_asks_for_one() -> None:
    with pytest.raises(UsageError, match="does not say whose it is") as raised:
        Houses("f", [], KNOWN).find("", 3)
    assert "--house ID" in raised.value.advice


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        (["x=test9"], "there is no house test9"),
        (["-"], "there is no house -"),
        (["test1", "x=test2"], "for a file of one house"),
        (["x=test1", "x=test2"], "names x twice"),
    ],
)
def test_what_cannot_be_is_refused(wanted: list[str], text: str) -> None:
    with pytest.raises(UsageError, match=text):
        Houses("f", wanted, KNOWN)
