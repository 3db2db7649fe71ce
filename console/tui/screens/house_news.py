"""The house's news: what the engine told of one house, asked again where something has changed."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING

from console.model.history import HouseHistory
from console.model.meter import MeterHealth
from console.model.snapshot import HouseNow, Snapshot
from console.model.view import HouseDay

if TYPE_CHECKING:
    from console.tui.screens.body import BodyScreen


class HouseNews:
    """A house's day, its week or month, and its meter, as far as they were told."""

    def __init__(self, screen: BodyScreen, house: str) -> None:
        """Begin without any.

        Args:
            screen: who asks, and is drawn again with each answer.
            house: the house's id.
        """
        self.day: HouseDay | None = None
        """The local day."""
        self.history: HouseHistory | None = None
        """The days of a week or a month."""
        self.health: MeterHealth | None = None
        """The meter."""
        self._screen = screen
        self._house = house
        self._asked: tuple[object, ...] | None = None
        self._asked_meter: tuple[object, ...] | None = None
        self._asked_at: datetime | None = None

    def ask(self, snapshot: Snapshot, wanted: date | None, days: int) -> None:
        """Ask for the day, and for the days where more than one is shown.

        Args:
            snapshot: the newest one, which tells whether anything was settled.
            wanted: the last local day; None for today.
            days: how many are shown.
        """
        state = (snapshot.head.ledger_version, snapshot.head.open.start, wanted, days)
        if state == self._asked:
            return
        self._asked = state
        engine, house = self._screen.mosaic.engine, self._house
        if days > 1:
            question = partial(engine.history, house, wanted, days)
            self._screen.ask(question, self._take_history, group="history")
        self._screen.ask(lambda: engine.house(house, wanted), self._take_day)

    def ask_meter(self, house: HouseNow, now: datetime) -> None:
        """Ask for the meter where it has said something since, or was to be asked by now.

        Args:
            house: the house at this moment.
            now: the business time.
        """
        state, counted = (house.time, house.state, house.reason), None
        if self.health is not None:
            counted = self.health.counted
        # who says nothing changes no state, yet is asked again and again
        due = counted.next if counted and counted.next and counted.next <= now else None
        if state != self._asked_meter or (due is not None and due != self._asked_at):
            self._asked_meter, self._asked_at = state, due
            question = partial(self._screen.mosaic.engine.meter, self._house)
            self._screen.ask(question, self._take_health, group="meter")

    def forget_meter(self) -> None:
        """Ask for the meter at the next chance, whatever it has said."""
        self._asked_meter = None

    def _take_day(self, day: HouseDay) -> None:
        self.day = day
        self._screen.redraw_all()

    def _take_history(self, history: HouseHistory) -> None:
        self.history = history
        self._screen.redraw_all()

    def _take_health(self, health: MeterHealth) -> None:
        self.health = health
        self._screen.redraw()
