"""The requests that a documentation page sends when nothing is typed into it."""

from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from openapi.documents.places import operations
from openapi.documents.pointers import follow
from tests.mock_server.samples import MP4, form

Page = dict[str, Any]


def shown_requests(page: Page, server: str) -> Iterator[tuple[str, httpx.Request]]:
    """Each with its operation; a part of the path without an example keeps its braces."""
    for (_, path, method), operation in operations(page):
        own = (*page["paths"][path].get("parameters", ()), *operation.get("parameters", ()))
        url, query = f"{server}{path}", {}
        for parameter in (follow(page, each) for each in own):
            value = _filled_in(parameter)
            if parameter["in"] == "path":
                url = url.replace(f"{{{parameter['name']}}}", value or f"{{{parameter['name']}}}")
            elif value is not None:
                query[parameter["name"]] = value
        for body in _bodies(page, operation) or [{}]:
            request = httpx.Request(str(method).upper(), url, params=query, **body)
            yield operation["operationId"], request


def _filled_in(parameter: Mapping[str, Any]) -> str | None:
    """What Swagger UI fills in for a parameter; None where it stays empty."""
    schema = parameter.get("schema", {})
    value = parameter.get("example", schema.get("example", schema.get("default")))
    return None if value is None else str(value)


def _bodies(page: Page, operation: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each example of a body, as arguments of a request."""
    found: list[dict[str, Any]] = []
    body = follow(page, operation.get("requestBody", {}))
    for media_type, media in body.get("content", {}).items():
        if media_type == "application/json":
            values = [each["value"] for each in media.get("examples", {}).values()]
            found += [{"json": value} for value in (values or [media["example"]])]
        else:
            found.append({"files": form(_inputs(follow(page, media["schema"])))})
    return found


def _inputs(schema: Mapping[str, Any]) -> dict[str, str | bytes]:
    """The fields of a form that Swagger UI fills in, and a file where one is required."""
    found: dict[str, str | bytes] = {}
    for name, field in schema["properties"].items():
        value = field.get("example", field.get("default"))
        if value is not None:
            found[name] = str(value)
        elif name in schema.get("required", ()):
            found[name] = MP4
    return found
