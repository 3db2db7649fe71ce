"""Everywhere: what the keys that work on every screen do; each loads what it opens."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual.events import MouseScrollDown, MouseScrollUp
from textual.screen import Screen
from textual.worker import WorkType

from console.tui.save import save_text, text_in_sight
from console.tui.screens.steady import Steady
from console.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from datetime import datetime

    from console.model.snapshot import Snapshot
    from console.tui.app import MosaicApp
    from console.tui.look import Look
    from console.tui.widgets.sought import Place


class Everywhere(Steady, Screen[None]):
    """A screen's common actions, one for each common row of the key table."""

    NAME: ClassVar[str] = ""
    """The screen's name in the key table."""
    PLACES: ClassVar[str] = "go to: test3  13:15  yesterday  2026-06-21 13:00"
    """What may be typed into a jump."""

    @property
    def mosaic(self) -> MosaicApp:
        """The console's app."""
        return cast("MosaicApp", self.app)

    @property
    def look(self) -> Look:
        """How to draw at the moment."""
        return self.mosaic.look

    @property
    def snapshot(self) -> Snapshot | None:
        """The newest snapshot; None before the first."""
        return self.mosaic.snapshot

    @property
    def idle(self) -> frozenset[str]:
        """The actions of the key table that cannot act now."""
        return frozenset()

    def notice(self, text: str) -> None:
        """Say something for a while.

        Args:
            text: one sentence, of any origin.
        """

    def plain_text(self) -> str:
        """Return the screen as it is drawn, for a file."""
        return text_in_sight(self.query(Lines), self.size.height)

    def copy_text(self) -> str:
        """Return what `y` copies: what is chosen; empty where nothing is."""
        return ""

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Move as the arrow does."""
        self.action_move("down")

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Move as the arrow does."""
        self.action_move("up")

    def action_move(self, way: str) -> None:
        """Move the choice; a screen without one stays as it is.

        Args:
            way: `up`, `down`, `left`, `right`, `page_up`, `page_down`, `home` or `end`.
        """

    def action_screen(self, digit: str) -> None:
        """Open a screen by its digit."""
        self.mosaic.open_screen(digit)

    def action_leave(self) -> None:
        """Go back to the neighbourhood."""
        self.mosaic.open_screen("neighbourhood")

    def action_palette(self) -> None:
        """Open the command palette."""
        if not self.mosaic.kiosk:
            from console.tui.palette import SteadyPalette

            self.app.push_screen(SteadyPalette(placeholder="ledger, house test3, interval 10:15"))

    def places(self, typed: str) -> Iterable[Place]:
        """Return where a jump may go.

        Args:
            typed: what was typed; what it names exactly comes first.
        """
        from console.tui.screens.jumping import places

        return places(self, typed)

    def standing(self) -> Callable[[], object]:
        """Return what goes back to what is chosen now, for a jump that is dropped."""
        return lambda: None

    def has_house(self, house: str) -> bool:
        """Return whether a house can be chosen in the picture, which then follows a jump."""
        return False

    def has_interval(self, start: datetime) -> bool:
        """Return whether an interval can be chosen in the picture, likewise."""
        return False

    def go_to_house(self, house: str) -> None:
        """Go to a house, by its id."""
        self.mosaic.open_house(house)

    def go_to_interval(self, start: datetime) -> None:
        """Go to an interval, by its start, aware UTC."""
        self.mosaic.open_interval(start)

    def go_to_day(self, start: datetime) -> None:
        """Go to a local day, by its first instant, aware UTC."""
        self.mosaic.open_day(start)

    async def action_jump(self) -> None:
        """Begin to type where to go; the next key is typed into it already."""
        from console.tui.widgets.jumpbox import JumpBox

        if not self.query(JumpBox):
            await self.mount(JumpBox(self.places, self.standing(), self.PLACES))

    def action_help(self) -> None:
        """Show the keys of this screen."""
        from console.tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.NAME, self.idle))

    def action_utc(self) -> None:
        """Show times in UTC, or local again."""
        self.mosaic.utc = not self.mosaic.utc

    def action_theme(self) -> None:
        """Take the next theme."""
        self.mosaic.wear(self.mosaic.appearance.next)

    def action_settings(self) -> None:
        """Open the form over config.toml."""
        from console.tui.screens.settings import SettingsScreen

        self.app.push_screen(SettingsScreen(self.notice))

    def action_pause(self) -> None:
        """Stop the picture, or let it go on."""
        self.mosaic.paused = not self.mosaic.paused

    def action_unlock(self) -> None:
        """Ask for the passphrase and hand it to the engine."""
        from console.tui.screens.unlocking import UnlockingScreen

        def answered(unlocked: bool | None) -> None:
            if unlocked:
                self.notice("Unlocked: the engine settles again.")

        self.app.push_screen(UnlockingScreen(self.mosaic.engine.unlock), answered)

    def action_copy(self) -> None:
        """Copy what is chosen to the terminal's clipboard."""
        text = self.copy_text()
        if not text:
            self.notice("Nothing is chosen to copy.")
            return
        self.app.copy_to_clipboard(text)
        self.notice("Copied, where the terminal allows it; ctrl+s writes the screen to a file.")

    def action_save(self) -> None:
        """Write the screen into a file of the present folder."""
        now = self.snapshot.head.now if self.snapshot else None
        text = self.plain_text()
        save: WorkType[None] = partial(save_text, Path.cwd(), self.NAME, now, text, self.notice)
        self.run_worker(save, group="save")

    def action_quit(self) -> None:
        """Leave the console."""
        self.mosaic.leave()
