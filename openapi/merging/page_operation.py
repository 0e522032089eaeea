"""One page's description of one operation: where its parameters, bodies and replies stand."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from openapi.importing.markdown import METHODS
from openapi.merging.component_names import operation_words
from openapi.merging.parameters import Parameter, described
from openapi.merging.responses import Reply
from openapi.merging.variants import Request
from openapi.pages.documented import DocumentedPage, Pointer

# OpenAPI says to ignore a body where HTTP gives it no meaning.
_BODILESS = ("get", "head", "delete")


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

    def parameters(self) -> list[Parameter]:
        """What the page describes besides the body, headers that OpenAPI ignores included."""
        return described(self.page, self.path, self.method)

    def requests(self) -> list[Request]:
        """The request bodies the page describes for it, one a media type."""
        if self.method in _BODILESS:
            return []
        return [
            Request(self.page, pointer, media_type, self._word(media_type))
            for media_type, pointer in self._bodies()
        ]

    def statuses(self) -> list[str]:
        """The statuses it answers with; ``default`` names none."""
        found = self.data.get("responses", {})
        return [status for status in found if status != "default" and not status.startswith("x-")]

    def response(self, status: str) -> Pointer:
        """Where the response of that status stands."""
        return self.page.follow((*self.pointer, "responses", status))

    def replies(self) -> Iterator[Reply]:
        """The response bodies the page describes for it."""
        for status in self.statuses():
            for media_type, pointer in _contents(self.page, self.response(status)):
                yield Reply(self.page, pointer, media_type, self.path, self.method, status)

    def left_out(self) -> Iterator[str]:
        """What the page describes and a contract must not have, with its line."""
        for parameter in self.parameters():
            if parameter.is_ignored:
                yield f"header {parameter.data['name']} ({parameter.cite()})"
        if self.method in _BODILESS and "requestBody" in self.data:
            yield f"request body ({self.page.cite((*self.pointer, 'requestBody'))})"
        if "default" in self.data.get("responses", {}):
            yield f"default response ({self.page.cite((*self.pointer, 'responses', 'default'))})"

    def _bodies(self) -> Iterator[tuple[str, Pointer]]:
        if "requestBody" in self.data:
            yield from _contents(self.page, (*self.pointer, "requestBody"))

    def _word(self, media_type: str) -> str:
        """The operation in a word, where the page describes several with such a body."""
        alike = [
            operation
            for operation in operations_of(self.page)
            if operation.method not in _BODILESS
            and any(found == media_type for found, _ in operation._bodies())
        ]
        return operation_words(self.path, self.method) if len(alike) > 1 else ""


def operations_of(page: DocumentedPage) -> Iterator[PageOperation]:
    """Every operation a page describes."""
    for path, item in page.data["paths"].items():
        for method in METHODS:
            if path.startswith("/") and method in item:
                yield PageOperation(page, path, method)


def _contents(page: DocumentedPage, holder: Pointer) -> Iterator[tuple[str, Pointer]]:
    here = page.follow(holder)
    for media_type in page.at(here).get("content", {}):
        yield media_type, (*here, "content", media_type)
