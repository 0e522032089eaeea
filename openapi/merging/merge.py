"""Merges documented pages into one OpenAPI document.

Each page's request stays a schema of its own and the operation takes any of them (``anyOf``), so
that no page is overruled silently. What no page states is added by the completions overlay."""

from collections.abc import Iterator, Sequence
from typing import Any

from openapi.contract.paths import parameter_names, path_form
from openapi.contract.requests import FORM
from openapi.documents.pointers import Steps
from openapi.merging.bodies import examples, operation_id
from openapi.merging.components import Components
from openapi.merging.parameters import described, united
from openapi.merging.responses import is_status, replies_of, settled_schema
from openapi.merging.schemas import any_of, copied, fill_no_templates, is_placeholder
from openapi.merging.security import Security, merged_security
from openapi.merging.settling import YieldedRule
from openapi.merging.variants import BODILESS, Request, requests_of
from openapi.pages.documented import DocumentedPage
from openapi.pages.operation import PageOperation, operations_of

Group = Sequence[PageOperation]


def merge(pages: Sequence[DocumentedPage]) -> dict[str, Any]:
    """Return one OpenAPI 3.0.3 document with everything that the pages state, each part cited.

    The order of ``pages`` does not matter.

    Raises:
        SpecError: a page is not valid OpenAPI, a reference cannot be followed, or two parts of the
            document would have the same name.
    """
    pages = sorted(pages, key=lambda page: page.path.name)
    for page in pages:
        page.hold_shape()
    groups: dict[tuple[str, str], list[PageOperation]] = {}
    templates: dict[str, str] = {}
    for page in pages:
        for found in operations_of(page):
            # How a path calls its parameters does not reach the wire: the first page's names stand.
            path = templates.setdefault(path_form(found.path), found.path)
            groups.setdefault((path, found.method), []).append(found)
    components = Components()
    security = merged_security(pages)
    paths: dict[str, Any] = {}
    for (path, method), group in groups.items():
        paths.setdefault(path, {})[method] = _operation(group, components, security)
    document = {
        **_frame(pages),
        "security": security.anywhere,
        "paths": paths,
        "components": {"schemas": components.schemas(), "securitySchemes": security.schemes},
    }
    fill_no_templates(document)
    return document


def _frame(pages: Sequence[DocumentedPage]) -> dict[str, Any]:
    return {
        "openapi": "3.0.3",
        "info": {"title": "Merged documentation pages", "version": "0"},
        "servers": [{"url": "/", "description": "The server that serves this contract"}],
        "x-documented-servers": _servers(pages),
        **({"x-left-out": dropped} if (dropped := list(_left_out_elsewhere(pages))) else {}),
    }


def _left_out_elsewhere(pages: Sequence[DocumentedPage]) -> Iterator[str]:
    """What is invalid on a page outside its operations."""
    for page in pages:
        for part in page.left_out:
            if part.pointer[0] != "paths":
                yield f"{part.what} ({page.name}:{page.line_of(part)})"


def _servers(pages: Sequence[DocumentedPage]) -> list[dict[str, str]]:
    """The servers of the pages; not in ``servers``, so that no client calls them by default."""
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
    path = group[0].path
    if parameters := [*united([described(found, path) for found in group]), *_of_path(group)]:
        operation["parameters"] = parameters
    asked = [(found, requests_of(found)) for found in group]
    if requests := [request for _, each in asked for request in each]:
        content = _request_content(requests, components)
        operation["requestBody"] = {"required": True, "content": content}
    operation["responses"] = responses(group, components)
    demanded = security.of([(found.page, found.pointer) for found in group])
    if demanded != security.anywhere:
        operation["security"] = demanded
    if dropped := [what for each in asked for what in left_out(*each)]:
        operation["x-left-out"] = dropped
    return operation


def _of_path(group: Group) -> Iterator[dict[str, Any]]:
    """The parameters of a path that no page describes."""
    known = {each.key for found in group for each in described(found, group[0].path)}
    for name in dict.fromkeys(parameter_names(group[0].path)):
        if ("path", name) not in known:
            yield {
                "name": name,
                "in": "path",
                "required": True,
                "schema": {"type": "string"},
                "x-source": group[0].page.cite(group[0].pointer),
                "x-standing": "inferred",
            }


