"""The contract in each dialect, and what is compiled from it once."""

import asyncio
from functools import cached_property
from typing import Any

from mock_server.http.modes.examples import ExampleReplies
from mock_server.http.modes.lenient import TypeRules
from mock_server.http.validation.responses import ResponseRules
from openapi.contract.contract import Contract
from openapi.dialects.contract import contract_for
from openapi.dialects.dialect import Dialect
from openapi.editions.named import NamedExamples


class DialectContract:
    """The contract in one dialect, and everything that is compiled from it."""

    def __init__(self, document: dict[str, Any]) -> None:
        """Compile the rules for requests; everything else is compiled when it is first needed."""
        self.contract = Contract(document)
        for operation in self.contract.operations:
            operation.compile()

    @cached_property
    def types(self) -> TypeRules:
        """The rules for requests that are held to the documented types only."""
        return TypeRules(self.contract.schemas.compile)

    @cached_property
    def examples(self) -> ExampleReplies:
        """Example responses."""
        return ExampleReplies(self.contract)

    @cached_property
    def named_examples(self) -> NamedExamples:
        """The examples of parameters and bodies that clients are given."""
        return NamedExamples(self.contract.document)

    @cached_property
    def responses(self) -> ResponseRules:
        """The rules for responses."""
        return ResponseRules(self.contract)


class DialectContracts:
    """One contract in every dialect; ``compiled`` are those that were needed so far."""

    def __init__(self, contract: dict[str, Any], *, partial: bool) -> None:
        """``partial``: the contract may lack operations that a dialect mentions."""
        self._contract = contract
        self._partial = partial
        self.compiled: dict[Dialect, DialectContract] = {}

    def of(self, dialect: Dialect) -> DialectContract:
        """The contract in a dialect.

        Raises:
            SpecError: the dialect does not fit the contract.
        """
        known = self.compiled.get(dialect)
        if known is None:
            contract = contract_for(self._contract, dialect, partial=self._partial)
            known = self.compiled[dialect] = DialectContract(contract)
        return known

    async def compile(self, dialect: Dialect) -> DialectContract:
        """Like `of`, in a thread, so that other requests are answered meanwhile."""
        return await asyncio.to_thread(self.of, dialect)
