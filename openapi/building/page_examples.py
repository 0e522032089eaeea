"""The values that documented pages show, held to what became of them in the contract."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openapi.contract.requests import FORM
from openapi.contract.schemas import SchemaCompiler
from openapi.documents.pointers import Steps, follow
from openapi.merging.bodies import shown_by
from openapi.merging.fields import documented_defaults
from openapi.merging.form_texts import text_of
from openapi.merging.parameters import described
from openapi.merging.responses import Reply, replies_of
from openapi.merging.variants import Request, requests_of
from openapi.pages.documented import DocumentedPage
from openapi.pages.field import Cited
from openapi.pages.operation import PageOperation, operations_of

Contract = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Refused:
    """A value on a page that the contract refuses: where it stands, and why it is refused."""

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
        """``schema`` is None where the overlay took the part away: nothing is left to hold to."""
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
