"""The responses that pages describe for one operation, united status by status."""

from collections.abc import Sequence
from typing import Any

from openapi.documents.pointers import Steps
from openapi.merging.bodies import examples
from openapi.merging.components import Components
from openapi.merging.responses import is_status, replies_of
from openapi.merging.schema_copies import copied
from openapi.merging.unions import any_of
from openapi.pages.documented import DocumentedPage
from openapi.pages.operation import PageOperation

Places = Sequence[tuple[DocumentedPage, Steps]]


def responses(group: Sequence[PageOperation], components: Components) -> dict[str, dict[str, Any]]:
    """The responses of one operation, by status."""
    statuses = dict.fromkeys(filter(is_status, (key for each in group for key in each.statuses())))
    return {status: _response(group, status, components) for status in statuses}


def _response(
    group: Sequence[PageOperation], status: str, components: Components
) -> dict[str, Any]:
    places = [(found.page, found.response(status)) for found in group if status in found.statuses()]
    said = dict.fromkeys(page.at(place).get("description", "") for page, place in places)
    response: dict[str, Any] = {"description": "; ".join(filter(None, said))}
    if headers := _headers(places):
        response["headers"] = headers
    if content := _content(group, status, components):
        response["content"] = content
    return response


def _content(group: Sequence[PageOperation], status: str, components: Components) -> dict[str, Any]:
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
    """Every header some page describes; required where each of them demands it."""
    found: dict[str, list[tuple[DocumentedPage, Steps]]] = {}
    for page, place in places:
        for name in page.at(place).get("headers", {}):
            found.setdefault(name, []).append((page, page.follow((*place, "headers", name))))
    return {name: _header(group, len(places)) for name, group in found.items()}


def _header(group: Places, pages: int) -> dict[str, Any]:
    copies = [copied(page, place) for page, place in group]
    demanded = len(group) == pages and all(header.get("required") is True for header in copies)
    told = next((header["description"] for header in copies if header.get("description")), "")
    return {
        **({"description": told} if told else {}),
        **({"required": True} if demanded else {}),
        "schema": any_of([header.get("schema", {}) for header in copies]),
        "x-source": ", ".join(page.cite(place) for page, place in group),
        "x-standing": "documented",
    }
