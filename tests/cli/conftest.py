"""A configuration in a short folder, and an engine that answers at its sockets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.types import ASGIApp

from tests.cli.fake_engine import FakeEngine

CONFIG = """[community]
id = "lindenhof"
name = "Lindenhof"
timezone = "Europe/Helsinki"
currency = "EUR"
[engine]
data = "data"
[[house]]
id = "test1"
meter = { profile = "simulated" }
"""


@pytest.fixture
def folder(short_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a configuration in it and no other in reach."""
    (short_folder / "config.toml").write_text(CONFIG)
    monkeypatch.chdir(short_folder)
    monkeypatch.setenv("HOME", str(short_folder))
    monkeypatch.delenv("MOSAIC_CONFIG", raising=False)
    return short_folder


@pytest.fixture
def fake_engine(folder: Path, serve: Callable[[ASGIApp, Path], None]) -> FakeEngine:
    """An engine that answers at the configuration's sockets."""
    (folder / "data").mkdir()
    engine = FakeEngine()
    serve(engine.application(commands=True), folder / "data" / "operator.sock")
    serve(engine.application(commands=False), folder / "data" / "watch.sock")
    return engine
