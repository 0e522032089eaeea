"""Merges documented pages into one OpenAPI document; decides nothing that no page says.

Each page's request stays a schema of its own and the operation takes any of them (``anyOf``), so
that no page wins silently. What is missing altogether comes from the completions overlay.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from openapi.contract.requests import FORM
from openapi.documents.shape import Shape
from openapi.merging.answers import responses
from openapi.merging.bodies import examples
from openapi.merging.component_names import operation_id
from openapi.merging.components import Components
from openapi.merging.parameters import described, united
from openapi.merging.schema_copies import is_placeholder
from openapi.merging.security import Security, merged_security
from openapi.merging.variants import BODILESS, Request, requests_of
from openapi.pages.documented import DocumentedPage
from openapi.pages.operation import PageOperation, operations_of

Group = Sequence[PageOperation]


def merge(pages: Sequence[DocumentedPage]) -> dict[str, Any]:
    """Return one OpenAPI 3.0.3 document that holds what all ``pages`` say, each thing cited.

    The order of ``pages`` changes nothing.

    Raises:
        SpecError: a page has not the shape of OpenAPI, a reference on it cannot be followed, or two
            parts of the document would have the same name.
    """
    pages = sorted(pages, key=lambda page: page.path.name)
    _hold_shape(pages)
    groups: dict[tuple[str, str], list[PageOperation]] = {}
    for page in pages:
        for found in operations_of(page):
            groups.setdefault((found.path, found.method), []).append(found)
    components = Components()
    security = merged_security(pages)
    paths: dict[str, Any] = {}
    for (path, method), group in groups.items():
        paths.setdefault(path, {})[method] = _operation(group, components, security)
    return {
        **_frame(pages),
        "security": security.anywhere,
        "paths": paths,
        "components": {"schemas": components.schemas(), "securitySchemes": security.schemes},
    }


def _hold_shape(pages: Sequence[DocumentedPage]) -> None:
    shape = Shape(
        "page",
        what="the page cannot be merged",
        remedy="correct the page and import it again with 'gateway-spec import PAGE'",
    )
    for page in pages:
        shape.hold(page.located)
        page.require_references()


def _frame(pages: Sequence[DocumentedPage]) -> dict[str, Any]:
    return {
        "openapi": "3.0.3",
        "info": {"title": "Merged documentation pages", "version": "0"},
        "servers": [{"url": "/", "description": "The server that serves this contract"}],
        "x-documented-servers": _servers(pages),
    }


def _servers(pages: Sequence[DocumentedPage]) -> list[dict[str, str]]:
    """The hosts the pages name; kept out of ``servers`` so that no client calls them by default."""
    return [
        {"url": server["url"], "x-source": page.cite(("servers", index))}
        for page in pages
        for index, server in enumerate(page.data.get("servers", []))
        if not is_placeholder(server["url"])
    ]


def _operation(group: Group, components: Components, security: Security) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": operation_id(group[0].path, group[0].method),
        "x-source": ", ".join(found.page.cite(found.pointer) for found in group),
        "x-standing": "documented",
    }
    titles = dict.fromkeys(title for found in group if (title := found.data.get("summary")))
    if titles:
        operation["summary"] = "; ".join(titles)
    if parameters := united([described(found) for found in group]):
        operation["parameters"] = parameters
    if requests := [request for found in group for request in requests_of(found)]:
        content = _content(requests, components)
        operation["requestBody"] = {"required": True, "content": content}
    operation["responses"] = responses(group, components)
    demanded = security.of([(found.page, found.pointer) for found in group])
    if demanded != security.anywhere:
        operation["security"] = demanded
    if dropped := [what for found in group for what in left_out(found)]:
        operation["x-left-out"] = dropped
    return operation


def left_out(operation: PageOperation) -> Iterator[str]:
    """What a page describes of an operation and a contract must not have, with its line."""
    page, pointer = operation.page, operation.pointer
    for parameter in described(operation):
        if parameter.is_ignored:
            yield f"header {parameter.data['name']} ({parameter.cite()})"
    if operation.method in BODILESS and "requestBody" in operation.data:
        yield f"request body ({page.cite((*pointer, 'requestBody'))})"
    if "default" in operation.statuses():
        yield f"default response ({page.cite((*pointer, 'responses', 'default'))})"


def _content(requests: Sequence[Request], components: Components) -> dict[str, Any]:
    """One entry a media type, forms first: Connexion coerces forms by the first entry's schema."""
    content: dict[str, Any] = {}
    for request in sorted(requests, key=lambda request: request.media_type != FORM):
        media = content.setdefault(request.media_type, {"schema": {"type": "object", "anyOf": []}})
        media["schema"]["anyOf"].append(components.request(request))
        if not request.is_object:
            media["schema"].pop("type", None)
        # A form's example would hold the name of a file for its content.
        if request.media_type != FORM and (shown := examples([request])):
            media.setdefault("examples", {}).update(shown)
    return content
