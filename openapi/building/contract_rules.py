"""Rules for a built contract beyond those of OpenAPI, and the problems that checks report.

Each rule yields its violations: the pointer of the part and what is wrong with it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openapi.contract.paths import path_form
from openapi.contract.requests import FORM
from openapi.documents.places import is_map_of_names, operations, parts
from openapi.documents.pointers import Steps, follow, json_pointer, target
from openapi.merging.parameters import IGNORED_HEADERS
from openapi.merging.schemas import is_placeholder


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem of a built contract.

    ``text`` describes it and cites its source; ``where`` and ``line`` are set for a page.
    """

    text: str
    where: str = "contract"
    line: int = 1


def problem_at(contract: Mapping[str, Any], pointer: Steps, what: str) -> Problem:
    """A problem with the part at ``pointer``, with the source nearest to it."""
    source, node = "", contract
    for step in pointer:
        node = node[step] if isinstance(node, dict | list) and _has(node, step) else {}
        if isinstance(node, dict) and isinstance(node.get("x-source"), str):
            source = f" ({node['x-source']})"
    return Problem(f"{json_pointer(pointer)}: {what}{source}")


def _has(node: Any, step: str | int) -> bool:
    return step in node if isinstance(node, dict) else isinstance(step, int) and step < len(node)


Contract = Mapping[str, Any]
Found = Iterator[tuple[Steps, str]]
Rule = Callable[[Contract], Found]
_NAME = re.compile(r"^[A-Za-z0-9._-]+$")
_NO_TEXT = frozenset({"integer", "number", "boolean"})


def schemas(contract: Contract) -> Iterator[tuple[Steps, Mapping[str, Any]]]:
    """Every schema that stands by itself: the named ones, those of bodies, parameters, headers."""
    for pointer, node in parts(contract):
        if pointer[:-1] == ("components", "schemas"):
            yield pointer, node
        if not is_map_of_names(pointer) and isinstance(node.get("schema"), dict):
            yield (*pointer, "schema"), node["schema"]


def lost_references(contract: Contract) -> Found:
    """A reference whose target does not exist."""
    for pointer, node in parts(contract):
        reference = node.get("$ref")
        if isinstance(reference, str) and target(contract, reference) is None:
            yield pointer, f"'{reference}' does not exist"


def alike_paths(contract: Contract) -> Found:
    """Two paths that differ only in parameter names, which OpenAPI calls identical."""
    seen: dict[str, str] = {}
    for path in contract["paths"]:
        form = path_form(path)
        if form in seen:
            yield ("paths", path), f"it is the same path as {seen[form]}"
        seen.setdefault(form, path)


def unknown_schemes(contract: Contract) -> Found:
    """A security requirement whose scheme is not declared."""
    known = contract.get("components", {}).get("securitySchemes", {})
    demands: list[tuple[Steps, Any]] = [((), contract), *operations(contract)]
    for pointer, part in demands:
        for name in {name for demand in part.get("security", ()) for name in demand}:
            if name not in known:
                yield (*pointer, "security"), f"nothing declares the security scheme '{name}'"


def bad_names(contract: Contract) -> Found:
    """A component name with characters that a reference cannot have."""
    for kind, members in contract.get("components", {}).items():
        for name in members:
            if not _NAME.match(name):
                why = "its name may have the characters A-Z a-z 0-9 . _ - only"
                yield ("components", kind, name), why


def templates(contract: Contract) -> Found:
    """A ``{{...}}`` that a template engine on the way would fill in."""
    for pointer, node in parts(contract):
        for key, value in node.items():
            if isinstance(value, str | list) and is_placeholder(value):
                yield (*pointer, key), "it holds a template's {{...}}"


def bodies_not_required(contract: Contract) -> Found:
    """A request body without ``required: true``, for which an empty body is valid."""
    for pointer, operation in operations(contract):
        if "requestBody" in operation and _body(contract, operation).get("required") is not True:
            yield (*pointer, "requestBody"), "its request body is not marked required"


def forms_not_first(contract: Contract) -> Found:
    """A form after other media types: Connexion coerces form fields by the first one's schema."""
    for pointer, operation in operations(contract):
        media_types = list(_content(contract, operation))
        if FORM in media_types and media_types[0] != FORM:
            yield (*pointer, "requestBody"), "the form is not its first media type"


def form_fields_not_text(contract: Contract) -> Found:
    """A form field of another type than text, which would accept nothing."""
    for pointer, operation in operations(contract):
        form = _content(contract, operation).get(FORM, {})
        for schema in _choices(contract, form.get("schema", {})):
            for name, declared in schema.get("properties", {}).items():
                if follow(contract, declared).get("type") in _NO_TEXT:
                    yield (*pointer, "requestBody"), f"the form field '{name}' is not text"


def default_responses(contract: Contract) -> Found:
    """A default response, which would make every status conform."""
    for pointer, operation in operations(contract):
        if "default" in operation.get("responses", {}):
            yield (*pointer, "responses", "default"), "it is a default response"


def ignored_headers(contract: Contract) -> Found:
    """A header parameter that OpenAPI says to ignore, and Connexion enforces."""
    for pointer, operation in operations(contract):
        for index, declared in enumerate(operation.get("parameters", ())):
            parameter = follow(contract, declared)
            if parameter.get("in") == "header" and parameter["name"].lower() in IGNORED_HEADERS:
                yield (*pointer, "parameters", index), f"it declares the header {parameter['name']}"


def unnamed_operations(contract: Contract) -> Found:
    """An operation without an id, by which handlers and links find it."""
    for pointer, operation in operations(contract):
        if not operation.get("operationId"):
            yield pointer, "it has no operationId"


def lost_links(contract: Contract) -> Found:
    """A link to an operation that does not exist."""
    known = {operation.get("operationId") for _, operation in operations(contract)}
    for pointer, node in parts(contract):
        is_link = len(pointer) > 1 and pointer[-2] == "links" and "operationId" in node
        if is_link and node["operationId"] not in known:
            yield pointer, f"the operation '{node['operationId']}' that it names does not exist"


RULES: tuple[Rule, ...] = (
    alike_paths,
    unknown_schemes,
    bad_names,
    templates,
    bodies_not_required,
    forms_not_first,
    form_fields_not_text,
    default_responses,
    ignored_headers,
    unnamed_operations,
    lost_links,
)


def _body(contract: Contract, operation: Mapping[str, Any]) -> Mapping[str, Any]:
    return follow(contract, operation.get("requestBody", {}))


def _content(contract: Contract, operation: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = _body(contract, operation).get("content", {})
    return found


def _choices(contract: Contract, schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The schema itself and its ``anyOf``, ``oneOf`` and ``allOf`` parts, references followed."""
    schema = follow(contract, schema)
    yield schema
    for word in ("anyOf", "oneOf", "allOf"):
        for choice in schema.get(word, ()):
            yield from _choices(contract, choice)
