"""The figures of a run, and the JSON file that holds them."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The measurements of one row: for each peer one value per round.

    ``subject`` is the server that the row is about. ``left_out`` has the reason for
    each peer without values, ``lacks`` what a peer with values does not support.
    """

    name: str
    title: str
    unit: str
    more_is_better: bool
    subject: str
    values: Mapping[str, Sequence[float]]
    left_out: Mapping[str, str] = field(default_factory=dict)
    lacks: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def middle(self, name: str) -> float | None:
        """The median of somebody's values; None where there are none."""
        found = self.values.get(name)
        return median(found) if found else None

    def ratio(self, other: str) -> "Ratio | None":
        """How many times as good the subject is as another; None where one of them has no values.

        Rounds are compared one by one, so that what else the machine did falls on both alike.
        """
        ours, theirs = self.values.get(self.subject), self.values.get(other)
        if not ours or not theirs:
            return None
        pairs = zip(ours, theirs, strict=False)
        ratios = [a / b if self.more_is_better else b / a for a, b in pairs]
        return Ratio(median(ratios), min(ratios), max(ratios))


@dataclass(frozen=True, slots=True)
class Ratio:
    """The median of all rounds, with the least and the most."""

    median: float
    least: float
    most: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrant:
    """Somebody who was measured, or who could not be: ``missing`` says what the machine lacked.

    ``abilities`` are the words of `benchmarks.abilities` for what it was found to do.
    """

    name: str
    title: str
    version: str = ""
    setting: str = ""
    abilities: Sequence[str] = field(default_factory=list)
    missing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """A whole run: when, on what, how hard, of whom, and what was found."""

    taken: str
    machine: Mapping[str, str]
    load: Mapping[str, float]
    entrants: Sequence[Entrant]
    rows: Sequence[Figures]

    def row(self, name: str) -> Figures | None:
        """The row of a name; None where it was not measured."""
        return next((row for row in self.rows if row.name == name), None)

    def others(self) -> list[Entrant]:
        """Everybody but this fake in its several forms."""
        return [each for each in self.entrants if not each.name.startswith("fake")]


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
    """Replace a file atomically."""
    draft = path.with_suffix(f"{path.suffix}.new")
    try:
        draft.write_text(text, encoding="utf-8")
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
