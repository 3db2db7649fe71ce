"""The adding: a new house is typed field by field, while the engine watches its meter."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

import msgspec
from textual.screen import Screen
from textual.worker import Worker

from console.client.engine import Engine
from console.errors import MosaicError
from console.model.apart import apart_facts
from console.model.change import Configuration, NewHouse
from console.model.probe import Glimpse
from console.tui.widgets.settings.houseform import HouseForm

_FACT = 62
_MOST_FACTS = 4


def begun(file: Configuration, house: NewHouse | None) -> HouseForm:
    """Return the form of a new house, with what was typed before.

    Args:
        file: what the configuration says.
        house: the house as it was typed before; None for another one.
    """
    former = {}
    if house is not None:
        words = msgspec.structs.asdict(house)
        former = {key: value for key, value in words.items() if isinstance(value, str)}
        former |= house.params
        former["tls"] = " ".join(house.tls.values())
    return HouseForm(profiles=file.profiles, others=file.houses, former=former)


def doubts(form: HouseForm | None) -> tuple[str, ...]:
    """Return what is to be asked about before a house is written, a line each.

    Args:
        form: the house; None where none is added.
    """
    glimpse = form.seen if form is not None else None
    if form is None or glimpse is None:
        return ()
    facts: list[str] = []
    if glimpse.trouble:
        facts += _lines(f"Its meter cannot be read now: {glimpse.trouble}.")
    for fault in glimpse.verdict.faults[:1] if glimpse.verdict else ():
        facts += _lines(f"Its meter: {fault.text}")
    if glimpse.plate is not None and glimpse.plate.apart:
        facts += apart_facts((form.house.id,))
    return tuple(facts)


class MeterWatch:
    """Has the engine watch a new house's meter while its form is open."""

    def __init__(
        self, screen: Screen[None], engine: Engine, show: Callable[[Glimpse], None]
    ) -> None:
        """Watch none yet.

        Args:
            screen: whose work it is; it ends with the screen.
            engine: who watches.
            show: takes what is seen.
        """
        self._screen = screen
        self._engine = engine
        self._show = show
        self._worker: Worker[None] | None = None

    def begin(self, house: NewHouse) -> None:
        """Watch a house's meter from now on, and no other."""
        self.end()

        async def watch() -> None:
            try:
                async for glimpse in self._engine.probe(house):
                    self._show(glimpse)
            except MosaicError as error:
                why = " ".join(filter(None, (error.message, error.advice))).rstrip(".")
                self._show(Glimpse(profile=house.profile, trouble=why, over=True))

        self._worker = self._screen.run_worker(watch(), group="probe", exclusive=True)

    def end(self) -> None:
        """Watch it no more."""
        if self._worker is not None:
            self._worker.cancel()
            self._worker = None


def _lines(text: str) -> list[str]:
    return textwrap.wrap(text, _FACT, max_lines=_MOST_FACTS)
