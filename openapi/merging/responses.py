"""Unites the schemas of a response body from several pages."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openapi.contract.requests import JSON
from openapi.merging.bodies import (
    MergedBody,
    capitalised,
    copied_schema,
    operation_words,
    other_rules,
    shown_by,
)
from openapi.merging.fields import field_schema
from openapi.merging.schemas import any_of, widened
from openapi.merging.settling import YieldedRule, body_examples, settle, settle_within
from openapi.pages.body import Shown
from openapi.pages.operation import PageOperation


@dataclass(frozen=True, slots=True)
class Reply(MergedBody):
    """One response body of one page, with its operation and status."""

    path: str
    method: str
    status: str

    def objects(self) -> Iterator[Shown]:
        """The examples that are objects."""
        return (shown for shown in shown_by(self) if isinstance(shown.value, Mapping))


def replies_of(operation: PageOperation) -> Iterator[Reply]:
    """The response bodies that a page describes, without those of a default response."""
    for status, body in operation.replies():
        if is_status(status):
            names = (operation.path, operation.method, status)
            yield Reply(body.page, body.pointer, body.media_type, *names)


def is_status(key: str) -> bool:
    """Whether a key of ``responses`` is a status rather than ``default`` or an extension."""
    return key != "default" and not key.startswith("x-")


def component_name(replies: Sequence[Reply]) -> str | None:
    """The name of the schema that unites ``replies`` of one operation and status.

    It is the ``object`` value of the examples, else made from the path; None where the bodies are
    not JSON objects.
    """
    if not all(reply.is_object and reply.media_type == JSON for reply in replies):
        return None
    words = operation_words(replies[0].path, replies[0].method)
    if not replies[0].status.startswith("2"):
        return f"{words}{replies[0].status}Response"
    kinds = [shown.value.get("object") for reply in replies for shown in reply.objects()]
    names = [name for kind in kinds if isinstance(kind, str) and (name := capitalised(kind))]
    return names[0] if names else f"{words}Response"


def united_schema(replies: Sequence[Reply]) -> dict[str, Any]:
    """The schema of a response body that pages describe; see ``settled_schema``."""
    return settled_schema(replies)[0]


def settled_schema(replies: Sequence[Reply]) -> tuple[dict[str, Any], list[YieldedRule]]:
    """The union of what pages declare, and its rules that yielded to what they show."""
    schema = _united(replies)
    rules = settle_within(schema, replies)
    for reply in replies:
        rules += settle(schema, body_examples(reply, shown_by(reply)))
    return schema, rules


def _united(replies: Sequence[Reply]) -> dict[str, Any]:
    """The union of what the pages declare and show: every property with every documented type.

    A property is required if every page that declares properties requires it and no example lacks
    it. A page that declares no property adds nothing and limits nothing.
    """
    lines = dict.fromkeys(reply.cite_schema() for reply in replies)
    named = {"x-standing": "documented", "x-source": ", ".join(lines)}
    if not all(reply.is_object for reply in replies):
        return any_of([copied_schema(reply) for reply in replies]) | named
    declaring = [reply for reply in replies if reply.fields]
    names = dict.fromkeys(name for reply in declaring for name in reply.fields)
    schema: dict[str, Any] = {"type": "object", **named}
    schema["properties"] = {name: _property(name, replies) for name in names}
    required = [name for name in names if _is_demanded(name, declaring, replies)]
    rules = [other_rules(reply) for reply in declaring]
    return schema | ({"required": required} if required else {}) | _said_by_all(rules)


def _property(name: str, replies: Sequence[Reply]) -> dict[str, Any]:
    fields = [
        field for reply in replies if name in reply.fields for field in reply.declarations(name)
    ]
    schemas = [field_schema(field, closed="enum" in field.declared) for field in fields]
    shown = [
        body.value[name] for reply in replies for body in reply.objects() if name in body.value
    ]
    texts = [{"description": each["description"]} for each in schemas if "description" in each]
    lines = dict.fromkeys(schema["x-source"] for schema in schemas)
    united = widened(any_of(schemas), shown)
    return united | (texts or [{}])[0] | {"x-source": ", ".join(lines)}


def _is_demanded(name: str, declaring: Sequence[Reply], replies: Sequence[Reply]) -> bool:
    return all(name in reply.required for reply in declaring) and all(
        name in shown.value for reply in replies for shown in reply.objects()
    )


def _said_by_all(rules: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return dict(rules[0]) if rules and all(rule == rules[0] for rule in rules) else {}
