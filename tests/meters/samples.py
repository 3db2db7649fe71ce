"""The captured answers that lie beside the project, where they do."""

from __future__ import annotations

import json
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = (ROOT / "fixtures" / "meters", ROOT.parent / "shared" / "data" / "meters")


def parts_of(sample: str, names: list[str]) -> dict[str, bytes] | None:
    """Return a sample's documents by request; None where they are not at hand."""
    for folder in FOLDERS:
        file = next((one for one in folder.glob(f"{sample}.*") if one.is_file()), None)
        if file is None:
            continue
        if names == [""]:
            return {"": file.read_bytes()}
        others = [folder / f"{sample}-{name}.json" for name in names]
        chosen = [one if one.is_file() else file for one in others]
        return {name: one.read_bytes() for name, one in zip(names, chosen, strict=True)}
    return None


def parts_of_answer(answer: str, names: list[str]) -> dict[str, bytes]:
    """Return a made answer's documents by request."""
    if names == [""]:
        return {"": answer.encode()}
    whole = json.loads(answer)
    return {name: json.dumps(whole[name]).encode() for name in names}
