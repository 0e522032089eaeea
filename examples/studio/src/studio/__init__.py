"""Orders films from a gateway that sells slow, paid jobs, and pays for each only once."""

from studio.asynchronous import AsyncStudio
from studio.blocking import Studio
from studio.errors import (
    FailedError,
    FilmError,
    GoneError,
    RefusedError,
    ServiceError,
    TooLateError,
    UnavailableError,
    UnclearError,
)
from studio.order import Order
from studio.patience import Patience

__all__ = (
    "AsyncStudio",
    "FailedError",
    "FilmError",
    "GoneError",
    "Order",
    "Patience",
    "RefusedError",
    "ServiceError",
    "Studio",
    "TooLateError",
    "UnavailableError",
    "UnclearError",
)
