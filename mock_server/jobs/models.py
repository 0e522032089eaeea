"""Errors for models that are not for sale, and the label of unlisted ones."""

from mock_server.http.errors import MODEL_PAUSED, MODEL_RETIRED, MODEL_UNAVAILABLE, ApiError
from openapi.contract.error_kinds import ErrorKind

# The label of unlisted models in metrics; clients can send any number of names.
LABEL = "unlisted"
LONGEST_NAME = 128


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
