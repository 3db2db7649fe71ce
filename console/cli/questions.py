"""The questions: each is also an option, is asked again after a wrong answer, and never twice."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeVar

import typer

from console.config.values import Wrong
from console.errors import UsageError
from console.safe_text import safe_text

Value = TypeVar("Value")

MOST_TRIES = 5
"""After how many wrong answers a question is given up."""


class Questions:
    """Takes what the command's options say, and asks for the rest where it may."""

    def __init__(self, *, yes: bool, otherwise: str) -> None:
        """Ask on a terminal, unless everything is to be taken as it is.

        Args:
            yes: whether nothing is asked and defaults are taken.
            otherwise: the command that does without a terminal.
        """
        self.asks = not yes and sys.stdin.isatty() and sys.stderr.isatty()
        """Whether there is somebody to ask."""
        self._yes = yes
        self._otherwise = otherwise

    def require_answers(self) -> None:
        """Go on only where there is somebody to ask, or `--yes`.

        Raises:
            UsageError: there is neither.
        """
        if not (self.asks or self._yes):
            raise UsageError(
                "there is no terminal to ask on.", advice=f"Without one: {self._otherwise}"
            )

    def take(
        self,
        option: str,
        given: str | None,
        question: str,
        take: Callable[[str], Value],
        default: str | None = "",
    ) -> Value:
        """Return an answer: the option's, else the one typed, else the default.

        Args:
            option: the option's name.
            given: what it says; None where it is left out.
            question: what is asked, in a few words.
            take: what takes the answer or raises `Wrong`.
            default: the answer of who presses enter; None where there is none.

        Raises:
            UsageError: the option's value cannot be, or there is no answer to take.
        """
        if given is None and self.asks:
            return self._ask(question, take, default)
        answer = default if given is None else given
        if answer is None:
            raise UsageError(f"{option} is needed.", advice=f"Such as: {self._otherwise}")
        try:
            return take(answer)
        except Wrong as wrong:
            raise UsageError(f"{option} {wrong}.") from None

    def agree(self, question: str, *, default: bool) -> bool:
        """Return whether the operator agrees; the default where nobody can be asked."""
        return typer.confirm(question, default=default, err=True) if self.asks else default

    def _ask(self, question: str, take: Callable[[str], Value], default: str | None) -> Value:
        for _ in range(MOST_TRIES):
            answer = typer.prompt(
                question, default=default, show_default=bool(default), err=True, type=str
            )
            try:
                return take(answer.strip())
            except Wrong as wrong:
                say(f"That {wrong}.")
        raise UsageError(f"{MOST_TRIES} answers could not be taken; nothing was changed.")


def say(text: str = "") -> None:
    """Tell the operator something, line by line, beside what the command prints."""
    for line in text.split("\n"):
        typer.echo(safe_text(line, 2000), err=True)


def show_until_enter(text: str) -> None:
    """Show some lines until enter is pressed, on a screen that leaves nothing behind."""
    sys.stderr.write("\x1b[?1049h\x1b[H\x1b[2J" + text)
    sys.stderr.flush()
    try:
        if not sys.stdin.readline():
            raise typer.Abort
    finally:
        sys.stderr.write("\x1b[2J\x1b[?1049l")
        sys.stderr.flush()
