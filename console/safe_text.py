"""The only door for text from outside (meters, chain, config) to a screen or a log."""

from __future__ import annotations

import unicodedata

REPLACEMENT = "�"
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MOST_MARKS = 3


def safe_text(text: object, limit: int = 200) -> str:
    """Return text with nothing in it that a terminal could obey, at most `limit` characters.

    Control, format, private and unassigned characters become U+FFFD, no base character keeps
    more than three combining marks, and what is cut ends in an ellipsis. The result is plain
    text: it is never to be parsed as markup.

    Args:
        text: anything; its `str` is taken.
        limit: the most characters of the result, at least 1.
    """
    raw = str(text)
    kept: list[str] = []
    marks = 0
    for character in raw[: limit * (_MOST_MARKS + 1) + 1]:
        if unicodedata.combining(character):
            marks += 1
            if marks > _MOST_MARKS:
                continue
        else:
            marks = 0
        unsafe = unicodedata.category(character) in _UNSAFE
        kept.append(REPLACEMENT if unsafe else character)
    if len(kept) > limit or len(raw) > limit * (_MOST_MARKS + 1) + 1:
        return "".join(kept[: limit - 1]) + "…"
    return "".join(kept)
