"""Holds every example and default to its schema: the documented pages' and the contract's own.

A value on a page that its schema refuses is let pass only where the conflict report names it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from openapi.building.page_examples import Refused, refused_values
from openapi.building.problem import Problem, problem_at
from openapi.conflicts import find
from openapi.contract.requests import FORM
from openapi.contract.schemas import FILE, SchemaCompiler
from openapi.documents.places import is_map_of_names, parts
from openapi.documents.pointers import Steps, follow, json_pointer
from openapi.merging.fields import documented_defaults
from openapi.merging.form_texts import text_of
from openapi.merging.parameters import described
from openapi.merging.variants import Request, requests_of
from openapi.pages.documented import DocumentedPage
from openapi.pages.operation import PageOperation, operations_of

Contract = Mapping[str, Any]
# Page, or path of a parameter; field; value as JSON.
_PageValue = tuple[str, str, str]


def example_problems(contract: Contract, pages: Sequence[DocumentedPage]) -> Iterator[Problem]:
    """Every value that its schema refuses, but for those that the conflict report names."""
    compiler = SchemaCompiler(contract)
    refused = refused_values(contract, pages, compiler)
    yield from (_problem(each) for each in _unknown(refused, pages))
    yield from _contract_problems(contract, compiler, _shown_by(pages))


def request_example(request: Request) -> dict[str, Any]:
    """A page's request example as one body; a file stands as ``FILE``."""
    body = {}
    for name in request.fields:
        field = request.field(name)
        for value, _ in field.shown[:1]:
            body[name] = FILE if field.declared.get("format") == "binary" else value
    return body


def _unknown(refused: Sequence[Refused], pages: Sequence[DocumentedPage]) -> Iterator[Refused]:
    """Those that no row of the conflict report points to; it is made only where there are any."""
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
    """Every example and default with its schema, but the pages' examples of whole bodies."""
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
    """What is judged where the page shows it."""
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
