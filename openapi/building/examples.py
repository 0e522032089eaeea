"""Checks every example and default against its schema, of the pages and of the contract itself.

A value on a page that its schema refuses is accepted only if the conflict report names it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openapi.building.contract_rules import Problem, problem_at
from openapi.conflicts import find
from openapi.contract.requests import FORM
from openapi.contract.schemas import FILE, SchemaCompiler
from openapi.documents.places import is_map_of_names, parts
from openapi.documents.pointers import Steps, follow, json_pointer
from openapi.merging.bodies import shown_by
from openapi.merging.fields import documented_defaults
from openapi.merging.parameters import described
from openapi.merging.responses import Reply, replies_of
from openapi.merging.schemas import text_of
from openapi.merging.variants import Request, requests_of
from openapi.pages.documented import DocumentedPage
from openapi.pages.field import Cited
from openapi.pages.operation import PageOperation, operations_of

Contract = Mapping[str, Any]
# Page, or path of a parameter; field; value as JSON.
_PageValue = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Refused:
    """A value on a page that the contract refuses: its place, and the reason."""

    page: DocumentedPage
    pointer: Steps
    why: str


def refused_values(
    contract: Contract, pages: Sequence[DocumentedPage], compiler: SchemaCompiler
) -> list[Refused]:
    """Every example and default of every page that the contract refuses, each once."""
    judge = _Judge(contract, compiler)
    found = [
        refused
        for page in pages
        for operation in operations_of(page)
        for refused in judge.operation(operation)
    ]
    return list({(each.page.name, tuple(each.pointer)): each for each in reversed(found)}.values())


@dataclass(frozen=True, slots=True)
class _Judge:
    contract: Contract
    compiler: SchemaCompiler

    def operation(self, operation: PageOperation) -> Iterator[Refused]:
        for request in requests_of(operation):
            yield from self._request(request)
        for reply in replies_of(operation):
            yield from self._reply(reply)
        for parameter in described(operation):
            field, schema = parameter.field, self._parameter(operation, parameter.key)
            for cited in (*field.shown, *documented_defaults(field)):
                yield from self._value(parameter.page, schema, cited)

    def _request(self, request: Request) -> Iterator[Refused]:
        schema = self.contract["components"]["schemas"].get(request.component)
        if schema is None:
            why = f"its request is missing in the contract, where it is {request.component}"
            yield Refused(request.page, request.pointer, why)
            return
        is_form = request.media_type == FORM
        for shown in () if is_form else shown_by(request):
            yield from self._value(request.page, schema, (shown.value, shown.pointer))
        for name in request.fields:
            field, declared = request.field(name), schema.get("properties", {}).get(name)
            for value, pointer in (*field.shown, *documented_defaults(field)):
                carried = text_of(value) if is_form else value
                yield from self._value(request.page, declared, (carried, pointer))

    def _reply(self, reply: Reply) -> Iterator[Refused]:
        responses = _at(self.contract, "paths", reply.path, reply.method, "responses")
        response = self._followed(_at(responses, reply.status))
        schema = _at(response, "content", reply.media_type, "schema")
        for shown in shown_by(reply):
            yield from self._value(reply.page, schema, (shown.value, shown.pointer))

    def _value(self, page: DocumentedPage, schema: Any, cited: Cited) -> Iterator[Refused]:
        """``schema`` is None where the overlay has removed the part: there is nothing to check."""
        if schema is None or self._followed(schema).get("format") == "binary":
            return
        value, pointer = cited
        for error in self.compiler.compile(schema).iter_errors(value):
            yield Refused(page, (*pointer, *error.instance_path), error.message)

    def _parameter(self, operation: PageOperation, key: tuple[str, str]) -> Any:
        item = _at(self.contract, "paths", operation.path) or {}
        holders = (item, item.get(operation.method, {}))
        found = None
        for declared in (each for holder in holders for each in holder.get("parameters", ())):
            parameter = self._followed(declared)
            if (parameter.get("in"), parameter.get("name")) == key:
                found = parameter.get("schema")
        return found

    def _followed(self, node: Any) -> Mapping[str, Any]:
        return follow(self.contract, node or {})


def _at(node: Any, *steps: str) -> Any:
    for step in steps:
        node = (node or {}).get(step)
    return node


def example_problems(contract: Contract, pages: Sequence[DocumentedPage]) -> Iterator[Problem]:
    """Every value that its schema refuses, except those that the conflict report names."""
    compiler = SchemaCompiler(contract)
    refused = refused_values(contract, pages, compiler)
    yield from (_problem(each) for each in _unknown(refused, pages))
    yield from _contract_problems(contract, compiler, _shown_by(pages))


def request_example(request: Request) -> dict[str, Any]:
    """A page's request example as one body, with ``FILE`` in the place of a file."""
    body = {}
    for name in request.fields:
        field = request.field(name)
        for value, _ in field.shown[:1]:
            body[name] = FILE if field.declared.get("format") == "binary" else value
    return body


