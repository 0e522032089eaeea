"""Handlers of operations that only a contract knows: answered from it, or by their role.

A contract of another gateway has operations that no handler of this server implements. An operation
of this server at another path is served by its handler; any other gets the response that the
contract documents, marked as inferred.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mock_server.http.dialect_contracts import DialectContracts
from mock_server.http.exchange import INFERRED, Handler, Inbound, Reply
from mock_server.http.modes.examples import WithHeaders
from mock_server.http.modes.notices import INFERRED_HEADER
from openapi import CONTRACT
from openapi.contract.contract import Contract, Operation
from openapi.contract.document import load_contract
from openapi.contract.paths import parameter_names, path_form, without_version


def handlers_for(
    contracts: DialectContracts, handlers: Mapping[str, Handler], served: Contract
) -> dict[str, Handler]:
    """A handler for every operation of a contract that is not this server's own.

    ``handlers`` are this server's, by the ids of the operations of its own contract.
    """
    own = Contract(load_contract(CONTRACT))
    by_shape = {_shape(each): each for each in own.operations}
    found = {}
    for operation in served.operations:
        role = by_shape.get(_shape(operation))
        if operation.id in handlers:
            found[operation.id] = handlers[operation.id]
        elif role is not None:
            found[operation.id] = _ByRole(handlers[role.id], dict(_names(operation, role)))
        else:
            found[operation.id] = _Documented(contracts, operation.id)
    return found


def _shape(operation: Operation) -> tuple[str, str]:
    """An operation without the version and the parameter names of its path."""
    return operation.method, path_form(without_version(operation.path))


def _names(operation: Operation, role: Operation) -> Iterator[tuple[str, str]]:
    """The parameters of an operation's path, each with the name that the role's handler reads."""
    return zip(parameter_names(operation.path), parameter_names(role.path), strict=True)


@dataclass(frozen=True, slots=True)
class _ByRole:
    """Serves an operation as another one."""

    handler: Handler
    names: Mapping[str, str]

    async def __call__(self, request: Inbound) -> Reply:
        path = {self.names.get(name, name): value for name, value in request.path.items()}
        return await self.handler(request._replace(path=path))


@dataclass(frozen=True, slots=True)
class _Documented:
    """Answers with what the contract documents."""

    contracts: DialectContracts
    operation_id: str

    async def __call__(self, request: Inbound) -> Reply:
        note = f"documented response of {self.operation_id}"
        request.noted[INFERRED] = note
        examples = self.contracts.of(request.dialect).examples
        reply = examples.reply(self.operation_id, request.path)
        return WithHeaders(reply, {INFERRED_HEADER: note})
