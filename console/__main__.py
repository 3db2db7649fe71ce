"""python -m console: the command line, its errors as one paragraph and its exit statuses."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

import typer

from console.cli.app import application
from console.errors import MosaicError, OutputFull, UsageError
from console.safe_text import safe_text

INTERRUPTED = 130
"""The exit status after ctrl+c, as shells give it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status: 0 done, 1 failed, 2 usage, 75 busy, 78 config.

    Args:
        arguments: the command's words; the process's own where left out.
    """
    sys.excepthook = tell_defect
    words = sys.argv[1:] if arguments is None else arguments
    command = typer.main.get_command(application(words))
    try:
        status = command.main(args=arguments, prog_name="mosaic", standalone_mode=False)
    except MosaicError as error:
        return _tell(error)
    except typer.TyperException as error:
        return _tell(UsageError(error.format_message(), advice="See: mosaic --help"))
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except OSError as error:
        if error.errno != errno.ENOSPC or error.filename is not None:
            raise
        _forget_output()
        return _tell(OutputFull("there is no space for it where it is written to."))
    return status if isinstance(status, int) else 0


def tell_defect(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Say in one paragraph that the program has a mistake, and where; show no local values.

    Args:
        kind: the exception's class.
        error: the exception.
        trace: where it came from.
    """
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = ""
    if trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        place = f" at {file.parent.name}/{file.name}:{trace.tb_lineno}"
    sys.stderr.write(
        f"Defect: {kind.__name__}{place}. This is a mistake of the program, not yours, and nothing "
        f"that was settled is lost. Please report this line; what the engine said stands in "
        f"{_place_of_words(os.environ)}.\n"
    )


def _place_of_words(environment: Mapping[str, str]) -> str:
    """Return where an engine's output is: systemd names the journal in the environment."""
    if "JOURNAL_STREAM" in environment:
        return "the journal: journalctl -u mosaic"
    return "engine.log in its data folder, or of a service in the journal: journalctl -u mosaic"


def _forget_output() -> None:
    """Keep the interpreter from writing at its end what there was no space for."""
    nowhere = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _tell(error: MosaicError) -> int:
    paragraph = "\n".join(safe_text(line, 2000) for line in error.paragraph.split("\n"))
    sys.stderr.write(paragraph.rstrip() + "\n")
    return error.exit_status


if __name__ == "__main__":
    sys.exit(main())
