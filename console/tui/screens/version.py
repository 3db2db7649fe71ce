"""The version: what is shown of an engine that this console cannot speak with."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

import msgspec
from textual.binding import BindingType
from textual.worker import WorkType

from console.errors import MosaicError, OtherVersion
from console.tui import keys
from console.tui.screens.page import PageScreen
from console.tui.widgets.stranger import Stranger, draw_stranger


class VersionScreen(PageScreen[Stranger]):
    """Says what to do, and shows the status alone; it goes when the engine can be understood."""

    NAME = "version"
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("version")

    def __init__(self, error: OtherVersion) -> None:
        """Take what the engine's greeting said."""
        super().__init__(draw_stranger)
        self._error = error
        self._stranger: Stranger | None = None

    def on_mount(self) -> None:
        """Say so, and ask for its status."""
        self.look_again(self._error)

    def look_again(self, error: OtherVersion) -> None:
        """Ask for the status anew.

        Args:
            error: what the engine's greeting said this time.
        """
        known = self._stranger
        self._show(
            Stranger(
                said=error.message,
                advice=error.advice,
                glance=known.glance if known else None,
                look=self.look,
            )
        )
        asked: WorkType[None] = partial(self._ask)
        self.run_worker(asked, group="glance", exclusive=True)

    async def _ask(self) -> None:
        try:
            glance = await self.mosaic.engine.glance()
        except MosaicError as error:
            self._change(unread=error.paragraph)
        else:
            self._change(glance=glance, unread="")

    def _change(self, **changes: object) -> None:
        if self._stranger is not None and self.is_mounted:
            self._show(msgspec.structs.replace(self._stranger, **changes))

    def _show(self, stranger: Stranger) -> None:
        self._stranger = stranger
        self.draw(stranger)

    def action_quit(self) -> None:
        """Leave the console."""
        self.mosaic.leave()
