"""The keys: one table from which bindings, the key line and the help are made."""

from __future__ import annotations

from collections.abc import Iterable

from textual.binding import Binding, BindingType

from console.tui.key import EVERY, Key, Needs, attempt, moves, pages

TABLE: tuple[Key, ...] = (
    # 1 Neighbourhood
    moves("neighbourhood", "↑↓←→", "move", "Choose a house; hjkl do the same."),
    pages("neighbourhood"),
    Key("neighbourhood", "enter", (("enter", "open"),), "open", "Show the chosen house.", rank=9),
    Key("neighbourhood", "/", (("slash", "filter"),), "filter",
        "Show only houses whose name, id or state has these letters; !word turns it round.",
        rank=8),
    Key("neighbourhood", "o", (("o", "order"),), "order",
        "Order by name, power, age or what was traded today; once turned round, then the next.",
        rank=7),
    Key("neighbourhood", "b", (("b", "group"),), "by state",
        "Group by state: givers, takers, balanced, stale and lost, each under a heading.", rank=0),
    Key("neighbourhood", "v", (("v", "view"),), "view", "Cards, rows or dots.", rank=7),
    Key("neighbourhood", "s", (("s", "settle"),), "settle",
        "Preview settling the oldest closed interval, then ask.", Needs.KEY, rank=6),
    Key("neighbourhood", "a", (("a", "auto"),), "auto",
        "Let intervals settle by themselves, or not.", Needs.OPERATE, rank=3),
    # one house
    Key("house", "esc", (("escape", "leave"),), "back", "Back to the neighbourhood.", rank=9),
    moves("house", "←→", "day", "The day before, the day after."),
    moves("house", "↑↓", "", "Choose an interval, or a day of the week or month.", rank=0),
    pages("house"),
    Key("house", "w", (("w", "span"),), "week", "The day, its week or its month.", rank=8),
    Key("house", "m", (("m", "meter"),), "meter",
        "The meter's page: polls, errors, answers, registers; again goes back.", rank=2),
    Key("house", "L", (("L", "ledger"),), "ledger",
        "The house's rows in the ledger; esc comes back.", rank=2),
    Key("house", "enter", (("enter", "open"),), "interval",
        "Show the chosen interval on screen 3, or the chosen day here.", rank=8),
    # 2 Flows
    moves("flows", "←→", "interval", "The interval before, the interval after."),
    moves("flows", "↑↓", "", "Choose a house.", rank=0),
    Key("flows", "pgup pgdn home end",
        (("pageup,ctrl+b", "move('page_up')"), ("pagedown,ctrl+f", "move('page_down')"),
         ("home,g", "move('home')"), ("end,G", "move('end')")), "",
        "In the matrix: the buyers to the left, to the right, the first, the last.", rank=0),
    Key("flows", "m", (("m", "matrix"),), "matrix", "Swap ribbons and matrix.", rank=7),
    Key("flows", "p", (("p", "play"),), "play the day",
        "Run through the day to the newest interval; again, or space, pauses and goes on.",
        rank=7),
    Key("flows", "+ -", (("plus,equals_sign", "pace('faster')"), ("minus", "pace('slower')")), "",
        "Play faster, slower.", rank=0),
    Key("flows", "enter", (("enter", "open"),), "house", "Show the chosen house.", rank=8),
    # 3 Settlement
    moves("settlement", "↑↓", "interval", "Choose an interval."),
    moves("settlement", "←→", "", "The day before, the day after.", rank=0),
    pages("settlement"),
    Key("settlement", "/", (("slash", "filter"),), "filter",
        "Only some intervals: held, final, 13:00, 12:00..14:00, words of the note; !word turns it"
        " round.", rank=0),
    Key("settlement", "enter", (("enter", "open"),), "rows",
        "Show the interval's rows in the ledger; of a halted one, its parts side by side.", rank=9),
    Key("settlement", "P", (("P", "provisional"),), "provisional",
        "Settle without the houses that are not known; asks first.", Needs.KEY, rank=8),
    Key("settlement", "W", (("W", "wait"),), "wait",
        "Keep waiting for the missing houses; who decided it is recorded.", Needs.OPERATE, rank=8),
    Key("settlement", "s", (("s", "settle"),), "settle",
        "Preview settling the chosen interval, then ask.", Needs.KEY, rank=3),
    Key("settlement", "S", (("S", "settle_all"),), "settle all",
        "Look at all that are due, then ask once; esc leaves the rest unsettled.", Needs.KEY,
        rank=0),
    Key("settlement", "a", (("a", "auto"),), "auto",
        "Let intervals settle by themselves, or not.", Needs.OPERATE, rank=6),
    # 4 Ledger
    moves("ledger", "↑↓", "row", "Choose a row."),
    pages("ledger"),
    Key("ledger", "enter", (("enter", "open"),), "detail",
        "The transfer that proves the row.", rank=9),
    Key("ledger", "/", (("slash", "filter"),), "filter",
        "Only some rows: test1 producer:test1 13:00 2026-06-21 block:9 state:sealed; !word turns it"
        " round.", rank=8),
    Key("ledger", "o", (("o", "order"),), "order",
        "By time, producer, consumer, energy or amount; once turned round, then the next.", rank=3),
    Key("ledger", "w", (("w", "write"),), "write",
        "Write the rows that pass into a CSV and a JSON lines file.", rank=7),
    Key("ledger", "y", (("y", "copy"),), "copy",
        "Copy the row; again: its transaction, JSON, CSV.", rank=6),
    # 5 Bills
    moves("bills", "←→", "period", "The period before, the period after."),
    moves("bills", "↑↓", "house", "Choose a house."),
    pages("bills"),
    Key("bills", "enter", (("enter", "open"),), "statement",
        "Put the house's statement over the table, where it does not stand beside it.", rank=8),
    Key("bills", "A", (("A", "approve"),), "approve",
        "Approve the drafts of all houses: they never change again.", Needs.OPERATE, rank=8),
    Key("bills", "a", (("a", "approve_house"),), "this one",
        "Approve the chosen house's draft alone.", Needs.OPERATE, rank=2),
    Key("bills", "p", (("p", "paid"),), "paid",
        "Mark the chosen house's approved bills as paid.", Needs.OPERATE, rank=8),
    Key("bills", "w", (("w", "write"),), "write html",
        "Write a printable page for each house into a file.", rank=7),
    Key("bills", "y", (("y", "copy"),), "copy", "Copy the statement.", rank=6),
    # 6 Events
    moves("events", "↑↓", "", "Choose a line.", rank=0),
    pages("events"),
    Key("events", "enter", (("enter", "open"),), "open",
        "Go to the house, the lost houses or the interval it is about.", rank=9),
    Key("events", "K", (("K", "acknowledge"),), "acknowledge",
        "Say that it was seen, all of a flood; who and when is kept.", Needs.OPERATE, rank=8),
    Key("events", "V", (("V", "shelve"),), "shelve",
        "Put it aside with a reason and an end; on the shelf: take it off.", Needs.OPERATE,
        rank=8),
    Key("events", "v", (("v", "view"),), "shelved", "List what is shelved, or what stands.",
        rank=0),
    Key("events", "/", (("slash", "filter"),), "filter",
        "Only lines with these words; !word turns it round.", rank=7),
    # the stand
    Key("stand", "c", (("c", "cloud"),), "cloud", "A cloud passes."),
    Key("stand", "e", (("e", "car"),), "car", "A car starts charging."),
    Key("stand", "s", (("s", "settle"),), "settle", "Run to the next edge and settle."),
    Key("stand", "space", (("space", "next"),), "next", "The next screen."),
    # pages over the screens
    moves("help", "↑↓", "scroll", "Scroll by a line."),
    pages("help"),
    Key("help", "esc", (("escape,question_mark,q,f1,enter", "leave"),), "back",
        "Back to the screen.", rank=9),
    moves("settings", "↑↓", "value", "Choose a value, or the new house."),
    Key("settings", "enter", (("enter", "edit"),), "edit", "Type another value.", rank=9),
    Key("settings", "w", (("w", "write"),), "write",
        "Show the difference, then ask; only then is the file written.", rank=9),
    Key("settings", "esc", (("escape,q", "leave"),), "back",
        "Back; what was not written is forgotten.", rank=9),
    Key("version", "q", (("q,escape", "quit"),), "quit",
        "Leave the console; the engine goes on.", rank=9),
    # every screen
    Key("flows", "y", (("y", "copy"),), "copy",
        "Copy the whole matrix as a table with tabs.", rank=0),
    Key("flows", "Z", (("Z", "utc"),), "UTC", "Times in UTC, or local.", rank=2),
    Key("ledger", "Z", (("Z", "utc"),), "UTC", "Times in UTC, or local.", rank=5),
    Key("house", "y", (("y", "copy"),), "copy", "Copy the house's line.", rank=5),
    Key(EVERY, "1–6", tuple((digit, f"screen('{digit}')") for digit in "123456"), "screens",
        "Neighbourhood, flows, settlement, ledger, bills, events.", rank=9),
    Key(EVERY, ":", (("colon,ctrl+p", "palette"),), "palette",
        "Everything by name: screens, commands, orders, views, houses, filters used last.", rank=1),
    Key(EVERY, "t", (("t", "jump"),), "go to",
        "Go to a house, a time, a day or a row as you type it; what is in the picture is shown"
        " at once, esc goes back.", rank=0),
    Key(EVERY, "?", (("question_mark,f1", "help"),), "help", "This page.", rank=9),
    Key(EVERY, "Z", (("Z", "utc"),), "UTC", "Times in UTC, or local.", rank=0),
    Key(EVERY, "T", (("T", "theme"),), "theme",
        "The next theme: dark, light, contrast, colour-blind, sixteen, plain.", rank=0),
    Key(EVERY, "C", (("C", "settings"),), "settings",
        "Prices, limits and houses: what config.toml says, and another thing for it to say.",
        Needs.OPERATE, rank=0),
    Key(EVERY, "R", (("R", "record"),), "record",
        "Write what is polled into files that can be replayed, or write no more.",
        Needs.OPERATE, rank=0),
    Key(EVERY, "y", (("y", "copy"),), "copy", "Copy what is chosen.", rank=0),
    Key(EVERY, "ctrl+s", (("ctrl+s", "save"),), "save", "Write the screen into a file.", rank=0),
    Key(EVERY, "space", (("space", "pause"),), "pause",
        "Stop the picture; the data flows on. In a replay: pause it, or go on.", rank=0),
    Key(EVERY, "[ ]", (("left_square_bracket", "replay_speed('slower')"),
                       ("right_square_bracket", "replay_speed('faster')")), "",
        "In a replay: slower, faster.", Needs.REPLAY, rank=0),
    Key(EVERY, ".", (("full_stop", "replay_step"),), "step",
        "In a replay: go to the next reading and pause there.", Needs.REPLAY, rank=0),
    Key(EVERY, "< >", (("less_than_sign", "replay_interval('back')"),
                       ("greater_than_sign", "replay_interval('on')")), "",
        "In a replay: back to where the interval began, on to where it is settled.",
        Needs.REPLAY, rank=0),
    Key(EVERY, "J", (("J", "replay_to"),), "replay to",
        "In a replay: go to a time, also back.", Needs.REPLAY, rank=0),
    Key(EVERY, "u", (("u", "unlock"),), "unlock",
        "Give a locked engine its passphrase; it is typed unseen and not kept here.",
        Needs.LOCK, rank=0),
    Key(EVERY, "esc", (("escape", "leave"),), "leave", "Leave what is open.", rank=0),
    Key(EVERY, "q", (("q", "quit"),), "quit", "Leave the console; the engine goes on.", rank=9),
)  # fmt: skip
"""All keys, in the order of the key line."""

ALONE = ("stand", "help", "settings", "version")
"""The screens that have their own keys alone."""

SHORT = {"screens": ""}
"""Labels that a narrow key line leaves out while it keeps the key."""


def keys_of(screen: str) -> list[Key]:
    """Return a screen's keys, its own first; one of its own hides a common one of that action.

    The stand and the pages have only their own.
    """
    own = [key for key in TABLE if key.screen == screen]
    taken = {key.action for key in own}
    if screen in ALONE:
        return own
    return own + [key for key in TABLE if key.screen == EVERY and key.action not in taken]


def key_of(screen: str, action: str) -> Key | None:
    """Return the key of an action on a screen, None where it has none."""
    return next((key for key in keys_of(screen) if key.action == action), None)


def bindings(screen: str) -> list[BindingType]:
    """Return Textual's bindings of a screen's own keys.

    An action without an argument is first asked whether it can act: `attempt('settle')`.
    """
    return list(_bindings(key for key in TABLE if key.screen == screen))


def _bindings(keys: Iterable[Key]) -> Iterable[Binding]:
    for key in keys:
        for names, action in key.binds:
            yield Binding(names, attempt(action), key.label, show=False)
