"""The processes of `screen` that are measured: the console, and the least that does its work.

Run as `python -m tests.benchmarks.screen_child console|lag|least SOCKET [FILE]` in a terminal.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path

from console.client import Client
from console.tui.start import PACE_SECONDS, prepare, run

EVERY_SECONDS = 0.005
SETTLING = 5.0
"""How long a start may take, s; it is not measured."""


def least(socket: Path) -> None:
    """Show a minimal Textual app with an idle httpx stream and msgspec, until ended."""
    prepare(os.environ, calm=False)
    import httpx
    import msgspec
    from textual.app import App, ComposeResult
    from textual.widgets import Static

    class Least(App[None]):
        """A line of text, and a stream that is held open."""

        decoder = msgspec.json.Decoder(dict)

        def compose(self) -> ComposeResult:
            yield Static("idle")

        def on_mount(self) -> None:
            self.run_worker(self.listen())

        async def listen(self) -> None:
            transport = httpx.AsyncHTTPTransport(uds=str(socket), verify=False)
            async with (
                httpx.AsyncClient(transport=transport, base_url="http://engine") as client,
                client.stream("GET", "/stream", timeout=None) as response,
            ):
                async for chunk in response.aiter_raw():
                    self.decoder.decode(chunk)
                    await asyncio.Event().wait()

    Least().run(mouse=False)


def lagging(socket: Path, file: Path) -> int:
    """Show the console; write how late its loop woke, s, a line each, into a file."""
    prepare(os.environ, calm=False)
    from textual.worker import WorkType

    import console.tui.app
    from console.tui.app import MosaicApp

    async def probe() -> None:
        await asyncio.sleep(SETTLING)
        with file.open("w", encoding="ascii", buffering=1) as lines:
            while True:
                wanted = time.perf_counter() + EVERY_SECONDS
                await asyncio.sleep(EVERY_SECONDS)
                lines.write(f"{time.perf_counter() - wanted:.6f}\n")

    class Probed(MosaicApp):
        """The console with a second duty: to tell how late its loop is."""

        CSS_PATH = str(Path(console.tui.app.__file__).with_name("app.tcss"))

        def on_mount(self) -> None:  # besides the console's own, which textual calls too
            probing: WorkType[None] = probe
            self.run_worker(probing, group="probe")

    Probed(Client(socket), pace=PACE_SECONDS).run(mouse=False)
    return 0


def main() -> int:
    """Be the process that is named; return its exit status."""
    kind, socket, *files = sys.argv[1:]
    if kind == "least":
        least(Path(socket))
        return 0
    if kind == "lag":
        return lagging(Path(socket), Path(files[0]))
    return run(Client(Path(socket)))


if __name__ == "__main__":
    sys.exit(main())
