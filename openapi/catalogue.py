"""The model catalogue: sizes, lengths, prices, timing and availability of every model, as data."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openapi.errors import SpecError
from openapi.located import Located, load

STATUSES = ("available", "retired", "paused", "unavailable")


@dataclass(frozen=True, slots=True)
class Size:
    """A size word in pixels. ``turns``: the word leaves it to an orientation which side is long."""

    width: int
    height: int
    turns: bool = False

    def turned(self, orientation: str | None) -> tuple[int, int]:
        """Width and height for ``portrait`` or ``landscape``; without one as written."""
        if self.turns and orientation == "portrait":
            return self.height, self.width
        return self.width, self.height


@dataclass(frozen=True, slots=True)
class Price:
    """A list price in US dollars per second of video or per job."""

    per: str
    usd: float
    usd_by_size: Mapping[str, float]
    source: str
    standing: str

    def of(self, size: str, seconds: int) -> float:
        """What one job of that size and length costs."""
        unit = self.usd_by_size.get(size, self.usd)
        return round(unit * seconds, 4) if self.per == "second" else unit


@dataclass(frozen=True, slots=True)
class Model:
    """One row of the catalogue; ``line`` is where it stands in the file."""

    name: str
    family: str
    status: str
    price: Price
    pages: tuple[str, ...]
    like: tuple[str, ...]
    sizes: tuple[str, ...]
    seconds: tuple[int, ...]
    default_size: str | None
    default_seconds: int
    queued_ms: int
    per_second_ms: int
    retired_on: str | None
    line: int


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All models and all size words of one file."""

    path: Path
    models: Mapping[str, Model]
    sizes: Mapping[str, Size]


def load_catalogue(path: Path) -> Catalogue:
    """Read a catalogue file.

    Raises:
        SpecError: a row lacks something or uses an unknown word; the message names the line.
    """
    located = load(path)
    data = located.data
    if not isinstance(data, dict) or not isinstance(data.get("models"), dict):
        raise _refusal(path, 1, "no catalogue", "it has no 'models'")
    sizes = {word: Size(**size) for word, size in data.get("sizes", {}).items()}
    models = {model.name: model for model in _models(path, located, frozenset(sizes))}
    return Catalogue(path, models, sizes)


def _models(path: Path, located: Located, sizes: frozenset[str]) -> Iterator[Model]:
    for name, row in located.data["models"].items():
        line = located.line(("models", name))
        try:
            model = _model(name, row, line)
        except (KeyError, TypeError, ValueError) as error:
            raise _refusal(path, line, f"model '{name}' is incomplete", repr(error)) from error
        unknown = [size for size in model.sizes if size not in sizes]
        if unknown or model.status not in STATUSES:
            why = f"unknown sizes {unknown} or status '{model.status}'"
            raise _refusal(path, line, f"model '{name}' uses an unknown word", why)
        yield model


def _model(name: str, row: Mapping[str, Any], line: int) -> Model:
    timing = row.get("timing", {"queued_s": 0, "per_second_s": 0})
    price = row["price"]
    return Model(
        name=name,
        family=row["family"],
        status=row["status"],
        price=Price(
            price["per"],
            float(price["usd"]),
            price.get("usd_by_size", {}),
            price["source"],
            price["standing"],
        ),
        pages=tuple(row.get("pages", ())),
        like=tuple(row.get("like", ())),
        sizes=tuple(row.get("sizes", ())),
        seconds=tuple(int(number) for number in row.get("seconds", ())),
        default_size=row.get("default_size"),
        default_seconds=int(row.get("default_seconds", 0)),
        queued_ms=round(timing["queued_s"] * 1000),
        per_second_ms=round(timing["per_second_s"] * 1000),
        retired_on=row.get("retired_on"),
        line=line,
    )


def _refusal(path: Path, line: int, what: str, why: str) -> SpecError:
    return SpecError(
        what=what,
        where=str(path),
        line=line,
        why=why,
        remedy="compare the row with its neighbours; every key is explained at the file's top",
    )
