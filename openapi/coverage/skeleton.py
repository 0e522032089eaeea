"""Makes catalogue rows for models that have none, to be completed by hand."""

from collections.abc import Mapping
from typing import Any

from openapi.catalogue.models import Catalogue, Model
from openapi.catalogue.sizes import read_size
from openapi.coverage.agreement import completed, missing_models
from openapi.documents.writing import dump

_HEADING = """\
# The model catalogue: one row a model. What no page says is inferred: correct it.
# price: the list price, per second of video or per job. timing: queued_s, then per_second_s for
# each second of video. status: available, retired, paused or unavailable. sizes and seconds: what
# it makes where its page lists none; without them any is accepted.
"""
_USUAL, _USUAL_PIXELS = "1280x720", (1280, 720)


def skeleton(contract: Mapping[str, Any], catalogue: Catalogue) -> str:
    """A catalogue file with a row for each model of a contract that a catalogue has no row for.

    Its sizes are those of the given catalogue, and those of the new rows.
    """
    rows = completed(contract, catalogue).models
    models = {name: _row(rows[name]) for name in missing_models(contract, catalogue)}
    words = dict.fromkeys(
        size for row in models.values() for size in (row["default_size"], *row.get("sizes", ()))
    )
    sizes = {word: _size(catalogue, word) for word in words}
    return _HEADING + dump({"sizes": sizes, "models": models})


def _size(catalogue: Catalogue, word: str) -> dict[str, Any]:
    known = catalogue.sizes.get(word)
    width, height = (known.width, known.height) if known else read_size(word) or _USUAL_PIXELS
    turns = {"turns": True} if known is not None and known.turns else {}
    return {"width": width, "height": height, **turns}


def _row(model: Model) -> dict[str, Any]:
    price = {"per": "job", "usd": None, "source": "unknown; fill it in", "standing": "inferred"}
    timing = {
        "queued_s": model.queued_ms / 1000,
        "per_second_s": model.per_second_ms / 1000,
        "source": "as sora-2",
        "standing": "inferred",
    }
    known = {"sizes": list(model.sizes), "seconds": list(model.seconds)}
    return {
        "family": model.family,
        "status": model.status,
        **{name: values for name, values in known.items() if values},
        "default_size": model.default_size or _USUAL,
        "default_seconds": model.default_seconds,
        "price": price,
        "timing": timing,
    }
