"""The settings: a form over config.toml; the engine writes it, from the next edge on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

import msgspec
from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import Input

from console.errors import MosaicError
from console.model.change import ConfigChanged, Configuration
from console.model.comparison import Comparison
from console.model.probe import Glimpse
from console.tui import keys
from console.tui.cells import cut
from console.tui.screens.adding import MeterWatch, begun, doubts
from console.tui.screens.confirm import ConfirmScreen
from console.tui.screens.dialog import Question
from console.tui.screens.page import PageScreen
from console.tui.widgets.lines import Lines
from console.tui.widgets.settings.compared import comparison_facts
from console.tui.widgets.settings.form import Drawn, Form, draw_form, row_at
from console.tui.widgets.settings.houseform import TORN, HouseForm, offered
from console.tui.widgets.settings.wordsform import WordsForm
from console.tui.widgets.typed import LONGEST, TypedLine

_MOST_LINES = 14
_COMPARING = "Both are played on the last days …"
_TYPING = "Enter takes it, esc leaves it."
_KEPT = "w shows the difference and asks; enter types it again; esc goes back."
_UNKNOWN = "Its meter's profile is not known yet: enter, and name it, or wait until it is found."


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
        self._watch: MeterWatch | None = None

    def compose_foot(self) -> list[Widget]:
        """Return the line in which a value is typed."""
        return [TypedLine(max_length=LONGEST, compact=True, id="value")]

    def on_mount(self) -> None:
        """Ask what the file says."""
        self._watch = MeterWatch(self, self.mosaic.engine, self._glimpsed)
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
        form = self._form
        if form is not None and form.adding is None and not typing:
            self._show(form.moved(-1 if way == "up" else 1))

    def on_lines_clicked(self, event: Lines.Clicked) -> None:
        """Choose the clicked row; begin to type where it was chosen already."""
        form = self._form
        shown = form is not None and form.adding is None and event.lines is self.page
        row = row_at(form, event.line) if form is not None and shown else None
        if form is None or row is None:
            return
        if row == form.chosen:
            self.action_edit()
        else:
            self._show(form.moved(row - form.chosen))

    def action_edit(self) -> None:
        """Begin to type the chosen value, or a house's fields one after the other."""
        form = self._form
        if form is None:
            return
        if form.adding is not None:
            adding = form.adding.again() if form.adding.asked is None else form.adding
            self._ask_next(msgspec.structs.replace(form, adding=adding))
        elif form.adds_house:
            self._ask_next(msgspec.structs.replace(form, adding=begun(form.file, form.house)))
        elif form.words_house:
            naming = WordsForm(known=form.file.words)
            self._ask_next(msgspec.structs.replace(form, naming=naming))
        else:
            row = form.file.values[form.chosen]
            said = f"{row.key}: {row.help}. {_TYPING} Nothing typed takes it away."
            self._type(form.values.get(row.key, row.value), said)

    def _ask_next(self, form: Form, said: str = "") -> None:
        """Ask for the next field of a house; what stood there before stands there already."""
        self._form, house = form, form.adding or form.naming
        if house is not None and (field := house.asked) is not None:
            help_ = f"{field.name}: {field.help}"
            # a new house's rows have their help beside them
            shown = _TYPING if form.adding is not None else f"{help_}. {_TYPING}"
            self._type(house.usual(), said or shown, help_)

    def _type(self, value: str, said: str, help_: str = "") -> None:
        line = self.query_one("#value", Input)
        line.value, line.placeholder = value, help_ or said
        line.cursor_position = len(value)
        line.add_class("typing")
        line.focus()
        if self._form is not None:
            self._show(msgspec.structs.replace(self._form, said=said))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take what was typed."""
        self._stop_typing()
        form, text = self._form, event.value.strip()
        if form is None:
            return
        house = form.adding or form.naming
        if house is None:
            self._show(form.edited(text))
        elif not text and house.asked is not None and house.asked.name == "id":
            self._leave_house(form.without_house())
        else:
            self._take_field(form, text)

    def _take_field(self, form: Form, text: str) -> None:
        """Take a field of a house, then ask for the next one."""
        try:
            if form.naming is not None:
                form = msgspec.structs.replace(form, naming=form.naming.taken(text))
            elif form.adding is not None:
                form = self._watched(form, form.adding, form.adding.taken(text))
        except ValueError as error:
            self._ask_next(form, str(error))
            return
        house = form.adding or form.naming
        more = house is not None and house.asked is not None
        if not more or (form.adding is not None and form.adding.is_whole):
            form = form.with_house(_KEPT)
        if more:
            self._ask_next(form)
        else:
            self._show(form)

    def _watched(self, form: Form, before: HouseForm, taken: HouseForm) -> Form:
        """Return the form; have a new house's meter watched as soon as all of it is typed."""
        if taken.probes and not before.probes and self._watch is not None:
            taken = msgspec.structs.replace(taken, glimpse=Glimpse(profile=taken.house.profile))
            self._watch.begin(taken.house)
        return msgspec.structs.replace(form, adding=taken)

    def _glimpsed(self, glimpse: Glimpse) -> None:
        """Show what is seen of the new house's meter."""
        form = self._form
        if form is not None and form.adding is not None and form.adding.probes:
            adding = msgspec.structs.replace(form.adding, glimpse=glimpse)
            asks = adding.asked is not None and form.adding.asked is None
            form = msgspec.structs.replace(form, adding=adding)
            said = TORN if asks else form.said
            self._show(form.with_house(said) if adding.is_whole else form)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say which profiles the typed letters may mean."""
        form = self._form
        adding = form.adding if form is not None else None
        if form is None or adding is None or adding.asked is None:
            return
        if adding.asked.name == "profile" and event.value:
            said = offered(adding.profiles, event.value.strip())
            self._show(msgspec.structs.replace(form, said=said))

    def _stop_typing(self) -> None:
        self.query_one("#value", Input).remove_class("typing")
        self.set_focus(None)

    def action_leave(self) -> None:
        """Leave what is typed, then the form; what was not written is forgotten."""
        line, form = self.query_one("#value", Input), self._form
        typing = line.has_class("typing")
        self._stop_typing()
        if form is not None and (form.adding or form.naming):
            self._leave_house(form)
        elif not typing:
            self.dismiss()
        elif form is not None:
            self._show(msgspec.structs.replace(form, said=""))

    def _leave_house(self, form: Form) -> None:
        """Go back to the settings; a house that is typed to its end stays to be written."""
        if self._watch is not None:
            self._watch.end()
        self._show(msgspec.structs.replace(form, adding=None, naming=None, said=""))

    def action_write(self) -> None:
        """Show the difference and ask; only then is the file written."""
        form = self._form
        if form is None or not form.changed:
            return
        if form.house is not None and not form.house.profile:
            self._show(msgspec.structs.replace(form, said=_UNKNOWN))
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
        facts += doubts(form.adding if form is not None else None)
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
