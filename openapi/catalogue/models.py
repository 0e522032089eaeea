"""The model catalogue: sizes, lengths, prices, timing and availability of every model, as data."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openapi.documents.located import load
from openapi.documents.shape import Shape
from openapi.errors import SpecError

_MICROS = 1_000_000
_WHAT = "the model catalogue cannot be used"
_UNSORTED = "the numbers of its spread do not rise"
_REMEDY = "compare the row with the others; the top of models.yaml explains every key"


@dataclass(frozen=True, slots=True)
class Size:
    """A size word in pixels; with ``turns`` the orientation decides which side is the long one."""

    width: int
    height: int
    turns: bool = False

    def turned(self, orientation: str | None) -> tuple[int, int]:
        """Width and height for ``portrait`` or ``landscape``; as written for None."""
        if self.turns and orientation == "portrait":
            return self.height, self.width
        return self.width, self.height


@dataclass(frozen=True, slots=True)
class Price:
    """A list price in US dollars per second of video or per job; None where it is unknown."""

    per: str
    usd: float | None
    usd_by_size: Mapping[str, float]
    source: str
    standing: str

    def of(self, size: str, seconds: int) -> float | None:
        """The cost of one job of that size and length; None where it is unknown."""
        micros = self.micros(size, seconds)
        return None if micros is None else micros / _MICROS

    def micros(self, size: str, seconds: int) -> int | None:
        """The same cost in whole millionths of a dollar."""
        unit = self.usd_by_size.get(size, self.usd)
        if unit is None:
            return None
        return round(unit * _MICROS) * (seconds if self.per == "second" else 1)


@dataclass(frozen=True, slots=True)
class Model:
    """One row of the catalogue, and its line in the file.

    ``spread`` is how much the times of jobs differ, as multiples of the model's own: evenly spaced
    quantiles from the shortest to the longest; empty where the row has none.
    """

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
    spread: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All models and all size words of one file; ``spread`` is that of models without their own."""

    path: Path
    models: Mapping[str, Model]
    sizes: Mapping[str, Size]
    spread: tuple[float, ...] = ()


# The timing of models without a row is that of the models that were measured.
_QUEUED_MS, _PER_SECOND_MS, _SECONDS = 10_000, 14_300, 8


def inferred_model(name: str, sizes: Sequence[str] = (), seconds: Sequence[int] = ()) -> Model:
    """A row for an unlisted model: its price is unknown, the rest is inferred from other models."""
    return Model(
        name=name,
        family="veo" if name.lower().startswith("veo") else "sora",
        status="available",
        price=Price("job", None, {}, "no source knows the model", "inferred"),
        pages=(),
        like=(),
        sizes=tuple(sizes),
        seconds=tuple(seconds),
        default_size=next(iter(sizes), None),
        default_seconds=next(iter(seconds), _SECONDS),
        queued_ms=_QUEUED_MS,
        per_second_ms=_PER_SECOND_MS,
        retired_on=None,
        line=0,
    )


def load_catalogue(path: Path) -> Catalogue:
    """Read a catalogue file.

    Raises:
        SpecError: a row lacks a key, has an unknown key or value, or contradicts itself; the
            message names the line.
    """
    located = load(path)
    Shape("catalogue", what=_WHAT, remedy=_REMEDY).hold(located)
    sizes = {word: Size(**size) for word, size in located.data.get("sizes", {}).items()}
    models = {}
    for name, row in located.data["models"].items():
        model = _model(name, row, located.line(("models", name)))
        for problem in _contradictions(model, sizes):
            raise _refusal(path, model.line, f"model '{name}': {problem}")
        models[name] = model
    spread = tuple(located.data.get("spread", {}).get("times", ()))
    if list(spread) != sorted(spread):
        raise _refusal(path, located.line(("spread", "times")), _UNSORTED)
    return Catalogue(path, models, sizes, spread)


def _contradictions(model: Model, sizes: Mapping[str, Size]) -> Iterator[str]:
    for size in model.sizes:
        if size not in sizes:
            yield f"its size '{size}' has no width and height under 'sizes'"
    for size in model.price.usd_by_size:
        if size not in model.sizes and model.sizes:
            yield f"it has a price for the size '{size}', which is not one of its sizes"
    if list(model.spread) != sorted(model.spread):
        yield _UNSORTED
    if model.sizes and model.default_size and model.default_size not in model.sizes:
        yield f"its default_size '{model.default_size}' is not one of its sizes"
    # A row without lists takes any value, and its default where a request has none.
    if model.seconds and model.default_seconds and model.default_seconds not in model.seconds:
        yield f"its default_seconds {model.default_seconds} is not one of its seconds"


def _model(name: str, row: Mapping[str, Any], line: int) -> Model:
    timing = row.get("timing", {"queued_s": 0, "per_second_s": 0})
    price = row["price"]
    return Model(
        name=name,
        family=row["family"],
        status=row["status"],
        price=Price(
            price["per"],
            None if price["usd"] is None else float(price["usd"]),
            price.get("usd_by_size", {}),
            price["source"],
            price["standing"],
        ),
        pages=tuple(row.get("pages", ())),
        like=tuple(row.get("like", ())),
        sizes=tuple(row.get("sizes", ())),
        seconds=tuple(row.get("seconds", ())),
        default_size=row.get("default_size"),
        default_seconds=row.get("default_seconds", 0),
        queued_ms=round(timing["queued_s"] * 1000),
        per_second_ms=round(timing["per_second_s"] * 1000),
        retired_on=row.get("retired_on"),
        line=line,
        spread=tuple(timing.get("spread", ())),
    )


def _refusal(path: Path, line: int, why: str) -> SpecError:
    return SpecError(what=_WHAT, where=str(path), line=line, why=why, remedy=_REMEDY)
