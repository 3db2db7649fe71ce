"""The errors that an operator can see: one class a failure, each with a title and an advice.

MosaicError
├── UsageError              the command's words do not fit together          exit 2
├── ConfigError             config.toml says what cannot be                  exit 78
├── RecordingError          a recording's line cannot be read                exit 1
├── EngineError             the engine cannot do what was asked
│   ├── EngineAbsent        no engine answers                                exit 1
│   ├── OtherVersion        the engine speaks another version                exit 1
│   ├── EngineBusy          another engine holds the store                   exit 75
│   └── Refused             the engine refuses a command, with the reason
├── StoreError              the store cannot be opened, read or written
│   ├── StoreDamaged        quick_check found a fault
│   ├── StoreBroken         the disk failed a read, write or sync
│   └── DiskFull            a commit found no space
├── BackupError             a backup cannot be made, or is not whole         exit 1
├── KeyFileError            the operator's key is missing, too open or damaged
│   └── WrongPassphrase     the keystore does not open
├── MeterError              a meter's answer is refused
│   ├── MeterAbsent         nothing answers at a meter's address
│   ├── MeterDenied         a meter refuses us; it is asked no more
│   └── MeterBusy           a meter asks to be left alone for a while
├── ChainError              a node does not answer as a node must
│   ├── WrongNetwork        another chain, or another community, than pinned
│   └── CodecError          bytes that are no transaction of ours
├── OutputFull              what a command prints found no space
├── ConsoleDefect           the console met a mistake of its own
└── InvariantBroken         the engine found itself wrong and stopped
"""

from __future__ import annotations


class MosaicError(Exception):
    """Anything that went wrong and can be told in one paragraph."""

    title = "Something went wrong"
    advice = ""
    exit_status = 1

    def __init__(self, message: str, *, advice: str | None = None) -> None:
        """Take what is wrong and where, in one or two sentences.

        Args:
            message: what is wrong, naming the file and line where there is one.
            advice: what to do about it; the class's own advice where left out.
        """
        super().__init__(message)
        self.message = message
        if advice is not None:
            self.advice = advice

    @property
    def paragraph(self) -> str:
        """The whole of it as one paragraph: title, what is wrong, what to do."""
        message = self.message
        if self.advice and message[-1:] not in ".!?:":
            message += "."
        return " ".join(part for part in (f"{self.title}: {message}", self.advice) if part)


class UsageError(MosaicError):
    """The command's words do not fit together."""

    title = "Usage"
    exit_status = 2


class ConfigError(MosaicError):
    """config.toml says what cannot be."""

    title = "Configuration"
    exit_status = 78


class RecordingError(MosaicError):
    """A recording's line cannot be read; the message begins with FILE:LINE."""

    title = "Recording"


class EngineError(MosaicError):
    """The engine cannot do what was asked."""

    title = "Engine"


class EngineAbsent(EngineError):
    """No engine answers."""

    title = "No engine"
    advice = "Start one with: mosaic run"


class OtherVersion(EngineError):
    """The engine speaks another version of the language than this console."""

    title = "Other version"
    advice = "Restart the engine: mosaic stop, then mosaic run."
    newer = "The engine is newer: leave this console and start it anew."


class EngineBusy(EngineError):
    """Another engine holds the store."""

    title = "Engine already running"
    exit_status = 75


class Refused(EngineError):
    """The engine refuses a command; the message is the reason."""

    title = "Refused"


class StoreError(MosaicError):
    """The store cannot be opened, read or written."""

    title = "Store"


class StoreDamaged(StoreError):
    """The check at the start found a fault in the store's file."""

    title = "Store damaged"


class StoreBroken(StoreError):
    """The disk failed a read, a write or a sync; nothing is written until the store is reopened."""

    title = "Store broken"
    advice = "Look at the disk, then start the engine again: it goes on from what is stored."


class DiskFull(StoreError):
    """A commit found no space; nothing was announced."""

    title = "Disk full"
    advice = "Free some space; the engine goes on by itself."


class BackupError(MosaicError):
    """A backup cannot be made, is not whole, or cannot be put back."""

    title = "Backup"


class KeyFileError(MosaicError):
    """The operator's key is missing, too open or damaged."""

    title = "Operator key"


class WrongPassphrase(KeyFileError):
    """The keystore does not open with the passphrase that was given."""

    advice = (
        "Try again. A passphrase that is lost for good is replaced, with the 24 words of the "
        "backup, by: mosaic key import"
    )


class MeterError(MosaicError):
    """A meter's answer is refused; the message says why."""

    title = "Meter"


class MeterDenied(MeterError):
    """A meter refuses us (401, 403); it is asked no more until the configuration is read again."""


class MeterAbsent(MeterError):
    """Nothing takes a connection at a meter's address, or nothing that is believed to be it."""


class MeterBusy(MeterError):
    """A meter asks to be left alone for `seconds` (429, 503 with Retry-After)."""

    def __init__(self, message: str, *, seconds: float) -> None:
        """Take what is wrong and for how long the meter wants to be left alone, s."""
        super().__init__(message)
        self.seconds = seconds


class ChainError(MosaicError):
    """A node does not answer as a node must."""

    title = "Chain"


class WrongNetwork(ChainError):
    """The node is of another chain, or the account of another community, than was pinned."""

    title = "Wrong chain"


class CodecError(ChainError):
    """Bytes that are no transaction of ours; `code` is the failure a node would give."""

    title = "Transaction"

    def __init__(self, message: str, *, code: str = "Failure_Core_Invalid_Version") -> None:
        """Take what is wrong and the status code of a public node for it."""
        super().__init__(message)
        self.code = code


class OutputFull(MosaicError):
    """What a command prints found no space where it is written to."""

    title = "Output"
    advice = "Free some space, then run the command again."


class ConsoleDefect(MosaicError):
    """The console met a mistake of its own; the engine is another process and goes on."""

    title = "Console"
    advice = "The engine is not touched: start the console again, and report that file."


class InvariantBroken(MosaicError):
    """The engine found itself wrong and stopped rather than go on."""

    title = "Invariant broken"


def invariant(holds: object, message: str) -> None:
    """Stop where something that must hold does not; `python -O` does not take it away.

    Raises:
        InvariantBroken: it does not hold.
    """
    if not holds:
        raise InvariantBroken(message)
