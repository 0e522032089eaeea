"""Holds a built contract to OpenAPI 3.0 and to the rules that keep its servers and tests honest."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from openapi_spec_validator import OpenAPIV30SpecValidator

from openapi.documents import DocumentedPage
from openapi.errors import SpecError
from openapi.example_check import example_problems
from openapi.merge import METHODS
from openapi.variants import FORM

_IGNORED_HEADERS = frozenset({"content-type", "accept", "authorization"})

Operation = tuple[str, dict[str, Any]]


def check_contract(contract: dict[str, Any], pages: Sequence[DocumentedPage]) -> None:
    """Check the whole contract.

    Raises:
        SpecError: the first problem found, and how many there are.
    """
    problems = [*_openapi_problems(contract)] or [
        *_rule_problems(contract),
        *example_problems(contract, pages),
    ]
    if problems:
        raise SpecError(
            what=f"the built contract has {len(problems)} problems",
            where="contract",
            line=1,
            why="; ".join(problems[:5]),
            remedy="correct the pages, the overlay or the catalogue it is built from",
        )


def _openapi_problems(contract: dict[str, Any]) -> Iterator[str]:
    for error in OpenAPIV30SpecValidator(contract).iter_errors():
        path = "/".join(str(step) for step in error.absolute_path)
        yield f"{path}: {error.message[:200]}"


def operations(contract: dict[str, Any]) -> Iterator[Operation]:
    """Every operation with its name, e.g. ``POST /v1/videos``."""
    for path, item in contract["paths"].items():
        for method in METHODS:
            if method in item:
                yield f"{method.upper()} {path}", item[method]


def _rule_problems(contract: dict[str, Any]) -> Iterator[str]:
    for name, operation in operations(contract):
        for rule in _RULES:
            yield from (f"{name}: {problem}" for problem in rule(operation))


def _body_is_required(operation: dict[str, Any]) -> Iterator[str]:
    """Without it a validator takes an empty body for a valid request."""
    if "requestBody" in operation and operation["requestBody"].get("required") is not True:
        yield "its request body is not marked required"


def _form_comes_first(operation: dict[str, Any]) -> Iterator[str]:
    """Connexion coerces form fields by the first media type's schema."""
    media_types = list(operation.get("requestBody", {}).get("content", {}))
    if FORM in media_types and media_types[0] != FORM:
        yield "the form is not its first media type"


def _statuses_are_named(operation: dict[str, Any]) -> Iterator[str]:
    """A default response would make every status conform."""
    if "default" in operation["responses"]:
        yield "it has a default response"


def _no_ignored_headers(operation: dict[str, Any]) -> Iterator[str]:
    """OpenAPI says to ignore them, Connexion enforces them."""
    for parameter in operation.get("parameters", ()):
        if parameter.get("in") == "header" and parameter["name"].lower() in _IGNORED_HEADERS:
            yield f"it declares the header {parameter['name']}"


def _is_named(operation: dict[str, Any]) -> Iterator[str]:
    """Handlers and links find an operation by its id."""
    if not operation.get("operationId"):
        yield "it has no operationId"


_RULES: tuple[Callable[[dict[str, Any]], Iterator[str]], ...] = (
    _body_is_required,
    _form_comes_first,
    _statuses_are_named,
    _no_ignored_headers,
    _is_named,
)
