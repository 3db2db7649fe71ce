"""What the screens' tests share: the engine, and the pictures of the design where it is there."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from textual import _wait

from tests.tui.engine import FakeEngine
from tests.tui.lindenhof import PICTURES

FENCE = re.compile(r"```(\d+x\d+)\n(.*?)```", re.DOTALL)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the pilot look every 8 ms, not every 20, whether what a key has begun is done."""
    monkeypatch.setattr(_wait, "SLEEP_GRANULARITY", 0.008)
    monkeypatch.setattr(_wait, "SLEEP_IDLE", 0.0004)


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def picture() -> Callable[[str, str], list[str]]:
    """Find the lines of the picture of a size that holds a text; skip without the pictures."""
    if not PICTURES.exists():
        pytest.skip("the pictures are not beside this copy of the project")
    pictures = FENCE.findall(PICTURES.read_text(encoding="utf-8"))

    def find(size: str, text: str) -> list[str]:
        lines = next(body for its, body in pictures if its == size and text in body)
        return [line for line in str(lines).splitlines() if line.strip()]

    return find
