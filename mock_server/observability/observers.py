"""What is told of every exchange once it is over: to counters, to a log."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from starlette.types import Scope


class CompletedExchange(NamedTuple):
    """An exchange that is over.

    ``status`` is 0 where nothing was answered; ``tenant`` None where nobody can say whose it was,
    ``operation`` None where it got to none.
    """

    scope: Scope
    status: int
    took_us: int
    tenant: str | None
    operation: str | None


class ExchangeObserver(Protocol):
    """Takes note of an exchange."""

    def __call__(self, ended: CompletedExchange, /) -> None:
        """The exchange is over."""


ExchangeObservers = Sequence[ExchangeObserver]