def left_out(operation: PageOperation, requests: Sequence[Request] = ()) -> Iterator[str]:
    """The parts of an operation on a page that a contract must not have, with their lines."""
    page, pointer = operation.page, operation.pointer
    for parameter in described(operation):
        if parameter.is_ignored:
            yield f"header {parameter.data['name']} ({parameter.cite()})"
    if operation.method in BODILESS and "requestBody" in operation.data:
        yield f"request body ({page.cite((*pointer, 'requestBody'))})"
    if "default" in operation.statuses():
        yield f"default response ({page.cite((*pointer, 'responses', 'default'))})"
    for part in page.left_out:
        if part.pointer[: len(pointer)] == pointer:
            yield f"{part.what} ({page.name}:{page.line_of(part)})"
    for yielded in yielded_rules(operation, requests):
        yield f"{yielded.keyword} that an example breaks ({page.cite(yielded.example)})"


def yielded_rules(operation: PageOperation, requests: Sequence[Request]) -> Iterator[YieldedRule]:
    """The rules of a page that do not hold because its own examples break them."""
    for request in requests:
        yield from request.settled[1]
    for parameter in described(operation):
        yield from parameter.settled()[1]
    for reply in replies_of(operation):
        yield from settled_schema([reply])[1]


def _request_content(requests: Sequence[Request], components: Components) -> dict[str, Any]:
    """One entry for each media type, forms first: Connexion coerces forms by the first schema."""
    content: dict[str, Any] = {}
    for request in sorted(requests, key=lambda request: request.media_type != FORM):
        media = content.setdefault(request.media_type, {"schema": {"type": "object", "anyOf": []}})
        media["schema"]["anyOf"].append(components.request(request))
        if not request.is_object:
            media["schema"].pop("type", None)
        # The example of a form would have the name of a file instead of its content.
        if request.media_type != FORM and (shown := examples([request])):
            media.setdefault("examples", {}).update(shown)
    return content


Places = Sequence[tuple[DocumentedPage, Steps]]


def responses(group: Sequence[PageOperation], components: Components) -> dict[str, dict[str, Any]]:
    """The responses of one operation, by status."""
    statuses = dict.fromkeys(filter(is_status, (key for each in group for key in each.statuses())))
    found = {status: _response(group, status, components) for status in statuses}
    # OpenAPI wants a response, and a page that documents none does not say what it would be.
    return found or {"200": {"description": "", "x-standing": "inferred"}}


def _response(
    group: Sequence[PageOperation], status: str, components: Components
) -> dict[str, Any]:
    places = [(found.page, found.response(status)) for found in group if status in found.statuses()]
    texts = dict.fromkeys(page.at(place).get("description", "") for page, place in places)
    response: dict[str, Any] = {"description": "; ".join(filter(None, texts))}
    if headers := _headers(places):
        response["headers"] = headers
    if content := _answer_content(group, status, components):
        response["content"] = content
    return response


def _answer_content(
    group: Sequence[PageOperation], status: str, components: Components
) -> dict[str, Any]:
    replies = [reply for found in group for reply in replies_of(found) if reply.status == status]
    content: dict[str, Any] = {}
    for media_type in dict.fromkeys(reply.media_type for reply in replies):
        alike = [reply for reply in replies if reply.media_type == media_type]
        media: dict[str, Any] = {"schema": components.replies(alike)}
        if shown := examples(alike):
            media["examples"] = shown
        content[media_type] = media
    return content


def _headers(places: Places) -> dict[str, Any]:
    """Every header that some page describes; required where every page requires it."""
    found: dict[str, list[tuple[DocumentedPage, Steps]]] = {}
    for page, place in places:
        for name in page.at(place).get("headers", {}):
            found.setdefault(name, []).append((page, page.follow((*place, "headers", name))))
    return {name: _header(group, len(places)) for name, group in found.items()}


def _header(group: Places, pages: int) -> dict[str, Any]:
    copies = [copied(page, place) for page, place in group]
    demanded = len(group) == pages and all(header.get("required") is True for header in copies)
    text = next((header["description"] for header in copies if header.get("description")), "")
    return {
        **({"description": text} if text else {}),
        **({"required": True} if demanded else {}),
        "schema": any_of([header.get("schema", {}) for header in copies]),
        "x-source": ", ".join(page.cite(place) for page, place in group),
        "x-standing": "documented",
    }
