import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from console.safe_text import REPLACEMENT, safe_text

UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@given(st.text(), st.integers(1, 60))
def test_nothing_is_left_that_a_terminal_could_obey(text: str, limit: int) -> None:
    safe = safe_text(text, limit)
    assert len(safe) <= limit
    assert not any(unicodedata.category(character) in UNSAFE for character in safe)


def test_escapes_bidi_and_clipboard_writes_are_replaced() -> None:
    hostile = "\x1b]52;c;aGk=\x07‮\x9b31m\x00"
    safe = safe_text(hostile)
    assert safe == f"{REPLACEMENT}]52;c;aGk={REPLACEMENT * 3}31m{REPLACEMENT}"


def test_combining_marks_do_not_pile_up() -> None:
    assert safe_text("e" + "\u0301" * 50 + "x") == "e" + "\u0301" * 3 + "x"


def test_neither_do_marks_that_combine_with_nothing_by_rule() -> None:
    assert safe_text("e" + "\u20dd\u0301\ufe0f" * 50 + "x") == "e\u20dd\u0301\u20ddx"


def test_a_mark_without_a_base_does_not_fall_on_what_stands_before() -> None:
    assert safe_text("\u0301\u0489abc") == "abc"


@given(st.text(st.characters() | st.sampled_from("👍🏽❤️🏳️🇫🇮1️⃣漢ﷺ한ᄀ\u0301")))
def test_no_character_changes_the_width_of_another(text: str) -> None:
    safe = safe_text(text)
    assert cell_len(safe) == sum(map(cell_len, safe))


def test_flags_are_letters_and_hands_have_no_tone() -> None:
    assert safe_text("🇫🇮 👍🏽 ❤️") == "FI 👍 ❤"


def test_what_is_cut_says_so() -> None:
    assert safe_text("abcdef", 4) == "abc…"
    assert safe_text("abcd", 4) == "abcd"
    assert safe_text("e" + "\u0301" * 10_000, 10) == "e\u0301\u0301\u0301…"


def test_markup_stays_plain_text() -> None:
    assert safe_text("[@click=app.settle]CLAIM[/]") == "[@click=app.settle]CLAIM[/]"
