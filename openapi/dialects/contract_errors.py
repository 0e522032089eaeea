"""Writes a dialect's error responses into a contract: the statuses of operations and their bodies.

The contract lists the statuses of an operation, ``error_kinds`` the kinds of error of a status, and
the dialect's rules the status and the envelope of each kind.
"""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from openapi.contract.error_kinds import ERROR_KINDS, ORDERING, ErrorKind
from openapi.dialects.dialect import Dialect
from openapi.dialects.templates import Envelope
from openapi.documents.places import operations
from openapi.documents.pointers import component_name, follow

Contract = dict[str, Any]
_FIRST_ERROR = 400
_CONFLICT = ERROR_KINDS["idempotency_conflict"]


@dataclass(slots=True)
class _ErrorStatus:
    """One status of one operation: its envelopes, and the headers that some errors lack."""

    envelopes: dict[str, Envelope] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)


def write_errors(contract: Contract, dialect: Dialect) -> None:
    """Replace every error response of every operation."""
    writer = _Writer(contract, dialect)
    for _, operation in operations(contract):
        answers = operation["responses"]
        found = _statuses(operation, dialect)
        kept = {status: answer for status, answer in answers.items() if not _is_error(status)}
        errors = {str(status): writer.answer(status, found[status]) for status in sorted(found)}
        operation["responses"] = kept | errors


def _is_error(status: str) -> bool:
    return int(status) >= _FIRST_ERROR


def _statuses(operation: Mapping[str, Any], dialect: Dialect) -> dict[int, _ErrorStatus]:
    """Every error status of an operation."""
    found: dict[int, _ErrorStatus] = {}
    statuses = [int(status) for status in operation["responses"] if _is_error(status)]
    kinds = [(status, kind) for status in statuses for kind in _kinds(operation, status)]
    if dialect.idempotency.conflicts and operation["operationId"] in ORDERING:
        kinds.append((_CONFLICT.status, _CONFLICT))
    for status, error_kind in kinds:
        for rule in dialect.rules(error_kind, operation["operationId"]):
            error = found.setdefault(rule.status or status, _ErrorStatus())
            error.envelopes[rule.envelope.name] = rule.envelope
            error.dropped |= {name for name, value in rule.headers.items() if value is None}
    return found


def _kinds(operation: Mapping[str, Any], status: int) -> Sequence[ErrorKind]:
    """The kinds of error of an operation's status; one without a code where none is known."""
    known = [each for each in ERROR_KINDS.values() if each.status == status]
    here = [each for each in known if each.occurs_at(operation)]
    return here or [ErrorKind(status, "", "")]


class _Writer:
    """Writes responses as components; equal ones share a component."""

    def __init__(self, contract: Contract, dialect: Dialect) -> None:
        self._schemas = contract["components"]["schemas"]
        self._responses = contract["components"].setdefault("responses", {})
        self._dialect = dialect
        self._names_exchanges = "RequestId" in contract["components"].get("headers", {})
        self._base = {
            int(status): (component_name(answer), follow(contract, answer))
            for _, operation in operations(contract)
            for status, answer in operation["responses"].items()
            if _is_error(status)
        }
        self._written: dict[str, dict[str, Any]] = {}

    def answer(self, status: int, error: _ErrorStatus) -> dict[str, Any]:
        """A reference to the response of a status with these envelopes."""
        name, base = self._base.get(status, ("", {}))
        phrase = HTTPStatus(status).phrase
        headers = {
            header: value
            for header, value in base.get("headers", self._any_headers()).items()
            if header not in error.dropped
        }
        content = {"application/json": {"schema": self._schema(error)}}
        answer = {"description": base.get("description", phrase), "headers": headers}
        return self._refer(name or phrase.title().replace(" ", ""), {**answer, "content": content})

    def _any_headers(self) -> dict[str, Any]:
        """The headers of a response with a status that the contract does not have."""
        named = {"$ref": "#/components/headers/RequestId"}
        return {"x-request-id": named} if self._names_exchanges else {}

    def _refer(self, name: str, answer: dict[str, Any]) -> dict[str, Any]:
        source = "this project, from the behaviour of the dialect"
        answer = {**copy.deepcopy(answer), "x-source": source, "x-standing": "inferred"}
        free, number = name, 1
        while self._written.get(free, answer) != answer:
            number += 1
            free = f"{name}{number}"
        self._written[free] = self._responses[free] = answer
        return {"$ref": f"#/components/responses/{free}"}

    def _schema(self, error: _ErrorStatus) -> dict[str, Any]:
        named = [self._named(error.envelopes[name]) for name in sorted(error.envelopes)]
        return named[0] if len(named) == 1 else {"anyOf": named}

    def _named(self, envelope: Envelope) -> dict[str, Any]:
        name = envelope.named or f"{envelope.name.title().replace('_', '')}Error"
        if name not in self._schemas:
            source, standing = self._dialect.sources[f"envelopes/{envelope.name}"]
            self._schemas[name] = {**envelope.schema(), "x-source": source, "x-standing": standing}
        return {"$ref": f"#/components/schemas/{name}"}
