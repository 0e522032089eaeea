"""Models as jobs use them: rows for unlisted models, and errors for unavailable ones."""

from mock_server.http.errors import MODEL_PAUSED, MODEL_RETIRED, MODEL_UNAVAILABLE, ApiError
from openapi.catalogue.models import Model, Price
from openapi.contract.error_kinds import ErrorKind

# The label of unlisted models in metrics; clients can send any number of names.
LABEL = "unlisted"
LONGEST_NAME = 128
_INFERRED = "no page and no row names the model"


def unlisted(name: str) -> Model:
    """A row for an unlisted model. Its price is unknown; everything else is inferred."""
    return Model(
        name=name,
        family="veo" if name.lower().startswith("veo") else "sora",
        status="available",
        price=Price("job", None, {}, _INFERRED, "inferred"),
        pages=(),
        like=(),
        sizes=(),
        seconds=(),
        default_size=None,
        default_seconds=8,
        queued_ms=10_000,
        per_second_ms=14_300,
        retired_on=None,
        line=0,
    )


def retired(model: str, since: str | None = None) -> ApiError:
    """The error for a retired model; ``since`` is the day of its retirement."""
    when = f" on {since}" if since else ""
    return ApiError(
        MODEL_RETIRED,
        f"The model '{model}' was retired{when}.",
        param="model",
        facts={"model": model},
    )


def paused(model: str) -> ApiError:
    """The error for a paused model, which will be available again."""
    return ApiError(
        MODEL_PAUSED,
        f"The model '{model}' is paused at the moment.",
        param="model",
        facts={"model": model},
    )


def unavailable(model: str) -> ApiError:
    """The error for a model that is unavailable for an unknown time."""
    return _about(model, MODEL_UNAVAILABLE, f"The model '{model}' is unavailable at the moment.")


def _about(model: str, error_kind: ErrorKind, message: str) -> ApiError:
    return ApiError(error_kind, message, param="model", facts={"model": model})
