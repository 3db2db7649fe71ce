"""The settings: a form over config.toml; the engine writes it, from the next edge on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

import msgspec
from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import Input

from console.errors import MosaicError
from console.model.change import ConfigChanged, Configuration, HouseWords, NewHouse
from console.model.comparison import Comparison
from console.tui import keys
from console.tui.cells import cut
from console.tui.screens.confirm import ConfirmScreen
from console.tui.screens.dialog import Question
from console.tui.screens.page import PageScreen
from console.tui.widgets.compared import comparison_facts
from console.tui.widgets.form import Drawn, Form, draw_form, row_at
from console.tui.widgets.lines import Lines
from console.tui.widgets.typed import LONGEST, TypedLine

_MOST_LINES = 14
_COMPARING = "Both are played on the last days …"
_NAME = ("name", "what screens call it; empty for its id", "")
_SECRET = ("secret", "where its meter's secret is, file:PATH or env:NAME; empty without", "")
_NEW = (
    ("id", "its id, such as house7; never changed again", ""),
    _NAME,
    ("profile", "its meter's profile", "homewizard-v1"),
    ("url", "where its meter answers, such as http://192.168.1.20", ""),
    _SECRET,
    ("wallet", "its wallet's address; empty where the private chain makes one", ""),
)
_WORDS = (("id", "the house's id, such as house7", ""), _NAME, _SECRET)
_REFERENCES = ("file:", "env:")
_DROPPED = "That is no reference and was dropped: file:PATH or env:NAME, never the secret itself."


class SettingsScreen(PageScreen[Drawn]):
    """Shows what can be changed while the engine runs; nothing is written without a question."""

    NAME = "settings"
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("settings")
    DEFAULT_CSS: ClassVar[str] = """
    SettingsScreen Input { display: none; background: $background; }
    SettingsScreen Input.typing { display: block; }
    """

    def __init__(self, tell: Callable[[str], object]) -> None:
        """Begin without a form; the engine is asked for it.

        Args:
            tell: takes the sentence that is left when the form is.
        """
        super().__init__(draw_form)
        self._tell = tell
        self._form: Form | None = None
        self._fields: dict[str, str] = {}

    def compose_foot(self) -> list[Widget]:
        """Return the line in which a value is typed."""
        return [TypedLine(max_length=LONGEST, compact=True, id="value")]

    def on_mount(self) -> None:
        """Ask what the file says."""
        self._ask(self.mosaic.engine.configuration, self._arrived)

    def reason(self, action: str) -> str:
        """Return why there is nothing to write."""
        if action == "write" and (self._form is None or not self._form.changed):
            return "Nothing is changed yet."
        return ""

    def _arrived(self, file: Configuration) -> None:
        self._show(Form(file=file))

    def _show(self, form: Form) -> None:
        self._form = form
        self.draw(Drawn(form, self.look))
        self.page.reveal(form.line)

    def _ask(
        self, question: Callable[[], Awaitable[msgspec.Struct]], answer: Callable[..., object]
    ) -> None:
        async def work() -> None:
            try:
                got = await question()
            except MosaicError as error:
                self._refused(error)
            else:
                answer(got)

        self.run_worker(work(), group="settings", exclusive=True)

    def _refused(self, error: MosaicError) -> None:
        if self._form is None:
            self._tell(error.paragraph)
            self.dismiss()
        else:
            self._show(msgspec.structs.replace(self._form, said=error.paragraph))

    def action_move(self, way: str) -> None:
        """Choose another row.

        Args:
            way: `up` or `down`.
        """
        typing = self.query_one("#value", Input).has_class("typing")
        if self._form is not None and not typing:
            self._show(self._form.moved(-1 if way == "up" else 1))

    def on_lines_clicked(self, event: Lines.Clicked) -> None:
        """Choose the clicked row; begin to type where it was chosen already."""
        form = self._form
        row = row_at(form, event.line) if form is not None and event.lines is self.page else None
        if form is None or row is None:
            return
        if row == form.chosen:
            self.action_edit()
        else:
            self._show(form.moved(row - form.chosen))

    def action_edit(self) -> None:
        """Begin to type the chosen value, or the new house's fields one after the other."""
        form = self._form
        if form is None:
            return
        if form.adds_house or form.words_house:
            self._fields = {}
            self._type_field(form)
        else:
            row = form.file.values[form.chosen]
            self._type(form.values.get(row.key, row.value), f"{row.key}: {row.help}")

    def _type_field(self, form: Form, said: str = "") -> None:
        """Ask for the next field of a house; a known one's present words stand there already."""
        name, help_, usual = _asked(form)[len(self._fields)]
        known = form.known(self._fields.get("id", "")) if form.words_house else None
        if known is not None:
            usual = getattr(known, name)
        self._type(usual, said or f"{name}: {help_}")

    def _type(self, value: str, help_: str) -> None:
        line = self.query_one("#value", Input)
        line.value, line.placeholder = value, help_
        line.cursor_position = len(value)
        line.add_class("typing")
        line.focus()
        if self._form is not None:
            said = f"{help_}. Enter takes it, esc leaves it; nothing typed takes it away."
            self._show(msgspec.structs.replace(self._form, said=said))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take what was typed."""
        self._stop_typing()
        form, text = self._form, event.value.strip()
        if form is None:
            return
        if form.adds_house or form.words_house:
            self._take_field(form, text)
        else:
            self._show(form.edited(text))

    def _take_field(self, form: Form, text: str) -> None:
        """Take a field of a house, then ask for the next one."""
        kind: type[NewHouse | HouseWords] = NewHouse if form.adds_house else HouseWords
        row, name = "house" if form.adds_house else "words", _asked(form)[len(self._fields)][0]
        if name == "secret" and text and not text.startswith(_REFERENCES):
            self._type_field(form, _DROPPED)
            return
        self._fields[name] = text
        if not self._fields["id"]:
            self._show(msgspec.structs.replace(form, **{row: None, "said": ""}))
        elif form.words_house and form.known(self._fields["id"]) is None:
            said = f"There is no house {self._fields['id']}."
            self._show(msgspec.structs.replace(form, words=None, said=said))
        elif len(self._fields) < len(_asked(form)):
            self._type_field(form)
        else:
            house = msgspec.convert(self._fields, kind)
            news = None if house == form.known(house.id) else house
            self._show(msgspec.structs.replace(form, **{row: news, "said": ""}))

    def _stop_typing(self) -> None:
        self.query_one("#value", Input).remove_class("typing")
        self.set_focus(None)

    def action_leave(self) -> None:
        """Leave what is typed, then the form; what was not written is forgotten."""
        line = self.query_one("#value", Input)
        if line.has_class("typing"):
            self._stop_typing()
            if self._form is not None:
                self._show(msgspec.structs.replace(self._form, said=""))
        else:
            self.dismiss()

    def action_write(self) -> None:
        """Show the difference and ask; only then is the file written."""
        form = self._form
        if form is None or not form.changed:
            return
        engine = self.mosaic.engine
        self._ask(lambda: engine.change(form.change(preview=True)), self._previewed)

    def _previewed(self, shown: ConfigChanged) -> None:
        """Ask what the change would have meant, where it may decide intervals."""
        form = self._form
        if form is None or not (shown.difference and form.decides):
            self._confirm(shown)
            return
        self._show(msgspec.structs.replace(form, said=_COMPARING))
        engine, change = self.mosaic.engine, form.change(preview=True)
        self._ask(lambda: engine.compare_change(change), lambda found: self._confirm(shown, found))

    def _confirm(self, shown: ConfigChanged, found: Comparison | None = None) -> None:
        form = self._form
        if form is not None and form.said == _COMPARING:
            self._show(msgspec.structs.replace(form, said=""))
        compared = comparison_facts(found) if found is not None else ()
        lines = [line for line in shown.difference.split("\n") if line[:1] in ("+", "-")]
        most = _MOST_LINES - len(compared)
        facts = [cut(line, 62) for line in lines[:most]]
        if len(lines) > most:
            facts.append(f"and {len(lines) - most} lines more")
        facts += compared
        if shown.effective is not None:
            facts.append(f"Holds from {self.mosaic.look.clock(shown.effective)} on.")
        asked = Question("Change config.toml?", tuple(facts), "Change")
        self.mosaic.push_screen(ConfirmScreen(asked), self._decided)

    def _decided(self, agreed: bool | None) -> None:
        form = self._form
        if agreed and form is not None:
            engine = self.mosaic.engine
            self._ask(lambda: engine.change(form.change(preview=False)), self._written)

    def _written(self, changed: ConfigChanged) -> None:
        when = self.mosaic.look.clock(changed.effective) if changed.effective else "the next start"
        self._tell(f"config.toml is changed; it holds from {when} on.")
        self.dismiss()


def _asked(form: Form) -> tuple[tuple[str, str, str], ...]:
    """The fields of the chosen row: their names, what they say, and what usually stands there."""
    return _NEW if form.adds_house else _WORDS
