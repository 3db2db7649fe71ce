"""The phrase: a key as 24 words that a person can write on paper, and back.

Source: BIP 39, the English word list. The words are the key's 32 bytes themselves; no seed is
derived from them, so a wallet program that derives one shows another account.
"""

from __future__ import annotations

from functools import cache

from mnemonic import Mnemonic

from console.errors import KeyFileError

WORDS = 24
"""The words of a phrase."""

MOST_CHARACTERS = 1024
"""The longest text that is read as a phrase, characters."""

_ADVICE = "Look at the paper again: 24 words in their order, one blank between two."


def phrase_of(seed: bytes) -> str:
    """Return a key's bytes (32) as 24 words."""
    return _list().to_mnemonic(seed)


def bytes_of(phrase: str) -> bytes:
    """Return the bytes (32) of 24 words.

    Raises:
        KeyFileError: a word is none of the list, or they do not belong together.
    """
    words = phrase[: MOST_CHARACTERS + 1].lower().split()
    if len(words) != WORDS or len(phrase) > MOST_CHARACTERS:
        raise KeyFileError(
            f"a key is {WORDS} words or 64 hexadecimal digits; this is neither", advice=_ADVICE
        )
    known = _list().wordlist
    unknown = [str(place) for place, word in enumerate(words, 1) if word not in known]
    if unknown:
        # the places alone: the words next to them are the key's
        raise KeyFileError(f"no word of the list stands at {', '.join(unknown)}", advice=_ADVICE)
    try:
        return bytes(_list().to_entropy(words))
    except ValueError:
        raise KeyFileError(
            "these 24 words do not belong together: one is another, or two are exchanged",
            advice=_ADVICE,
        ) from None


@cache
def _list() -> Mnemonic:
    return Mnemonic("english")
