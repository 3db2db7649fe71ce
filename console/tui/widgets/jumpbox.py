"""The jump: one line of typing and the places it may mean, over the foot of the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup
from textual.widgets import Input

from console.tui.widgets.lines import Lines
from console.tui.widgets.sought import HEAD, Place, Sought, draw_sought, ranked
from console.tui.widgets.typed import TypedLine

if TYPE_CHECKING:
    from console.tui.app import MosaicApp

MOST = 8
"""The places that are shown."""


class JumpBox(VerticalGroup):
    """Lists places while letters are typed; enter goes to the chosen one, esc back.

    The picture behind follows to places that are in it; what must be asked for waits for enter.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "drop", show=False),
        Binding("up,ctrl+p,shift+tab", "choose(-1)", show=False, priority=True),
        Binding("down,ctrl+n,tab", "choose(1)", show=False, priority=True),
    ]
    DEFAULT_CSS: ClassVar[str] = """
    JumpBox { layer: over; dock: bottom; margin: 0 0 1 0; background: $background; }
    JumpBox Lines { height: 2; }
    JumpBox Input, JumpBox Input:focus { background: $background; }
    JumpBox Input.-textual-compact { padding: 0 3; }
    """

    def __init__(
        self,
        places: Callable[[str], Iterable[Place]],
        back: Callable[[], object],
        help: str,
    ) -> None:
        """Take where one can go.

        Args:
            places: gives the places for what is typed, those of the screen first.
            back: goes back to where the jump began.
            help: what may be typed.
        """
        super().__init__()
        self._places = places
        self._back = back
        self._help = help
        self._found: tuple[Place, ...] = ()
        self._chosen = 0

    def compose(self) -> ComposeResult:
        """Give the list and the line below it."""
        ascii_ = self._mosaic.look.glyphs.ascii
        yield Lines[Sought](draw_sought, id="places", ascii=ascii_)
        yield TypedLine(placeholder=self._help, max_length=64, compact=True, id="typed")

    def on_mount(self) -> None:
        """Begin to type."""
        self.screen.set_focus(self.query_one(Input))
        self._seek("")

    @property
    def _mosaic(self) -> MosaicApp:
        return cast("MosaicApp", self.app)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look for places, and let the picture follow to the best of those in it."""
        event.stop()
        self._seek(event.value)
        if event.value.strip():
            self._follow()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to the chosen place; where there is none stay and say so."""
        event.stop()
        if not event.value.strip():
            self.action_drop()
        elif self._found:
            place = self._found[self._chosen]
            self._close()
            place.go()

    def on_lines_clicked(self, event: Lines.Clicked) -> None:
        """Go to the clicked place."""
        event.stop()
        index = event.line - HEAD
        if 0 <= index < len(self._found):
            self._close()
            self._found[index].go()

    def action_choose(self, steps: int) -> None:
        """Choose another place of the list.

        Args:
            steps: 1 or -1.
        """
        if self._found:
            self._chosen = (self._chosen + steps) % len(self._found)
            self._draw()
            self._follow()

    def action_drop(self) -> None:
        """Go back to where the jump began."""
        self._close()
        self._back()

    def _seek(self, typed: str) -> None:
        self._found = ranked(self._places(typed), typed, MOST)
        self._chosen = 0
        self._draw()

    def _draw(self) -> None:
        lines = self.query_one("#places", Lines)
        lines.styles.height = HEAD + max(1, len(self._found))
        none = f"no such place here; {self._help}"
        look = self._mosaic.look
        lines.show(Sought(places=self._found, chosen=self._chosen, none=none, look=look))

    def _follow(self) -> None:
        if self._found and self._found[self._chosen].near:
            self._found[self._chosen].go()

    def _close(self) -> None:
        self.screen.set_focus(None)
        self.remove()
