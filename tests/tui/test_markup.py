"""No text can become markup: nothing in the screens makes a widget or a toast that parses it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import console.tui

SOURCES = sorted(Path(console.tui.__file__).parent.rglob("*.py"))
PARSING = {"Static", "Label", "DataTable", "RichLog", "Log", "Markdown", "Digits", "Tooltip"}
NAMES = {"notify", "from_markup", "border_title", "border_subtitle", "tooltip"}


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_nothing_parses_markup(source: Path) -> None:
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("textual"):
            assert not PARSING & {name.name for name in node.names}
        if isinstance(node, ast.Attribute):
            assert node.attr not in NAMES
        if isinstance(node, ast.Call):
            assert not any(word.arg == "markup" for word in node.keywords)
