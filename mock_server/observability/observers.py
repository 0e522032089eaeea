"""Observers of completed exchanges, such as counters and the log."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from starlette.types import Scope


class CompletedExchange(NamedTuple):
    """A request that was answered or cut off.

    ``status`` is 0 if no response was sent. ``tenant`` and ``operation`` are None if the request
    was not authenticated or not routed.
    """

    scope: Scope
    status: int
    took_us: int
    tenant: str | None
    operation: str | None


class ExchangeObserver(Protocol):
    """Called with each completed exchange."""

    def __call__(self, completed: CompletedExchange, /) -> None:
        """Record the exchange."""


ExchangeObservers = Sequence[ExchangeObserver]
