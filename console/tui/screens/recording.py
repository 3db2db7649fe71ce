"""Recording: the switch of what is written down, for every screen with `R`."""

from __future__ import annotations

from console.model.record import Record, Recorded, Taping
from console.tui.cells import cut
from console.tui.screens.screen import ConsoleScreen

_LONGEST_FOLDER = 60


def switch_recording(screen: ConsoleScreen) -> None:
    """Begin to record what is polled, or end it, and tell where the files lie.

    Args:
        screen: where to tell.
    """
    snapshot = screen.snapshot
    if snapshot is None:
        return
    command = Record(on=snapshot.head.recording is Taping.OFF)
    engine, more = screen.mosaic.engine, screen.look.glyphs.more

    def told(found: Recorded) -> None:
        folder = cut(found.folder, _LONGEST_FOLDER, more)
        begun = found.state is not Taping.OFF
        screen.notice(f"Recording into {folder}" if begun else f"Recorded no more; see {folder}")

    screen.ask(lambda: engine.record(command), told, group="record")
