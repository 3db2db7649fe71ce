"""The documents name only pictures that are there, and every picture is named and made."""

from __future__ import annotations

import re
from pathlib import Path

from tests.screenshots import PICTURES, files

ROOT = Path(__file__).parent.parent
_PICTURE = re.compile(r"\(([^()\s]*pictures/[^()\s]+\.svg)\)")


def named() -> set[Path]:
    """Every picture that a document names, by its place."""
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return {
        (document.parent / link).resolve()
        for document in documents
        for link in _PICTURE.findall(document.read_text(encoding="utf-8"))
    }


def test_every_named_picture_is_there() -> None:
    assert [path.name for path in named() if not path.is_file()] == []


def test_every_picture_is_named_and_made() -> None:
    there = {path.name for path in PICTURES.iterdir()}
    assert there == {path.name for path in named()}
    assert there == set(files())


def test_no_picture_asks_anybody_for_anything() -> None:
    for path in PICTURES.iterdir():
        text = path.read_text(encoding="utf-8")
        assert "url(" not in text.replace("url(#", ""), path.name
        assert "@font-face" not in text, path.name
