"""Merges documented pages into one OpenAPI document; decides nothing that no page says.

Each page's request stays a schema of its own and the operation takes any of them (``anyOf``), so
that no page wins silently. What is missing altogether comes from the completions overlay.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from openapi.documents import DocumentedPage
from openapi.errors import name_clash
from openapi.responses import Reply, component_name, examples, united_schema
from openapi.variants import FORM, Request, variant, vocabulary_fields

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@dataclass(frozen=True, slots=True)
class PageOperation:
    """One page's description of one operation."""

    page: DocumentedPage
    path: str
    method: str

    @property
    def pointer(self) -> tuple[str, str, str]:
        """Where the page has it."""
        return ("paths", self.path, self.method)

    @property
    def data(self) -> dict[str, Any]:
        """The operation object as the page has it."""
        found: dict[str, Any] = self.page.at(self.pointer)
        return found

    def requests(self) -> list[Request]:
        """The request bodies the page describes for it, one a media type."""
        content = self.data.get("requestBody", {}).get("content", {})
        base = (*self.pointer, "requestBody", "content")
        return [Request(self.page, (*base, media_type), media_type) for media_type in content]

    def replies(self) -> Iterator[Reply]:
        """The response bodies the page describes for it."""
        for status, response in self.data.get("responses", {}).items():
            base = (*self.pointer, "responses", status, "content")
            for media_type in response.get("content", {}):
                yield Reply(self.page, (*base, media_type), str(status), media_type)


def merge(pages: Sequence[DocumentedPage]) -> dict[str, Any]:
    """Return one OpenAPI 3.0.3 document that holds what all ``pages`` say, each thing cited."""
    operations: dict[tuple[str, str], list[PageOperation]] = {}
    for page in pages:
        for found in operations_of(page):
            operations.setdefault((found.path, found.method), []).append(found)
    document = _frame(pages)
    vocabulary = vocabulary_fields(
        [
            request
            for group in operations.values()
            for found in group
            for request in found.requests()
        ]
    )
    for (path, method), found_in in operations.items():
        item = document["paths"].setdefault(path, {})
        item[method] = _operation(found_in, vocabulary, document["components"]["schemas"])
    return document


def operations_of(page: DocumentedPage) -> Iterator[PageOperation]:
    """Every operation a page describes."""
    for path, item in page.data["paths"].items():
        for method in METHODS:
            if method in item:
                yield PageOperation(page, path, method)


def _frame(pages: Sequence[DocumentedPage]) -> dict[str, Any]:
    schemes: dict[str, Any] = {}
    for page in pages:
        for name, scheme in page.data.get("components", {}).get("securitySchemes", {}).items():
            cited = {**scheme, "x-source": page.cite(("components", "securitySchemes", name))}
            schemes.setdefault(name, cited)
    return {
        "openapi": "3.0.3",
        "info": {"title": "Merged documentation pages", "version": "0"},
        "servers": [{"url": "/", "description": "The server that serves this contract"}],
        "x-documented-servers": _servers(pages),
        "security": [{name: []} for name in schemes],
        "paths": {},
        "components": {"schemas": {}, "securitySchemes": schemes},
    }


def _servers(pages: Sequence[DocumentedPage]) -> list[dict[str, str]]:
    """The hosts the pages name; kept out of ``servers`` so that no client calls them by default."""
    return [
        {"url": server["url"], "x-source": page.cite(("servers", index))}
        for page in pages
        for index, server in enumerate(page.data.get("servers", []))
    ]


def _operation(
    found_in: Sequence[PageOperation], vocabulary: frozenset[str], schemas: dict[str, Any]
) -> dict[str, Any]:
    path, method = found_in[0].path, found_in[0].method
    operation: dict[str, Any] = {
        "operationId": "_".join([method, *path.replace("{", "").replace("}", "").split("/")[1:]]),
        "x-source": ", ".join(found.page.cite(found.pointer) for found in found_in),
        "x-standing": "documented",
    }
    requests = [request for found in found_in for request in found.requests()]
    if requests:
        operation["requestBody"] = {
            "required": True,
            "content": _content(requests, vocabulary, schemas),
        }
    replies = [reply for found in found_in for reply in found.replies()]
    operation["responses"] = _responses(path, replies, schemas)
    return operation


def _content(
    requests: Sequence[Request], vocabulary: frozenset[str], schemas: dict[str, Any]
) -> dict[str, Any]:
    """One entry a media type, forms first: Connexion coerces forms by the first entry's schema."""
    content: dict[str, Any] = {}
    for request in sorted(requests, key=lambda request: request.media_type != FORM):
        if request.component in schemas:
            raise name_clash(request.component)
        schemas[request.component] = variant(request, vocabulary)
        media = content.setdefault(request.media_type, {"schema": {"type": "object", "anyOf": []}})
        media["schema"]["anyOf"].append({"$ref": f"#/components/schemas/{request.component}"})
        if "example" in request.media:
            shown = {"value": request.media["example"], "x-source": request.cite("example")}
            media.setdefault("examples", {})[request.page.name] = shown
    return content


def _responses(
    path: str, replies: Sequence[Reply], schemas: dict[str, Any]
) -> dict[str, dict[str, Any]]:
    responses: dict[str, dict[str, Any]] = {}
    for status in dict.fromkeys(reply.status for reply in replies):
        response: dict[str, Any] = {"description": "", "content": {}}
        for media_type in dict.fromkeys(r.media_type for r in replies if r.status == status):
            group = [r for r in replies if (r.status, r.media_type) == (status, media_type)]
            name = component_name(path, group)
            schemas[name] = united_schema(group)
            media: dict[str, Any] = {"schema": {"$ref": f"#/components/schemas/{name}"}}
            if any("example" in reply.media for reply in group):
                media["examples"] = examples(group)
            response["content"][media_type] = media
        responses[status] = response
    return responses
