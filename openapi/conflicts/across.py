"""Rules on pages that describe the same thing differently."""

from collections.abc import Iterator, Sequence

from openapi.conflicts.model import Field, Finding, Operation
from openapi.conflicts.terms import SYNONYMS, form, quantity
from openapi.pages.node import Node, as_written, node_at, text

_IDENTITY = ("id", "created_at")


def required_lists_differ(operations: Sequence[Operation]) -> Iterator[Finding]:
    """Pages require different fields for one operation."""
    for title, group in _same_operation(operations).items():
        demands = [{field.name for field in each.body_fields() if field.required} for each in group]
        if len({frozenset(demand) for demand in demands}) > 1:
            yield Finding(
                "required",
                tuple(
                    _required(operation).claim(f"demands {len(demand)}: {_words(demand)}")
                    for operation, demand in zip(group, demands, strict=True)
                ),
                "Each page's request is a variant of its own with its own list; a request is "
                "accepted when one variant takes it.",
                title,
            )


def value_forms_differ(operations: Sequence[Operation]) -> Iterator[Finding]:
    """Pages write the values of one field in different forms."""
    makers = _makers(operations)
    for name in _names(makers):
        rows = [
            (node, values, forms)
            for operation, field in _fields_named(makers, name)
            for node, values in _values(field)
            if (forms := {form(value) for value in values})
        ]
        if quantity(name) in SYNONYMS and len({frozenset(forms) for *_, forms in rows}) > 1:
            yield Finding(
                name,
                tuple(
                    node.claim(f"takes {', '.join(values)} ({_words(forms)})")
                    for node, values, forms in rows
                ),
                "No form is translated into another: each variant takes the values that its page "
                "lists, or else those of its models in the catalogue.",
                _titles(makers),
            )


def same_quantity_differently(operations: Sequence[Operation]) -> Iterator[Finding]:
    """Pages have different names or types for one quantity."""
    makers = _makers(operations)
    for meaning in SYNONYMS:
        found = [
            (operation, field)
            for operation in makers
            for field in operation.body_fields()
            if quantity(field.name) == meaning
        ]
        if len({(field.name, _shape(field)) for _, field in found}) > 1:
            yield Finding(
                meaning,
                tuple(
                    field.node.claim(f"carries it as {field.name}, {_shape(field)}")
                    for _, field in found
                ),
                "Each operation keeps the name and the type its pages give it; nothing is renamed.",
                _titles([operation for operation, _ in found]),
            )


def types_differ(operations: Sequence[Operation]) -> Iterator[Finding]:
    """Pages declare one field, which has no synonym, with different types."""
    makers = _makers(operations)
    for name in _names(makers):
        found = _fields_named(makers, name)
        if quantity(name) is None and len({_shape(field) for _, field in found}) > 1:
            yield Finding(
                name,
                tuple(field.node.claim(f"is declared as {_shape(field)}") for _, field in found),
                "Each variant takes the type of its page, so the operation takes all of them.",
                _titles([operation for operation, _ in found]),
            )


def field_only_on_some_pages(operations: Sequence[Operation]) -> Iterator[Finding]:
    """Only some pages describe a field for creating a job."""
    makers = _makers(operations)
    for name in _names(makers):
        having = _fields_named(makers, name)
        lacking = [each for each in makers if not _has(each, name)]
        if lacking:
            yield Finding(
                name,
                (
                    *(field.node.claim(f"describes {name}") for _, field in having),
                    *(_schema(operation).claim(f"does not know {name}") for operation in lacking),
                ),
                "The field belongs to the variants of the pages that describe it; to the others it "
                "is an unknown field, which is let through.",
                _titles(makers),
            )


def copied_example(operations: Sequence[Operation]) -> Iterator[Finding]:
    """Pages of different hosts show the same job."""
    groups: dict[tuple[str, ...], list[tuple[Operation, Node]]] = {}
    for operation in operations:
        for body in (body for reply in operation.responses() for body in reply.examples):
            marks = tuple(as_written(node.value) for key in _IDENTITY if (node := body.get(key)))
            if len(marks) == len(_IDENTITY):
                groups.setdefault(marks, []).append((operation, body))
    for group in groups.values():
        if len({_host(operation) for operation, _ in group}) > 1:
            yield Finding(
                "response",
                tuple(
                    (body.get("id") or body).claim(f"is the example of {_host(operation)}")
                    for operation, body in group
                ),
                "One of them was copied: the examples are kept, and neither counts as evidence of "
                "its own host.",
                _titles([operation for operation, _ in group]),
            )


def response_shapes_differ(operations: Sequence[Operation]) -> Iterator[Finding]:
    """Pages declare different fields for one operation's response."""
    for title, group in _same_operation(operations).items():
        replies = [reply for each in group for reply in each.responses() if reply.succeeded]
        if len({frozenset(reply.properties) for reply in replies}) > 1:
            yield Finding(
                "response",
                tuple(
                    (reply.schema or reply.media).claim(f"declares {len(reply.properties)} fields")
                    for reply in replies
                ),
                "The response schema is the union of the declared fields, required where every "
                "declaring page requires them.",
                title,
            )


def _same_operation(operations: Sequence[Operation]) -> dict[str, list[Operation]]:
    groups: dict[str, list[Operation]] = {}
    for operation in operations:
        groups.setdefault(operation.title, []).append(operation)
    return groups


def _makers(operations: Sequence[Operation]) -> list[Operation]:
    """The operations that create a job: they take a prompt, and a model to give it to."""
    wanted = {"prompt", "model"}
    return [each for each in operations if wanted <= {field.name for field in each.body_fields()}]


def _names(operations: Sequence[Operation]) -> list[str]:
    return list(dict.fromkeys(field.name for each in operations for field in each.body_fields()))


def _fields_named(operations: Sequence[Operation], name: str) -> list[tuple[Operation, Field]]:
    return [
        (each, field) for each in operations for field in each.body_fields() if field.name == name
    ]


def _has(operation: Operation, name: str) -> bool:
    """Whether an operation has the field, or its quantity under another name."""
    meaning = quantity(name)
    return any(
        field.name == name or (meaning is not None and quantity(field.name) == meaning)
        for field in operation.body_fields()
    )


def _values(field: Field) -> Iterator[tuple[Node, tuple[str, ...]]]:
    listing = field.listing()
    if listing:
        yield listing.node, listing.values
    for node in field.examples:
        if not isinstance(node.value, dict | list):
            yield node, (as_written(node.value),)


def _shape(field: Field) -> str:
    kind = field.type or "any type"
    return (
        "binary"
        if field.is_binary
        else f"{kind} of {text(items)}"
        if (items := field.schema.get("items", "type"))
        else kind
    )


def _required(operation: Operation) -> Node:
    first = next((field.required for field in operation.body_fields() if field.required), None)
    if first is None:
        return _schema(operation)
    return node_at(first.page, first.pointer[:-1])


def _schema(operation: Operation) -> Node:
    body = next(iter(operation.bodies()), None)
    return (node_at(body.page, body.pointer).get("schema") if body else None) or operation.node


def _host(operation: Operation) -> str:
    servers = operation.document.get("servers")
    return ", ".join(text(server.get("url")) for server in servers.children()) if servers else ""


def _titles(operations: Sequence[Operation]) -> str:
    return " and ".join(dict.fromkeys(operation.title for operation in operations))


def _words(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "nothing"