def _unknown(refused: Sequence[Refused], pages: Sequence[DocumentedPage]) -> Iterator[Refused]:
    """The refused values that no row of the conflict report points to."""
    rows = find(pages) if refused else []
    known = {(claim.page, claim.pointer) for row in rows for claim in row.claims}
    for each in refused:
        if (each.page.name, json_pointer(tuple(each.pointer))) not in known:
            yield each


def _problem(refused: Refused) -> Problem:
    line = refused.page.line(refused.pointer)
    where = f"{refused.page.name}:{line}"
    why = f"{where}: what the page shows is refused: {refused.why}"
    return Problem(f"{why} (no row of the conflict report names it)", str(refused.page.path), line)


def _contract_problems(
    contract: Contract, compiler: SchemaCompiler, shown: frozenset[_PageValue]
) -> Iterator[Problem]:
    for pointer, schema, value in _values(contract):
        if _is_page_value(contract, pointer, value, shown):
            continue
        if follow(contract, schema).get("format") != "binary":
            for error in compiler.compile(schema).iter_errors(value):
                yield problem_at(contract, pointer, f"the value is refused: {error.message}")


def _values(contract: Contract) -> Iterator[tuple[Steps, Mapping[str, Any], Any]]:
    """Every example and default with its schema, except the pages' examples of whole bodies."""
    for pointer, node in parts(contract):
        if not pointer or pointer[0] not in ("paths", "components") or is_map_of_names(pointer):
            continue
        schema = node.get("schema", node)
        for keyword in ("example", "default"):
            if keyword in node:
                yield (*pointer, keyword), schema, node[keyword]
        for name, example in node.get("examples", {}).items():
            if "value" in example and "x-source" not in example:
                yield (*pointer, "examples", name), schema, example["value"]


def _shown_by(pages: Sequence[DocumentedPage]) -> frozenset[_PageValue]:
    """The values that are checked as values of their page."""
    return frozenset(
        value
        for page in pages
        for operation in operations_of(page)
        for value in (*_request_values(operation), *_parameter_values(operation))
    )


def _request_values(operation: PageOperation) -> Iterator[_PageValue]:
    for request in requests_of(operation):
        for name in request.fields:
            field, is_form = request.field(name), request.media_type == FORM
            for value, _ in (*field.shown, *documented_defaults(field)):
                carried = text_of(value) if is_form else value
                yield operation.page.name, name, json.dumps(carried)


def _parameter_values(operation: PageOperation) -> Iterator[_PageValue]:
    for parameter in described(operation):
        for value, _ in (*parameter.field.shown, *documented_defaults(parameter.field)):
            yield operation.path, parameter.data["name"], json.dumps(value)


def _is_page_value(
    contract: Contract, pointer: Steps, value: Any, shown: frozenset[_PageValue]
) -> bool:
    match pointer:
        case ("components", "schemas", component, "properties", field, _):
            variant = contract["components"]["schemas"][component].get("x-variant", "")
            return (variant.partition(":")[0], str(field), json.dumps(value)) in shown
        case ("paths", path, method, "parameters", index, "schema", _):
            name = contract["paths"][path][method]["parameters"][index]["name"]
            return (str(path), name, json.dumps(value)) in shown
    return False
