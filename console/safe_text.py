"""The only door for text from outside (meters, chain, config) to a screen or a log."""

from __future__ import annotations

import unicodedata

REPLACEMENT = "�"
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MARKS = frozenset({"Mn", "Me"})
_MOST_MARKS = 3
_SELECTORS = (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
_SKINS = range(0x1F3FB, 0x1F400)
_FLAGS = range(0x1F1E6, 0x1F200)
_OF_ONE_WIDTH: dict[int, str | None] = {
    **dict.fromkeys((*_SELECTORS, *_SKINS)),
    **{code: chr(ord("A") + number) for number, code in enumerate(_FLAGS)},
}
"""What would make its neighbour wider on one terminal and not on another, and what stands for it:
a flag's letters for the flag, nothing for a variation selector or a tone of skin."""


def safe_text(text: object, limit: int = 200) -> str:
    """Return text with nothing in it that a terminal could obey, at most `limit` characters.

    Control, format, private and unassigned characters become U+FFFD, a base character keeps three
    combining marks at most and none stands without one, each character is as wide as it is alone,
    and what is cut ends in an ellipsis. The result is plain text: it is never to be parsed as
    markup.

    Args:
        text: anything; its `str` is taken.
        limit: the most characters of the result, at least 1.
    """
    raw, most = str(text), limit * (_MOST_MARKS + 1) + 1
    kept: list[str] = []
    marks = _MOST_MARKS
    for character in raw[:most].translate(_OF_ONE_WIDTH):
        category = unicodedata.category(character)
        marks = marks + 1 if category in _MARKS else 0
        if marks <= _MOST_MARKS:
            kept.append(REPLACEMENT if category in _UNSAFE else character)
    if len(kept) > limit or len(raw) > most:
        return "".join(kept[: limit - 1]) + "…"
    return "".join(kept)
