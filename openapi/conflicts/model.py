"""Pages as the conflict rules read them, and the findings of rules."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import Literal

from openapi.contract.requests import FORM
from openapi.pages.body import Body
from openapi.pages.documented import DocumentedPage
from openapi.pages.field import Field as PageField
from openapi.pages.node import Claim, Node, as_written, node_at, text
from openapi.pages.operation import PageOperation
from openapi.pages.operation import operations_of as operations_of_page


@dataclass(frozen=True, slots=True)
class Listing:
    """The values that a page lists for a field, and the place of the list."""

    node: Node
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A request field or a parameter; ``required`` is the place that requires it."""

    name: str
    node: Node
    schema: Node
    required: Node | None
    examples: tuple[Node, ...]

    @property
    def type(self) -> str:
        """The declared type, or an empty text."""
        return text(self.schema.get("type"))

    @property
    def is_binary(self) -> bool:
        """Whether the field is a file."""
        return text(self.schema.get("format")) == "binary"

    def prose(self, fact: str) -> Node | None:
        """A fact that the page states in prose only."""
        return self.node.get("x-prose", fact)

    def listing(self) -> Listing | None:
        """The listed values: those of the enum, else those in prose."""
        field = PageField(self.node.page, self.schema.pointer, self.node.pointer, ())
        found = next(field.lists(), None)
        return Listing(found, tuple(map(as_written, found.value))) if found else None


@dataclass(frozen=True, slots=True)
class Reply:
    """One response body: its status, its media type object, its declared properties."""

    status: str
    body: Body

    @property
    def succeeded(self) -> bool:
        """Whether the status is 2xx."""
        return self.status.startswith("2")

    @property
    def media(self) -> Node:
        """The media type object."""
        return node_at(self.body.page, self.body.pointer)

    @property
    def schema(self) -> Node | None:
        """The schema, where the page declares one."""
        return self.media.get("schema")

    @property
    def properties(self) -> dict[str, Node]:
        """The declared properties."""
        return {name: node_at(self.body.page, at[0]) for name, at in self.body.fields.items()}

    @property
    def examples(self) -> tuple[Node, ...]:
        """The examples of the whole body."""
        return _examples(self.body)


@dataclass(frozen=True, slots=True)
class Operation(PageOperation):
    """One operation of one page."""

    @property
    def node(self) -> Node:
        """The operation object."""
        return node_at(self.page, self.pointer)

    @property
    def leads(self) -> bool:
        """Whether it is the first operation of its page; rules on whole pages run only for that."""
        return next(operations_of_page(self.page)).pointer == self.pointer

    @property
    def document(self) -> Node:
        """The whole page."""
        return node_at(self.page, ())

    def body_fields(self) -> Iterator[Field]:
        """The fields of every request body."""
        return chain.from_iterable(map(self._fields_of, self.bodies()))

    def form_fields(self) -> Iterator[Field]:
        """The fields of the request bodies that are forms."""
        forms = (body for body in self.bodies() if body.media_type == FORM)
        return chain.from_iterable(map(self._fields_of, forms))

    def fields(self) -> Iterator[Field]:
        """The body fields, then the path and query parameters."""
        yield from self.body_fields()
        for node in self.parameter_nodes():
            if text(node.get("in")) not in ("path", "query"):
                continue
            demanded = node.get("required")
            required = demanded if demanded and demanded.value is True else None
            own = node.get("example")
            schema = node.get("schema") or node
            yield Field(text(node.get("name")), node, schema, required, (own,) if own else ())

    def parameter_nodes(self) -> Iterator[Node]:
        """The parameters, those of the path included."""
        return (node_at(self.page, place) for place in self.parameters())

    def responses(self) -> Iterator[Reply]:
        """Every response body of every status."""
        return (Reply(status, body) for status, body in self.replies())

    def _fields_of(self, body: Body) -> Iterator[Field]:
        required, shown = body.required, _examples(body)
        for name, places in body.fields.items():
            node = node_at(self.page, places[0])
            own = node.get("example")
            whole = tuple(found for each in shown if (found := each.get(name)) is not None)
            demanded = node_at(self.page, required[name]) if name in required else None
            yield Field(name, node, node, demanded, ((own,) if own else ()) + whole)


def operations_of(pages: Sequence[DocumentedPage]) -> list[Operation]:
    """Every operation of every page, in the pages' order."""
    return [
        Operation(page, each.path, each.method)
        for page in pages
        for each in operations_of_page(page)
    ]


def _examples(body: Body) -> tuple[Node, ...]:
    return tuple(node_at(body.page, shown.pointer) for shown in body.examples)


Scope = Literal["page", "pages"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding of a rule; ``operation`` is empty if the rule runs for each operation."""

    field: str
    claims: tuple[Claim, ...]
    settled: str
    operation: str = ""


class Severity(StrEnum):
    """The severity of a conflict, most severe first.

    ``contradiction``: the pages say two things. ``gap``: they leave something open. ``note``: an
    exporter's habit that changes nothing.
    """

    CONTRADICTION = "contradiction"
    GAP = "gap"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A row of the report: claims that cannot all be followed.

    Attributes:
        rule: the id of the rule.
        scope: ``page`` where a page contradicts itself or is incomplete, else ``pages``.
        operation: such as ``POST /v1/videos``.
        settled: how the contract settles it.
        found: whether a rule found it, or it is a note of ``remarks.yaml``.
    """

    rule: str
    scope: Scope
    operation: str
    field: str
    claims: tuple[Claim, ...]
    settled: str
    found: Literal["rule", "remark"]
    severity: Severity = Severity.CONTRADICTION


@dataclass(frozen=True, slots=True)
class EachRule:
    """A rule that runs for each operation of each page."""

    id: str
    find: Callable[["Operation"], Iterable[Finding]]
    severity: Severity = Severity.CONTRADICTION


@dataclass(frozen=True, slots=True)
class AllRule:
    """A rule that runs once for all operations of all pages."""

    id: str
    scope: Scope
    find: Callable[[Sequence["Operation"]], Iterable[Finding]]
    severity: Severity = Severity.CONTRADICTION
