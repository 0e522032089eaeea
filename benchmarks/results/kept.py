"""Results as a JSON file: written whole or not at all, and read again."""

import json
import os
from dataclasses import asdict
from pathlib import Path

from benchmarks.results.figures import Entrant, Figures, Results

FOLDER = Path(__file__).parents[1]
RESULTS = FOLDER / "results.json"
PICTURE = RESULTS.with_suffix(".svg")


def as_json(results: Results) -> str:
    """Everything that was found, for programs."""
    return json.dumps(asdict(results), indent=1, ensure_ascii=False) + "\n"


def read(text: str) -> Results:
    """What `as_json` wrote.

    Raises:
        TypeError, KeyError: it is something else.
    """
    found = json.loads(text)
    entrants = [Entrant(**each) for each in found.pop("entrants")]
    rows = [Figures(**each) for each in found.pop("rows")]
    return Results(entrants=entrants, rows=rows, **found)


def write(path: Path, text: str) -> None:
    """Put a text in a file's place; whoever reads it meanwhile sees the old one or the new."""
    draft = path.with_suffix(f"{path.suffix}.new")
    try:
        draft.write_text(text, encoding="utf-8")
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
