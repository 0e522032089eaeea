"""One page's description of an operation: the places of parameters, bodies and responses."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from openapi.documents.places import operations
from openapi.documents.pointers import Steps
from openapi.pages.body import Body
from openapi.pages.documented import DocumentedPage


@dataclass(frozen=True, slots=True)
class PageOperation:
    """One page's description of an operation."""

    page: DocumentedPage
    path: str
    method: str

    @property
    def pointer(self) -> Steps:
        """The place of the operation object."""
        return ("paths", self.path, self.method)

    @property
    def data(self) -> dict[str, Any]:
        """The operation object on the page."""
        found: dict[str, Any] = self.page.at(self.pointer)
        return found

    @property
    def title(self) -> str:
        """The method and the path, such as ``POST /v1/videos``."""
        return f"{self.method.upper()} {self.path}"

    def parameters(self) -> list[Steps]:
        """The places of its parameters, including headers that OpenAPI says to ignore.

        Those of the path come first; the operation's own replace those of the same name.
        """
        found: dict[Any, Steps] = {}
        for holder in (self.pointer[:-1], self.pointer):
            listed = self.page.mapping(holder).get("parameters")
            for index in range(len(listed) if isinstance(listed, list) else 0):
                place = self.page.lead((*holder, "parameters", index))
                declared = self.page.mapping(place)
                found[repr((declared.get("in"), declared.get("name")))] = place
        return list(found.values())

    def bodies(self) -> list[Body]:
        """The request bodies, one for each media type; also for methods that ignore a body."""
        return self._bodies(self.page.lead((*self.pointer, "requestBody")))

    def statuses(self) -> list[str]:
        """The statuses of its responses, ``default`` included."""
        found = self.page.mapping(self.pointer).get("responses")
        return [str(status) for status in found] if isinstance(found, dict) else []

    def response(self, status: str) -> Steps:
        """The place of the response of a status."""
        return self.page.lead((*self.pointer, "responses", status))

    def replies(self) -> Iterator[tuple[str, Body]]:
        """The response bodies, each with its status."""
        for status in self.statuses():
            for body in self._bodies(self.response(status)):
                yield status, body

    def _bodies(self, holder: Steps) -> list[Body]:
        content = self.page.mapping(holder).get("content")
        return [
            Body(self.page, self.page.lead((*holder, "content", media_type)), media_type)
            for media_type in (content if isinstance(content, dict) else ())
        ]


def operations_of(page: DocumentedPage) -> Iterator[PageOperation]:
    """Every operation that a page describes."""
    for (_, path, method), _ in operations(page.data):
        if str(path).startswith("/"):
            yield PageOperation(page, str(path), str(method))
