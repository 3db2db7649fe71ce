"""The console's screen: top bar, body, notice and key line, and what every screen can do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.timer import Timer
from textual.worker import WorkType

from console.errors import MosaicError
from console.model.snapshot import Access, Snapshot
from console.tui import keys
from console.tui.key import EVERY, Key, Needs
from console.tui.screens.replaying import Replaying
from console.tui.widgets.bar import TopBar
from console.tui.widgets.filterline import FilterLine
from console.tui.widgets.keyline import Keys, draw_keys
from console.tui.widgets.lines import Lines
from console.tui.widgets.noticeline import Notice, draw_notice
from console.tui.widgets.topbar import Bar, bar_rows

Answer = TypeVar("Answer")

NOTICE_SECONDS = 6.0
"""Loop seconds for which a notice stands."""


def unmet(needs: Needs, snapshot: Snapshot | None, *, silent: bool) -> str:
    """Return why what an action needs is not there, as a sentence; empty where it is.

    Args:
        needs: what it needs.
        snapshot: the newest one; None before the first.
        silent: whether the engine is silent.
    """
    if needs is Needs.NOTHING:
        return ""
    if snapshot is None or silent:
        return "No engine answers: nothing can be commanded until it does."
    if snapshot.place.access is not Access.OPERATE:
        return "Watching only: commands need the operator's console, mosaic run."
    if needs is Needs.KEY and snapshot.head.locked:
        return "Locked: the engine has no key. u gives it."
    if needs is Needs.LOCK and not snapshot.head.locked:
        return "The engine has its key."
    if needs is Needs.REPLAY and snapshot.head.playing is None:
        return "Nothing is replayed here; that is: mosaic replay FILE --console"
    return ""


class ConsoleScreen(Replaying):
    """A screen under the top bar.

    A subclass names itself in `NAME`, gives its widgets in `compose_body`, draws a snapshot in
    `show`, and writes one `action_NAME` for each action of its keys. What needs an answer of the
    engine goes through `ask`.
    """

    AUTO_FOCUS = ""
    CHOICES: ClassVar[Mapping[str, str]] = {}
    """The orders and views that the palette names, each with the action of its key."""
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings(EVERY)
    DEFAULT_CSS: ClassVar[str] = """
    ConsoleScreen { layout: vertical; layers: base over; background: $background; }
    ConsoleScreen #bar { height: 2; }
    ConsoleScreen #notice { height: 1; }
    ConsoleScreen #keys { height: 1; }
    """

    def __init__(self) -> None:
        """Begin without a notice."""
        super().__init__()
        self.recalled = False
        """Whether the screen has taken what was remembered; before, it has nothing to remember."""
        self._notice = ""
        self._rows = 2
        self._notice_timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Put the body between the bars."""
        ascii_ = self.look.glyphs.ascii
        yield TopBar(id="bar", ascii=ascii_)
        yield from self.compose_body()
        yield Lines[Notice](draw_notice, id="notice", ascii=ascii_)
        yield Lines[Keys](draw_keys, id="keys", ascii=ascii_)

    @property
    def keys(self) -> list[Key]:
        """The screen's keys in the order of the key line."""
        return keys.keys_of(self.NAME)

    def compose_body(self) -> ComposeResult:
        """Give the widgets between top bar and notice."""
        yield from ()

    def show(self, snapshot: Snapshot) -> None:
        """Draw a snapshot; called for every one while the screen is in front."""

    def sentence(self, snapshot: Snapshot) -> str:
        """Return what the notice line says while there is no notice.

        Args:
            snapshot: the newest snapshot.
        """
        if snapshot.head.locked and snapshot.place.access is Access.OPERATE:
            return "Reads, stores, follows; settles nothing without its key.   u unlock"
        return snapshot.head.sentence

    def remembered(self) -> dict[str, str]:
        """Return what this console shall show here next time: view, order, filter and the like."""
        return {}

    def recall(self, kept: Mapping[str, str]) -> None:
        """Take what was remembered, before the first snapshot is drawn.

        Args:
            kept: what `remembered` gave, perhaps of another version: the unknown is ignored.
        """

    def choose(self, words: str) -> None:
        """Take an order or a view by its name in the palette.

        Args:
            words: one of `CHOICES`.
        """

    def filter_by(self, words: str) -> bool:
        """Show only what passes a filter; return whether there is one here.

        Args:
            words: the filter's words; empty for everything.
        """
        lines = list(self.query("#filter").results(FilterLine))
        for line in lines:
            line.value = words
        return bool(lines)

    def filter_or_tell(self, words: str) -> None:
        """Show only what passes a filter; say so where there is none here."""
        if not self.filter_by(words):
            self.notice("This screen has no filter.")

    def on_filter_line_kept(self, event: FilterLine.Kept) -> None:
        """Let the palette offer the filter again."""
        self.mosaic.use(f"{self.NAME} {event.text}")

    def label(self, action: str) -> str:
        """Return what the key line calls an action now; empty for the table's word."""
        return ""

    def reason(self, action: str) -> str:
        """Return why an action cannot be done now, as a sentence; empty where it can.

        A subclass adds its own reasons before or after these.

        Args:
            action: the action's name in the key table.
        """
        if action == "jump" and self.snapshot is None:
            return "Nothing is here yet: no engine has answered."
        if action == "record" and self.playing is not None:
            return "What is replayed is recorded already."
        key = keys.key_of(self.NAME, action)
        silent = self.mosaic.silent_since is not None
        return unmet(key.needs, self.snapshot, silent=silent) if key is not None else ""

    def arrive(self) -> None:
        """Draw bars and body from what the app holds now; nothing before and after its life."""
        if not (self.is_mounted and self.children):
            return
        if not self.recalled and self.snapshot is not None:
            self.recalled = True
            self.recall(self.mosaic.memory.of(self.mosaic.community, self.NAME))
        self.draw_bars()
        if self.snapshot is not None:
            self.show(self.snapshot)

    def draw_bars(self) -> None:
        """Draw the top bar, the notice and the key line; nothing before and after their life."""
        if not self.query("#keys"):
            return
        snapshot = self.snapshot
        self.set_class(self.mosaic.silent_since is not None, "silent")
        bar = self.query_one("#bar", Lines)
        rows = bar_rows(snapshot, silent=self.mosaic.silent_for is not None)
        if rows != self._rows:
            self._rows = rows
            bar.styles.height = rows
        bar.show(
            Bar(
                snapshot=snapshot,
                look=self.look,
                silent=self.mosaic.silent_for,
                alarm=self.mosaic.appearance.inks.alarm,
                compare="enter" if self.NAME == "settlement" else "3, then enter",
            )
        )
        standing = self.sentence(snapshot) if snapshot is not None else "Asking the engine."
        if self.mosaic.paused:
            standing = "The picture stands still; the data flows on.   space goes on"
        self.query_one("#notice", Lines).show((self._notice or standing, self.look))
        own = tuple(self.keys)
        self.query_one("#keys", Lines).show(
            Keys(
                keys=own,
                labels={key.action: word for key in own if (word := self.label(key.action))},
                idle=self.idle,
                look=self.look,
            )
        )

    def notice(self, text: str, seconds: float = NOTICE_SECONDS) -> None:
        """Say something above the key line for a while.

        Args:
            text: one sentence, of any origin.
            seconds: for how long, loop time.
        """
        if self._notice_timer is not None:
            self._notice_timer.stop()
        self._notice = text
        self._notice_timer = self.set_timer(seconds, self.forget_notice)
        if self.is_mounted:
            self.draw_bars()

    def forget_notice(self) -> None:
        """Say no more what was noticed."""
        self._notice = ""
        self.draw_bars()

    def ask(
        self,
        question: Callable[[], Awaitable[Answer]],
        answer: Callable[[Answer], object],
        *,
        group: str = "question",
    ) -> None:
        """Ask the engine without waiting; an error becomes a notice.

        Args:
            question: makes the call; a newer question of the group ends an older one.
            answer: takes the answer.
            group: which questions replace each other.
        """

        async def work() -> None:
            try:
                got = await question()
            except MosaicError as error:
                self.notice(error.paragraph)
            else:
                answer(got)

        asked: WorkType[None] = work
        self.run_worker(asked, group=group, exclusive=True)

    def choose_interval(self, start: datetime) -> None:
        """Choose an interval, where the screen has any.

        Args:
            start: its start, aware UTC.
        """

    def on_screen_suspend(self) -> None:
        """Remember how the screen is left."""
        self.mosaic.keep(self)

    def on_screen_resume(self) -> None:
        """Draw what has arrived while another screen was in front."""
        self.arrive()

    def action_record(self) -> None:
        """Begin to record what is polled, or end it."""
        from console.tui.screens.recording import switch_recording

        switch_recording(self)

    async def action_attempt(self, action: str) -> None:
        """Do an action of the key table, or say why it cannot be done.

        Args:
            action: its name.
        """
        if reason := self.reason(action):
            self.notice(reason)
        else:
            await self.run_action(action)
