"""The page of all keys, made from the key table: `make screenshots` writes it."""

from __future__ import annotations

from pathlib import Path

from console.tui.key import EVERY, Key, Needs
from console.tui.keys import TABLE
from console.tui.screens import REGISTRY

PAGE = Path(__file__).parent.parent / "docs" / "shortcuts.md"

_HEAD = """# Every key

![The help](pictures/help.svg)

Made from the table in `console/tui/keys.py`, as are the key line and the help (`?`).
A key that cannot act is dim in the key line and says why when it is pressed.

| screen | keys | does | needs |
|---|---|---|---|
"""

_PALETTE = """
## Typed places

`t` goes somewhere on the screen in front: a house, a time, a day, in the ledger a row or a
percentage. What is in the picture is chosen while it is typed; `esc` goes back to where the jump
began.

`:` or ctrl+p opens one line that names everything on every screen: all screens, houses, intervals,
orders, views, themes and the keys of all screens, each with its key, or with the reason where it
cannot act. What was used last stands first, filters too. Exact words lead at once:

| typed | leads to |
|---|---|
| `house test3` | the house |
| `interval 10:15`, `interval 2026-06-20 10:15`, `interval 10:15Z` | the interval on screen 3 |
| `date 2026-06-20`, `date yesterday` | the day's intervals on screen 3 |
| `ledger test3 13:00` | the ledger with this filter |
| `neighbourhood giving`, `events chain` | that screen with this filter |
| `filter WORDS` | the filter of the screen in front |
| `theme light` | another theme |
| `quit` | the shell; the engine goes on |
"""

_NEEDS = {
    Needs.NOTHING: "",
    Needs.OPERATE: "operator",
    Needs.KEY: "operator, unlocked",
    Needs.LOCK: "operator, locked",
    Needs.REPLAY: "a replay",
}


def page() -> str:
    """Return the whole page."""
    names = [entry.name for entry in REGISTRY if entry.digit]
    order = [*names[:1], "house", *names[1:], EVERY, "stand"]
    order += sorted({key.screen for key in TABLE} - set(order))
    rows = [_row(key) for name in order for key in TABLE if key.screen == name]
    return _HEAD + "".join(rows) + _PALETTE


def _row(key: Key) -> str:
    titles = {entry.name: f"{entry.digit} {entry.title}".strip() for entry in REGISTRY}
    title = titles.get(key.screen, "everywhere" if key.screen == EVERY else key.screen)
    does = key.help.replace("|", "\\|")
    return f"| {title} | `{key.shown}` | {does} | {_NEEDS[key.needs]} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
