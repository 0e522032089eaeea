"""What a probe sends its requests through."""

from typing import Protocol

from contract_tests.contract.target_contract import TargetContract
from contract_tests.runner.capabilities import Capability
from contract_tests.wire.exchange import Exchange, Request


class RefusedError(Exception):
    """The guard did not let a request through; the message says why (``budget``, ...)."""


class UnansweredError(Exception):
    """There was no reply within the bound, or the connection broke."""

    def __init__(self, exchange: Exchange) -> None:
        """Keep the exchange."""
        super().__init__(exchange.trouble)
        self.exchange = exchange


class Session(Protocol):
    """One sender of requests; every request goes through the guard and is recorded.

    A request carries the placeholder ``exchange.KEY`` (the default headers do) where the account's
    key belongs, ``exchange.OTHER_KEY`` for another account's; any other text is sent as it is.
    """

    @property
    def contract(self) -> TargetContract:
        """The contract the target is held to."""

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What the target allows."""

    def send(self, request: Request) -> Exchange:
        """Send it and wait for the reply; 429 with Retry-After is obeyed and sent again.

        Raises:
            RefusedError: the guard did not let it through.
            UnansweredError: there is no reply.
        """

    def absent_id(self) -> str:
        """The id of a job that never existed; the same for the same seed."""
