"""Why a known model cannot be had, the same whether the catalogue says so or a drill."""

from mock_server.http.errors import MODEL_PAUSED, MODEL_RETIRED, MODEL_UNAVAILABLE, ApiError
from openapi.contract.error_kinds import ErrorKind


def retired(model: str, since: str | None = None) -> ApiError:
    """It was taken away for good; ``since`` is the day."""
    when = f" on {since}" if since else ""
    return ApiError(
        MODEL_RETIRED,
        f"The model '{model}' was retired{when}.",
        param="model",
        facts={"model": model},
    )


def paused(model: str) -> ApiError:
    """It comes back by itself."""
    return ApiError(
        MODEL_PAUSED,
        f"The model '{model}' is paused at the moment.",
        param="model",
        facts={"model": model},
    )


def unavailable(model: str) -> ApiError:
    """Nobody knows when it comes back."""
    return _about(model, MODEL_UNAVAILABLE, f"The model '{model}' is unavailable at the moment.")


def _about(model: str, error_kind: ErrorKind, message: str) -> ApiError:
    return ApiError(error_kind, message, param="model", facts={"model": model})
