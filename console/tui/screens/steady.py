"""The steady: a screen that keeps up with the data, and with a size that changes wildly."""

from __future__ import annotations

from textual.events import Event, Resize
from textual.message_pump import MessagePump


class Steady(MessagePump):
    """Goes before the screen's own base class; takes the terminal's present size alone.

    Textual tells a screen its size once more after each layout. With two sizes under way at once
    every layout would ask for the other one again, without end.
    """

    def arrive(self) -> None:
        """Draw what the app holds now; a screen that shows none of it stays as it is."""

    async def on_event(self, event: Event) -> None:
        """Pass every event on but a size that the terminal has left."""
        if isinstance(event, Resize) and event.size != self.app.size:
            event.stop()
            return
        await super().on_event(event)
