"""The shelf: values read through from the database, kept until a block is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Shelf(Generic[Key, Value]):
    """A part of the chain's state, with an undo for what a refused transaction changed."""

    MOST_KEPT = 256
    """How many values stay in memory from one block to the next."""

    def __init__(self, load: Callable[[Key], Value]) -> None:
        """Take the function that reads a value from the database."""
        self._load = load
        self._values: dict[Key, Value] = {}
        self._changed: dict[Key, None] = {}
        self._undo: list[tuple[Key, Value, bool]] = []

    def get(self, key: Key) -> Value:
        """Return a value as it stands in the block that is being made."""
        try:
            return self._values[key]
        except KeyError:
            value = self._values[key] = self._load(key)
            return value

    def put(self, key: Key, value: Value) -> None:
        """Change a value; `undo` takes it back until `keep` was called."""
        self._undo.append((key, self.get(key), key in self._changed))
        self._values[key] = value
        self._changed[key] = None

    def keep(self) -> None:
        """Make the changes of a transaction part of the block."""
        self._undo.clear()

    def undo(self) -> None:
        """Take back all changes since the last `keep`."""
        for key, before, was_changed in reversed(self._undo):
            self._values[key] = before
            if not was_changed:
                self._changed.pop(key, None)
        self._undo.clear()

    def changes(self) -> list[tuple[Key, Value]]:
        """Return what the block changed, in the order of the first change."""
        return [(key, self._values[key]) for key in self._changed]

    def settle(self) -> None:
        """Forget the changes, because they are written now."""
        self._changed.clear()
        if len(self._values) > self.MOST_KEPT:
            self._values.clear()

    def forget(self) -> None:
        """Forget everything, because the block was not written."""
        self._values.clear()
        self._changed.clear()
        self._undo.clear()
