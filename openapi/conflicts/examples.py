"""Rules on single examples: wrong types, misspellings, invalid URLs."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from openapi.conflicts.model import Field, Finding, Operation
from openapi.conflicts.terms import BOOLEANS, FREE_TEXT, misspelt
from openapi.merging.bodies import lacked, shown_by
from openapi.merging.merge import yielded_rules
from openapi.merging.variants import requests_of
from openapi.pages.body import Body
from openapi.pages.field import fits
from openapi.pages.node import Node, as_written, node_at, text

_KNOWN_SCHEMES = frozenset(("http", "https", "file", "ftp", "data", "s3", "gs", "ws", "wss"))
_SCHEME = re.compile(r"^([^\s:/]*)://")
_LOCAL = re.compile(r"^(?:[a-z]{0,4}://)?/?[A-Za-z]:[\\/]|^file:|^/(?:Users|home)/", re.IGNORECASE)
_TYPES = frozenset(("null", "string", "boolean", "integer", "number", "array", "object"))
# Of a value in a claim, in characters.
_LONG = 160


def example_type_differs(operation: Operation) -> Iterator[Finding]:
    """An example has another JSON type than the one declared."""
    for field in operation.fields():
        for node in field.examples:
            if _has_type(node.value, field.type):
                continue
            shown = f"shows {as_written(node.value)!r}, a value of another type"
            yield Finding(
                field.name,
                (_declares(field), node.claim(shown)),
                "The types are united: this page's variant takes the declared type and the "
                "example's.",
            )


def request_example_lacks_required(operation: Operation) -> Iterator[Finding]:
    """A request example lacks a field that the page requires."""
    for body in operation.bodies():
        yield from _lacking(
            body, "This page's own example is accepted: the field need not be sent."
        )


def response_example_lacks_required(operation: Operation) -> Iterator[Finding]:
    """A response example lacks a field that the page requires."""
    for reply in operation.responses():
        yield from _lacking(
            reply.body, "The response need not have the field; the example is kept as it is."
        )


def _lacking(body: Body, settled: str) -> Iterator[Finding]:
    names = [name for name in body.required if name in lacked(body)]
    if names:
        examples = (node_at(body.page, shown.pointer) for shown in shown_by(body))
        yield Finding(
            ", ".join(names),
            (
                *(node_at(body.page, body.required[n]).claim(f"demands {n}") for n in names),
                *(
                    spot.claim(f"shows {', '.join(map(str, spot.value)) or 'nothing'}")
                    for spot in examples
                    if isinstance(spot.value, dict) and not set(names) <= spot.value.keys()
                ),
            ),
            settled,
        )


def example_breaks_rule(operation: Operation) -> Iterator[Finding]:
    """An example breaks a rule of its own schema."""
    for yielded in yielded_rules(operation, requests_of(operation)):
        page = yielded.page
        declared = node_at(page, yielded.declared)
        yield Finding(
            yielded.field,
            (
                declared.claim(f"declares {yielded.keyword}"),
                node_at(page, yielded.example).claim(f"breaks it: {_short(yielded.why)}"),
            ),
            f"What the page shows is accepted: {yielded.keyword} does not hold, or takes the value "
            "of the example too.",
        )


def response_example_type_differs(operation: Operation) -> Iterator[Finding]:
    """A response example has another JSON type than the one declared."""
    for reply in operation.responses():
        for name, node in reply.properties.items():
            declared = text(node.get("type"))
            shown = [found for body in reply.examples if (found := body.get(name)) is not None]
            if other := [each for each in shown if not _has_type(each.value, declared)]:
                yield Finding(
                    name,
                    (
                        node.claim(f"declares type {declared}"),
                        *(
                            each.claim(f"shows {_short(as_written(each.value))!r}")
                            for each in other
                        ),
                    ),
                    "The types are united: the response takes the declared type and the example's; "
                    "where null is declared, any type.",
                )


def response_example_undeclared(operation: Operation) -> Iterator[Finding]:
    """A response example has fields that the declared schema does not have."""
    for reply in operation.responses():
        for body in reply.examples if reply.properties else ():
            others = [node.name for node in body.children() if node.name not in reply.properties]
            if isinstance(body.value, dict) and others:
                yield Finding(
                    ", ".join(others),
                    (
                        (reply.schema or reply.media).claim(
                            f"declares {', '.join(reply.properties)}"
                        ),
                        body.claim(f"shows {', '.join(others)} besides"),
                    ),
                    "The example is kept as it is; its other fields are allowed and not promised.",
                )


def boolean_as_string(operation: Operation) -> Iterator[Finding]:
    """A field declared as text is true or false in every example."""
    for field in operation.fields():
        default = field.prose("default")
        shown = [node for node in (*field.examples, default) if node and _is_boolean_word(node)]
        if field.type == "string" and shown:
            yield Finding(
                field.name,
                (_declares(field), *(_shows(node) for node in shown)),
                "The field stays text in this page's variant, as every form field is; only an "
                "overlay can narrow it to two words.",
            )


def misspelt_value(operations: Sequence[Operation]) -> Iterator[Finding]:
    """An example is a misspelling of a known value."""
    fields = [(operation, field) for operation in operations for field in operation.fields()]
    for operation, field in fields:
        kin = [other for at, other in fields if other.name == field.name and at is not operation]
        for node in field.examples:
            meant = misspelt(as_written(node.value), _candidates(field, kin))
            if meant and field.name not in FREE_TEXT:
                yield Finding(
                    field.name,
                    (node.claim(f"shows {text(node)!r}, most likely for {meant!r}"),),
                    "A value shown in a request example counts as documented, so the slip is "
                    "accepted beside the word that is meant.",
                    operation.title,
                )


def malformed_url(operation: Operation) -> Iterator[Finding]:
    """An example is a URL with an unknown scheme."""
    for field in operation.fields():
        for node in _leaves(field.examples):
            found = _SCHEME.match(text(node))
            if found and found[1].casefold() not in _KNOWN_SCHEMES:
                yield Finding(
                    field.name,
                    (node.claim(f"shows an address of the scheme {found[1]!r}"),),
                    "The example is kept for reference only: no request is made with it.",
                )


def local_path_example(operation: Operation) -> Iterator[Finding]:
    """The example of a file is a path on the author's disk."""
    for field in operation.fields():
        for node in field.examples:
            if field.is_binary and _LOCAL.match(text(node)):
                yield Finding(
                    field.name,
                    (
                        field.schema.claim("declares a binary field"),
                        node.claim("shows a path on somebody's disk"),
                    ),
                    "The content of a file is sent in a form; the path is kept for reference only.",
                )


def _candidates(field: Field, kin: Sequence[Field]) -> set[str]:
    """The known values of a field: those listed on this page, and those used on others."""
    lists = [listing for each in (field, *kin) if (listing := each.listing())]
    known = {value for listing in lists for value in listing.values}
    known |= {as_written(node.value) for other in kin for node in other.examples}
    if known and known.isdisjoint(BOOLEANS):
        return known
    return known | set(BOOLEANS)


def _has_type(value: Any, declared: str) -> bool:
    return value is None or declared not in _TYPES or fits(value, declared)


def _short(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[:_LONG]}..."


def _is_boolean_word(node: Node) -> bool:
    return text(node) in BOOLEANS


def _leaves(nodes: Sequence[Node]) -> Iterator[Node]:
    for node in nodes:
        if isinstance(node.value, list):
            yield from _leaves(list(node.children()))
        else:
            yield node


def _declares(field: Field) -> Any:
    return (field.schema.get("type") or field.schema).claim(f"declares type {field.type}")


def _shows(node: Node) -> Any:
    return node.claim(f"has {text(node)!r}")
