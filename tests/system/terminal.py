"""A real terminal: a program in a pty of its own, and the screen that it draws."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import pyte

ROOT = Path(__file__).parents[2]
MOST_SECONDS = 60.0
"""The longest time that something on the screen, or an end, is waited for, s."""

_TAKE_THE_TERMINAL = """
import fcntl, os, signal, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
# a shell that runs tests in its background lets them ignore ctrl+c; a terminal does not
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])
"""

Seen = Callable[[str], object]


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return the variables of a plain terminal whose user has nothing configured."""
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    return kept | {
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "error",
        "TERM": "xterm-256color",
        **more,
    }


class _Screen(pyte.Screen):
    """An emulated screen that goes on after a mark of no combining class, where pyte stops."""

    broken = 0
    """How often a row was ended before it was full, and went on in the next one."""
    _ended = False

    def carriage_return(self) -> None:
        self._ended = self.cursor.x < self.columns
        super().carriage_return()

    def cursor_position(self, line: int | None = None, column: int | None = None) -> None:
        self._ended = False
        super().cursor_position(line, column)

    def reset_mode(self, *modes: int, **named: bool) -> None:
        self._ended = False
        super().reset_mode(*modes, **named)

    def draw(self, data: str) -> None:
        self.broken += self._ended
        self._ended = False
        width = pyte.screens.wcwidth
        super().draw("".join(sign for sign in data if width(sign) or unicodedata.combining(sign)))


class Terminal:
    """`mosaic` in a pty that is its controlling terminal."""

    def __init__(
        self,
        *words: str,
        home: Path,
        columns: int = 80,
        rows: int = 24,
        program: tuple[str, ...] = (sys.executable, "-m", "console"),
        **more: str,
    ) -> None:
        self.screen = _Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = bytearray()
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("4H", rows, columns, 0, 0))
        self.modes_before = termios.tcgetattr(slave)
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-c", _TAKE_THE_TERMINAL, *program, *words],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=home,
            env=environment(home, **more),
            start_new_session=True,
        )
        self._slave = slave
        self.closed = False

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                # a program whose words nobody reads may not end
                self.process.wait(10) if self.closed else self.end(10)
            finally:
                self.process.kill()
                self.process.wait()
        self.close()

    @property
    def text(self) -> str:
        """The whole screen as it stands."""
        # not pyte's own `display`, which fails where the left half of a wide character was replaced
        columns, lines = range(self.screen.columns), range(self.screen.lines)
        rows = (self.screen.buffer[line] for line in lines)
        return "\n".join("".join([row[column].data for column in columns]) for row in rows)

    def press(self, *keys: str) -> None:
        """Type."""
        for key in keys:
            os.write(self._master, key.encode())

    def wait_for(self, seen: str | Seen, seconds: float = MOST_SECONDS) -> str:
        """Read until something is on the screen; return the whole screen."""
        shows: Seen = (lambda text: seen in text) if isinstance(seen, str) else seen
        deadline = time.monotonic() + seconds
        while not shows(self.text):
            left = deadline - time.monotonic()
            assert left > 0, f"{seen!r} did not appear within {seconds:g} s:\n{self.text}"
            assert self._read(left) or shows(self.text), f"it ended:\n{self.text}"
        return self.text

    def keep_reading(self, seconds: float) -> str:
        """Read for some time, whatever comes; return the whole screen."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if not self._read(left):
                break
        return self.text

    def read_until_quiet(self, quiet: float = 0.05, most: float = 0.5) -> str:
        """Read what comes of a key: until nothing has come for a moment; return the whole screen.

        Args:
            quiet: how long nothing has come, s.
            most: how long it is waited for in all, s, also for the first byte.
        """
        deadline = time.monotonic() + most
        begun = len(self.raw)
        while (left := deadline - time.monotonic()) > 0:
            before = len(self.raw)
            more = self._read(min(left, quiet))
            if not more or (before == len(self.raw) and before > begun):
                break
        return self.text

    def end(self, seconds: float = MOST_SECONDS) -> int:
        """Read until the program has ended; return its exit status."""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None:
            assert time.monotonic() < deadline, f"it goes on after {seconds:g} s:\n{self.text}"
            self._read(0.05)
        self._read(0)
        return self.process.returncode

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size, and tell the program as a kernel does."""
        self.screen.resize(rows, columns)
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("4H", rows, columns, 0, 0))

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program alone."""
        self.process.send_signal(number)

    def close(self) -> None:
        """Close both ends of the pty, as a dropped line does."""
        if not self.closed:
            self.closed = True
            os.close(self._slave)
            os.close(self._master)

    @property
    def modes(self) -> list[object]:
        """How the terminal is set now."""
        return termios.tcgetattr(self._master)

    def _read(self, seconds: float) -> bool:
        """Draw what comes within some seconds; return whether more may come."""
        waiting = select.poll()
        waiting.register(self._master, select.POLLIN)
        if not waiting.poll(seconds * 1000):
            return True
        try:
            came = os.read(self._master, 65536)
        except OSError:
            return False
        self.raw += came
        self._stream.feed(came)
        return bool(came)
