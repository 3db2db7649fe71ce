"""Words that would command a terminal, a markup or a spreadsheet, if anyone let them.

Each carries a tag of plain letters, so that it can be told from all others where it is shown.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from itertools import count
from typing import NamedTuple

Make = Callable[[random.Random], str]

TAG = re.compile("#[0-9a-z]{3}[0-9]")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_C0 = [chr(code) for code in range(0x20)] + ["\x7f"]
_C1 = [chr(code) for code in range(0x80, 0xA0)]
_ENDS = ("\x07", "\x1b\\", "\x9c", "")
_HIDDEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e\u034f\u061c\ufff9\ufffa\ufffb\ufe0f\ufe0e"
_BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f"
_MARKS = "\u0300\u0301\u0323\u0327\u0336\u0489\u20dd\u20e3\u0e49\u0f74\u1ab0\u302a"
_NOWHERE = "\ue000\U000f0000\ufffe\U0001ffff\u0378\U000e0100\u2028\u2029\u0085"
_SPACES = "\u00a0\u2003\u3000\u3164\u2800\u115f\u200a\u1680"
_WIDE = (
    "漢字", "ＦＵＬＬ", "한글", "👍🏽", "👩\u200d👩\u200d👧\u200d👦", "🏳\ufe0f\u200d🌈", "🇫🇮",
    "1\ufe0f\u20e3", "🫠", "𠀀", "㋿", "︙",
)  # fmt: skip
_RTL = ("עברית", "العربية", "ﷺ", "\u0627\u0655", "ܐܒܓ", "߀߁", "\U0001e900")
_MARKUP = (
    "[bold red]{}[/]", "[/nope{}]", "[@click=app.quit]{}[/]", "[@click=app.bell()]{}",
    "[@click=screen.attempt('settle')]{}[/]", "[link='file:///{}']x[/link]", "[reverse {}",
    "[[{}]]", "\\[{}]", "[$accent on $error]{}[/]", "[@click=\"app.push_screen('{}')\"]go[/]",
    "[#ff0000]{}[/#ff0000]", "[not bold]{}", "{}]]>[/]",
)  # fmt: skip
_FORMULAS = (
    "=cmd|' /C calc'!A{}", "+SUM(A1:A{})", "-{}+2", "@SUM({})", '=HYPERLINK("http://{}")',
    "\t=1+{}", "'; DROP TABLE entry; --{}", '","{}","', "<script>alert({})</script>",
)  # fmt: skip
_FORMATS = (
    "%s%n%{}d", "{{0.__class__}}{}", "{{{}}}", "${{HOME}}{}", "$({})", "`id {}`", "\\x1b[{}m",
    "\\u202e{}", "\\ud83d\\ude{}", "&#27;[{}m", "%1b%5b{}", "\\N{{ESCAPE}}{}", "^[[{}J",
)  # fmt: skip
_TYPED = (
    "q", "s", "y\n", "a", "\x03", "\x04", "\x1a", "\x13", "\x1b[200~q\x1b[201~", "\x1bOP", "W",
    "P", "K", "\x18q", ":quit\r", "C", "w", "\r\r",
)  # fmt: skip
_STRINGS = (
    "52;c;cm0gLXJm", "52;p;?", "0;title", "2;title", "8;;http://x/\x1b\\go\x1b]8;;", "4;1;?",
    "10;?", "11;#ff0000", "104", "133;A", "777;notify;a;b", "1337;File=:AAAA", "9;4;1;50", "50;?",
    "7;file:///",
)  # fmt: skip
_CONTROL = (
    "{}J", "{}H", "6n", "?1049l", "?1049h", "?25l", "{}m", "38;2;{};0;0m", ">c", "c", "{}t", "21t",
    "!p", "?2004h", "?1000h", "?{}$p", "4h", "{}A", "{}X", "{}L", "1;{}r", ">4;2m", "=1u", "?5h",
    "{} q", "i", "5i", "?2026h",
)  # fmt: skip
_ESCAPES = (
    "c", "7", "8", "#8", "(0", ")0", "N", "O", "D", "M", "E", "H", "=", ">", "%G", "%@", "Z", "n",
    "|", " F", "6", "\\",
)  # fmt: skip


def _filled(forms: tuple[str, ...]) -> Make:
    return lambda chance: chance.choice(forms).format(chance.randint(1, 99))


def _drawn(signs: str | list[str], least: int, most: int) -> Make:
    return lambda chance: "".join(chance.choices(signs, k=chance.randint(least, most)))


def _osc(chance: random.Random) -> str:
    return f"\x1b]{chance.choice(_STRINGS)}{chance.choice(_ENDS)}"


def _string(chance: random.Random) -> str:
    opened = chance.choice(("P+q544e", "P$q m", "P0;1q#0~", "_Ga=T;AAAA", "^pm", "Xsos", "Ptmux;"))
    return f"\x1b{opened}{chance.choice(_ENDS)}"


def _c1(chance: random.Random) -> str:
    form = chance.choice(
        ("\x9b{}m", "\x9d52;c;eA==\x9c", "\x90q\x9c", "\x9b?1049l", "\x8d{}", "\x9f{}\x9c")
    )
    return form.format(chance.randint(1, 99)) + chance.choice(_C1)


def _mistaken(chance: random.Random) -> str:
    """The bytes of a C1 control in UTF-8, each read as a character of Latin-1."""
    return _c1(chance).encode().decode("latin-1")


def _stack(chance: random.Random) -> str:
    base = chance.choice(("", "Z", "漢", "א", " "))
    return base + _drawn(_MARKS, 1, 60)(chance)


def _long(chance: random.Random) -> str:
    unit = chance.choice(("x", "漢", "e\u0301", "[b]", "\x1b[0m", " ", "\u202e", "👍🏽", "%s"))
    return unit * chance.randint(100, 1500)


def _bidi(chance: random.Random) -> str:
    return f"a{chance.choice(_BIDI)}evil{chance.choice(_BIDI)}x{chance.choice(_BIDI)}"


CLASSES: dict[str, Make] = {
    "markup": _filled(_MARKUP),
    "osc": _osc,
    "csi": lambda chance: f"\x1b[{_filled(_CONTROL)(chance)}",
    "strings": _string,
    "escapes": lambda chance: f"\x1b{chance.choice(_ESCAPES)}",
    "c0": _drawn(_C0, 1, 6),
    "c1": _c1,
    "c1 as bytes": _mistaken,
    "lines": _drawn(["\n", "\r", "\t", "\v", "\f", "\b", "\r\n"], 1, 6),
    "bidi": _bidi,
    "hidden": _drawn(_HIDDEN, 1, 8),
    "nowhere": _drawn(_NOWHERE, 1, 4),
    "tags": lambda chance: "".join(chr(0xE0000 + ord(sign)) for sign in f"tag{chance.random()}"),
    "spaces": _drawn(_SPACES, 1, 6),
    "stacks": _stack,
    "wide": lambda chance: "".join(chance.choices(_WIDE, k=chance.randint(1, 4))),
    "rtl": lambda chance: "".join(chance.choices(_RTL, k=chance.randint(1, 3))),
    "long": _long,
    "formulas": _filled(_FORMULAS),
    "formats": _filled(_FORMATS),
    "typed": _drawn(list(_TYPED), 1, 4),
}
"""A maker of each class of hostile text."""


class Word(NamedTuple):
    """One hostile string."""

    tag: str
    """What it is found by: plain letters, no other word's."""
    kinds: tuple[str, ...]
    """The classes it is of."""
    text: str
    """All of it."""


def words(seed: int) -> Iterator[Word]:
    """Yield one word after the other, each class in turn, no two alike, without an end.

    Every second one begins with its tag, so that however narrow a column is, it can be told there;
    every other one has hostile text on both sides of it.
    """
    chance = random.Random(seed)
    names = list(CLASSES)
    for number in count():
        letters = (_DIGITS[number // 10 // 36**place % 36] for place in (2, 1, 0))
        # no mark can make another letter of a digit
        tag = f"#{''.join(letters)}{number % 10}"
        first = names[number // 2 % len(names)]
        second = chance.choice(names)
        before = "" if number % 2 == 0 else CLASSES[first if first != "long" else second](chance)
        after = CLASSES[first if number % 2 == 0 else second](chance)
        yield Word(tag, (first, second), f"{before[:24]}{tag}{after}")
