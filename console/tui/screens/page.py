"""The page: a screen over the others with lines to read and a key line of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar, cast

from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widget import Widget

from console.tui import keys
from console.tui.cells import Line
from console.tui.look import Look
from console.tui.screens.steady import Steady
from console.tui.widgets.keyline import Keys, draw_keys
from console.tui.widgets.lines import Lines
from console.tui.widgets.topbar import Bar, draw_identity

if TYPE_CHECKING:
    from console.tui.app import MosaicApp

State = TypeVar("State")


class PageScreen(Steady, ModalScreen[None], Generic[State]):
    """One widget of lines above the key line; a subclass names its keys in `NAME`.

    It calls `draw` with each state of the page, and writes one `action_NAME` for each key.
    """

    NAME: ClassVar[str] = ""
    """The page's name in the key table."""
    AUTO_FOCUS = ""
    DEFAULT_CSS: ClassVar[str] = """
    PageScreen { layout: vertical; background: $background; }
    PageScreen #badges { height: 1; }
    PageScreen #keys { height: 1; }
    """

    def __init__(self, drawing: Callable[[State, int], list[Line]]) -> None:
        """Take the pure function from a state and a width in cells to lines."""
        super().__init__()
        self._drawing = drawing

    def compose(self) -> ComposeResult:
        """Give the page and its key line."""
        ascii_ = self.look.glyphs.ascii
        yield Lines[Bar](draw_identity, id="badges", ascii=ascii_)
        yield Lines[State](self._drawing, id="page", ascii=ascii_)
        yield from self.compose_foot()
        yield Lines[Keys](draw_keys, id="keys", ascii=ascii_)

    def compose_foot(self) -> list[Widget]:
        """Return the widgets between the page and the key line."""
        return []

    @property
    def mosaic(self) -> MosaicApp:
        """The console's app."""
        return cast("MosaicApp", self.app)

    @property
    def look(self) -> Look:
        """How to draw it."""
        return self.mosaic.look

    @property
    def page(self) -> Lines[State]:
        """The page's widget."""
        return self.query_one("#page", Lines)

    def draw(self, state: State) -> None:
        """Draw the page as it stands, and its keys.

        Args:
            state: what the drawing takes.
        """
        self.page.show(state)
        self._draw_badges()
        own = tuple(keys.keys_of(self.NAME))
        idle = frozenset(key.action for key in own if self.reason(key.action))
        self.query_one("#keys", Lines).show(Keys(keys=own, idle=idle, look=self.look))

    def arrive(self) -> None:
        """Draw the badges as the newest snapshot has them."""
        if self.is_mounted:
            self._draw_badges()

    def _draw_badges(self) -> None:
        alarm = self.mosaic.appearance.inks.alarm
        bar = Bar(snapshot=self.mosaic.snapshot, look=self.look, alarm=alarm)
        self.query_one("#badges", Lines).show(bar)

    def reason(self, action: str) -> str:
        """Return why an action cannot be done now; empty where it can."""
        return ""

    async def action_attempt(self, action: str) -> None:
        """Do an action of the page's keys where it can be done.

        Args:
            action: its name.
        """
        if not self.reason(action):
            await self.run_action(action)

    def action_leave(self) -> None:
        """Go back to the screen below."""
        self.dismiss()
