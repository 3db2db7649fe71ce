import pytest

from console import errors
from console.errors import InvariantBroken, MosaicError, RecordingError, StoreDamaged, invariant


def test_a_paragraph_says_what_is_wrong_and_what_to_do() -> None:
    error = RecordingError("seed.csv:3: not a whole number", advice="Write whole Wh.")
    assert error.paragraph == "Recording: seed.csv:3: not a whole number. Write whole Wh."
    quoted = RecordingError("seed.csv:1: the header is 'a, b'", advice="Write another.")
    assert quoted.paragraph == "Recording: seed.csv:1: the header is 'a, b'. Write another."
    assert MosaicError("it failed.").paragraph == "Something went wrong: it failed."


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    classes = {
        name: kind
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, MosaicError)
    }
    drawn = errors.__doc__ or ""
    assert [name for name in classes if name not in drawn] == []
    assert issubclass(StoreDamaged, errors.StoreError)


@pytest.mark.parametrize(
    ("kind", "status"),
    [(errors.UsageError, 2), (errors.EngineBusy, 75), (errors.ConfigError, 78), (MosaicError, 1)],
)
def test_exit_statuses_are_the_contracts(kind: type[MosaicError], status: int) -> None:
    assert kind("").exit_status == status


def test_what_must_hold_stops_with_its_reason() -> None:
    invariant(True, "never said")
    with pytest.raises(InvariantBroken, match="mint equals delivery"):
        invariant(0, "mint equals delivery")
