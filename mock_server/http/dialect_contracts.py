"""Which dialect an exchange is in, and what is compiled once for each: contract, rules, routes."""

import asyncio
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from starlette.types import Scope

from mock_server.http.error_responses import ErrorResponse, Occasion, tell
from mock_server.http.errors import ApiError
from mock_server.http.exchange import (
    ERROR_CODE,
    INBOUND,
    OPERATION,
    STANDING,
    TOKEN,
    Inbound,
    Standing,
)
from mock_server.http.modes.examples import ExampleReplies
from mock_server.http.modes.types_only import TypeRules
from mock_server.http.routes import routes
from mock_server.http.validation.responses import ResponseRules
from openapi.contract.contract import Contract
from openapi.dialects.contract import contract_for
from openapi.dialects.dialect import Dialect
from openapi.editions.named import NamedExamples

_LONGEST_PATH = 200


class DialectContract:
    """The contract in one dialect, and everything that is compiled from it."""

    def __init__(self, document: dict[str, Any]) -> None:
        """Compile the rules for requests; those for responses are compiled at first use."""
        self.contract = Contract(document)
        for operation in self.contract.operations:
            operation.compile()
        self.routes = routes(document)

    @cached_property
    def types(self) -> TypeRules:
        """What requests may be by their types alone."""
        return TypeRules(self.contract.schemas.compile)

    @cached_property
    def examples(self) -> ExampleReplies:
        """Responses about objects that do not exist."""
        return ExampleReplies(self.contract)

    @cached_property
    def named_examples(self) -> NamedExamples:
        """The examples of parameters and bodies that clients are given."""
        return NamedExamples(self.contract.document)

    @cached_property
    def answers(self) -> ResponseRules:
        """The rules for responses."""
        return ResponseRules(self.contract)


class DialectContracts:
    """The speeches of one contract by dialect, each compiled when it is first asked for."""

    def __init__(self, contract: dict[str, Any], *, partial: bool) -> None:
        """``partial``: the contract may lack operations that a dialect speaks of."""
        self._contract = contract
        self._partial = partial
        self._compiled: dict[Dialect, DialectContract] = {}

    def of(self, dialect: Dialect) -> DialectContract:
        """The speech of a dialect.

        Raises:
            SpecError: the dialect does not fit the contract.
        """
        dialect_contract = self._compiled.get(dialect)
        if dialect_contract is None:
            contract = contract_for(self._contract, dialect, partial=self._partial)
            dialect_contract = self._compiled[dialect] = DialectContract(contract)
        return dialect_contract

    async def ready(self, dialect: Dialect) -> DialectContract:
        """The same; what is not compiled yet is compiled in a thread, while others are answered."""
        known = self._compiled.get(dialect)
        return await asyncio.to_thread(self.of, dialect) if known is None else known


class ResponseDialect:
    """Finds the dialect of an exchange, however far it got, and tells errors in it."""

    def __init__(self, default: Dialect) -> None:
        """``default`` is for callers without a good key."""
        self._default = default

    def __call__(self, scope: Scope) -> Dialect:
        """The dialect of the checked request, else of the key that it came with."""
        inbound: Inbound | None = scope.get(INBOUND)
        if inbound is not None:
            return inbound.dialect
        standing: Standing | None = scope.get(STANDING)
        return self._default if standing is None else standing.dialect

    def tell(self, error: ApiError, scope: Scope) -> ErrorResponse:
        """An error as the exchange's dialect tells it."""
        dialect = self(scope)
        scope[ERROR_CODE] = error.error_kind.code
        token: bytes = scope.get(TOKEN, b"")
        occasion = Occasion(
            operation=scope.get(OPERATION),
            method=scope["method"],
            path=scope["path"][:_LONGEST_PATH],
            request_id=dialect.headers.request_id_prefix + token.decode(),
        )
        return tell(error, dialect, occasion)


def absent_somewhere(dialects: Iterable[Dialect]) -> frozenset[str]:
    """The operations that at least one of the dialects does not have."""
    return frozenset(name for dialect in dialects for name in dialect.without)
