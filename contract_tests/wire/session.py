"""What checks send their requests through."""

from typing import Protocol

from contract_tests.contract.target_contract import TargetContract
from contract_tests.targets.target import Capability
from contract_tests.wire.exchange import Exchange, Request


class RefusedError(Exception):
    """The guard did not send a request; the message says why (``budget``, ...)."""


class UnansweredError(Exception):
    """There was no response within the time limit, or the connection broke."""

    def __init__(self, exchange: Exchange) -> None:
        """Take the exchange without a response."""
        super().__init__(exchange.trouble)
        self.exchange = exchange


class Session(Protocol):
    """Sends requests through the guard, which records them.

    A request has the placeholder ``exchange.KEY`` (the default headers do) where the account's key
    belongs, and ``exchange.OTHER_KEY`` for another account's. Other keys are sent as they are.
    """

    @property
    def contract(self) -> TargetContract:
        """The contract that the target is tested against."""

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What the target allows."""

    def send(self, request: Request) -> Exchange:
        """Send a request and wait for the response; after 429 with Retry-After it is sent again.

        Raises:
            RefusedError: the guard did not send it.
            UnansweredError: there is no response.
        """

    def named(self, sender: str) -> "Session":
        """The same session, with another sender recorded for its exchanges."""

    def absent_id(self) -> str:
        """The id of a job that never existed; the same for the same seed."""
