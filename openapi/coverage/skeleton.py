"""Makes catalogue rows for models that have none, to be completed by hand."""

from collections.abc import Mapping
from typing import Any

from openapi.catalogue.models import Catalogue, Model
from openapi.coverage.agreement import completed, missing_models
from openapi.documents.writing import dump

_HEADING = """\
# The model catalogue: one row a model. What no page says is inferred: correct it.
# price: the list price, per second of video or per job. timing: queued_s, then per_second_s for
# each second of video. status: available, retired, paused or unavailable.
"""
_PIXELS = 720
_USUAL = "1280x720"
# Of one side, in pixels: an encoder's limits.
_LEAST, _MOST = 2, 8192


def skeleton(contract: Mapping[str, Any], catalogue: Catalogue) -> str:
    """A catalogue file with a row for each model of a contract that a catalogue has no row for.

    Its sizes are those of the given catalogue, and those of the new rows.
    """
    rows = completed(contract, catalogue).models
    models = {name: _row(rows[name]) for name in missing_models(contract, catalogue)}
    words = dict.fromkeys(size for row in models.values() for size in row["sizes"])
    sizes = {word: _size(catalogue, word) for word in words}
    return _HEADING + dump({"sizes": sizes, "models": models})


def _size(catalogue: Catalogue, word: str) -> dict[str, Any]:
    known = catalogue.sizes.get(word)
    width, height = (known.width, known.height) if known else _read(word)
    turns = {"turns": True} if known is not None and known.turns else {}
    return {"width": width, "height": height, **turns}


def _read(word: str) -> tuple[int, int]:
    """Pixels of `1280x720`, `16:9` and `720p`; anything else is taken for the usual size."""
    width, _, height = word.lower().replace(":", "x").partition("x")
    if width.isdecimal() and height.isdecimal() and int(width) and int(height):
        wide, high = int(width), int(height)
        if max(wide, high) < _PIXELS:
            scale = _PIXELS / min(wide, high)
            wide, high = round(wide * scale), round(high * scale)
        return _even(wide), _even(high)
    lines = int(width[:-1]) if width[:-1].isdecimal() and width.endswith("p") else _PIXELS
    return _even(lines * 16 // 9), _even(lines)


def _even(side: int) -> int:
    """A side that H.264 can encode: even, and within its limits."""
    return min(max(side + side % 2, _LEAST), _MOST)


def _row(model: Model) -> dict[str, Any]:
    price = {"per": "job", "usd": None, "source": "unknown; fill it in", "standing": "inferred"}
    timing = {
        "queued_s": model.queued_ms / 1000,
        "per_second_s": model.per_second_ms / 1000,
        "source": "as sora-2",
        "standing": "inferred",
    }
    sizes = list(model.sizes) or [_USUAL]
    seconds = list(model.seconds) or [model.default_seconds]
    return {
        "family": model.family,
        "status": model.status,
        "sizes": sizes,
        "seconds": seconds,
        "default_size": sizes[0],
        "default_seconds": seconds[0],
        "price": price,
        "timing": timing,
    }
