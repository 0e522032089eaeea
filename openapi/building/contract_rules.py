"""The rules that keep a contract's servers and tests honest, beyond what OpenAPI itself demands.

Each yields what breaks it: the pointer of the part and what is wrong with it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from openapi.contract.document import operations
from openapi.contract.requests import FORM
from openapi.documents.places import is_map_of_names, parts
from openapi.documents.pointers import Steps, follow, target
from openapi.merging.parameters import IGNORED_HEADERS
from openapi.merging.schema_copies import is_placeholder

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
    """A reference that leads nowhere."""
    for pointer, node in parts(contract):
        reference = node.get("$ref")
        if isinstance(reference, str) and target(contract, reference) is None:
            yield pointer, f"'{reference}' leads nowhere"


def alike_paths(contract: Contract) -> Found:
    """Two paths that differ in the names of their parameters only: OpenAPI calls them identical."""
    seen: dict[str, str] = {}
    for path in contract["paths"]:
        form = re.sub(r"\{[^}]*\}", "{}", path)
        if form in seen:
            yield ("paths", path), f"it is the same path as {seen[form]}"
        seen.setdefault(form, path)


def unknown_schemes(contract: Contract) -> Found:
    """A demand for a way to authorize that nobody declares."""
    known = contract.get("components", {}).get("securitySchemes", {})
    demands: list[tuple[Steps, Any]] = [((), contract), *operations(contract)]
    for pointer, part in demands:
        for name in {name for demand in part.get("security", ()) for name in demand}:
            if name not in known:
                yield (*pointer, "security"), f"nothing declares the security scheme '{name}'"


def bad_names(contract: Contract) -> Found:
    """A component whose name cannot be referred to."""
    for kind, members in contract.get("components", {}).items():
        for name in members:
            if not _NAME.match(name):
                yield ("components", kind, name), "its name has other signs than A-Z a-z 0-9 . _ -"


def templates(contract: Contract) -> Found:
    """A ``{{...}}`` that a template engine on the way would fill in."""
    for pointer, node in parts(contract):
        for key, value in node.items():
            if isinstance(value, str | list) and is_placeholder(value):
                yield (*pointer, key), "it holds a template's {{...}}"


def bodies_not_required(contract: Contract) -> Found:
    """Without the word a validator takes an empty body for a valid request."""
    for pointer, operation in operations(contract):
        if "requestBody" in operation and _body(contract, operation).get("required") is not True:
            yield (*pointer, "requestBody"), "its request body is not marked required"


def forms_not_first(contract: Contract) -> Found:
    """Connexion coerces form fields by the first media type's schema."""
    for pointer, operation in operations(contract):
        media_types = list(_content(contract, operation))
        if FORM in media_types and media_types[0] != FORM:
            yield (*pointer, "requestBody"), "the form is not its first media type"


def form_fields_not_text(contract: Contract) -> Found:
    """A form carries text: a schema that asks for a number accepts nothing."""
    for pointer, operation in operations(contract):
        form = _content(contract, operation).get(FORM, {})
        for schema in _choices(contract, form.get("schema", {})):
            for name, declared in schema.get("properties", {}).items():
                if follow(contract, declared).get("type") in _NO_TEXT:
                    yield (*pointer, "requestBody"), f"the form field '{name}' is not text"


def default_responses(contract: Contract) -> Found:
    """A default response would make every status conform."""
    for pointer, operation in operations(contract):
        if "default" in operation.get("responses", {}):
            yield (*pointer, "responses", "default"), "it is a default response"


def ignored_headers(contract: Contract) -> Found:
    """OpenAPI says to ignore them, Connexion enforces them."""
    for pointer, operation in operations(contract):
        for index, declared in enumerate(operation.get("parameters", ())):
            parameter = follow(contract, declared)
            if parameter.get("in") == "header" and parameter["name"].lower() in IGNORED_HEADERS:
                yield (*pointer, "parameters", index), f"it declares the header {parameter['name']}"


def unnamed_operations(contract: Contract) -> Found:
    """Handlers and links find an operation by its id."""
    for pointer, operation in operations(contract):
        if not operation.get("operationId"):
            yield pointer, "it has no operationId"


def lost_links(contract: Contract) -> Found:
    """A link that leads to no operation."""
    known = {operation.get("operationId") for _, operation in operations(contract)}
    for pointer, node in parts(contract):
        is_link = len(pointer) > 1 and pointer[-2] == "links" and "operationId" in node
        if is_link and node["operationId"] not in known:
            yield pointer, f"it leads to '{node['operationId']}', which is no operation"


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
    """The schema itself and those it is made of, references followed."""
    schema = follow(contract, schema)
    yield schema
    for word in ("anyOf", "oneOf", "allOf"):
        for choice in schema.get(word, ()):
            yield from _choices(contract, choice)
