"""The lines: only what changed is drawn again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.geometry import Region

from console.tui.cells import Line, cell
from console.tui.widgets.lines import Lines, changed_span

STYLES = [None, Style(bold=True), Style(color="red")]
TEXTS = st.text("ab漢", min_size=1, max_size=4)
SEGMENTS = st.builds(Segment, TEXTS, st.sampled_from(STYLES), st.none())


def cells_of(line: Line) -> list[tuple[str, Style | None]]:
    """A cell each; a wide character fills two."""
    return [
        (text, one.style)
        for one in line
        for character in one.text
        for text in ([character, ""] if character == "漢" else [character])
    ]


@given(st.lists(SEGMENTS, max_size=5), st.lists(SEGMENTS, max_size=5))
def test_the_span_holds_every_changed_cell(before: Line, after: Line) -> None:
    first, last = changed_span(before, after)
    old, new = cells_of(before), cells_of(after)
    blank = ("", None)
    for column in range(max(len(old), len(new))):
        was = old[column] if column < len(old) else blank
        now = new[column] if column < len(new) else blank
        if was != now:
            assert first <= column < last


class Sheet(App[None]):
    """One widget of lines that notes what it refreshes."""

    def __init__(self) -> None:
        super().__init__()
        self.regions: list[Region] = []

    def compose(self) -> ComposeResult:
        yield Noting(draw, id="lines")


class Noting(Lines[list[str]]):
    """Notes the regions of each refresh."""

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Noting:
        app = self.app
        if isinstance(app, Sheet):
            app.regions.extend(regions)
        super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        return self


def draw(words: list[str], width: int) -> list[Line]:
    return [[cell(word)] for word in words]


async def test_only_changed_lines_are_refreshed() -> None:
    app = Sheet()
    async with app.run_test(size=(20, 5)) as pilot:
        lines = app.query_one(Noting)
        lines.show(["one", "two", "three"])
        await pilot.pause()
        app.regions.clear()
        lines.show(["one", "two!", "three"])
        assert app.regions == [Region(0, 1, 4, 1)]
        app.regions.clear()
        lines.show(["one", "two!", "three"])
        assert app.regions == []
        assert lines.text == "one\ntwo!\nthree"


async def test_it_scrolls_as_little_as_needed() -> None:
    app = Sheet()
    async with app.run_test(size=(20, 5)) as pilot:
        lines = app.query_one(Noting)
        lines.show([f"line {number}" for number in range(20)])
        await pilot.pause()
        lines.reveal(3)
        assert lines.scroll_offset.y == 0
        lines.reveal(12)
        assert lines.render_line(4).text.strip() == "line 12"
        lines.reveal(10)
        assert lines.scroll_offset.y == 8
        lines.reveal(2)
        assert lines.render_line(0).text.strip() == "line 2"


async def test_ascii_replaces_the_rest() -> None:
    class Plain(App[None]):
        def compose(self) -> ComposeResult:
            yield Lines[list[str]](draw, id="lines", ascii=True)

    app = Plain()
    async with app.run_test(size=(20, 5)) as pilot:
        app.query_one(Lines).show(["häuser"])
        await pilot.pause()
        assert app.query_one(Lines).text == "h?user"
