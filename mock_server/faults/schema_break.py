"""Breaks one field of a JSON response: it is missing, or has a wrong type or unknown value."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import orjson

from mock_server.faults.fault import (
    LONGEST_TEXT,
    LONGEST_WORD,
    Fault,
    FaultContext,
    answer_of,
    setting,
)

MISSING, TYPE, ENUM = "missing", "type", "enum"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaBreak(Fault):
    """Break ``field``, a dotted path (``detail.status``) in the response or in each list item.

    ``how`` is missing, type (a text becomes a number, anything else a text) or enum (the field
    becomes ``value``). A response that is not a JSON object is not changed.
    """

    kind: ClassVar[str] = "schema_break"
    summary: ClassVar[str] = "A field is missing, of a wrong type, or has an unknown value."

    field: str = setting("status", minLength=1, maxLength=LONGEST_WORD)
    how: str = setting(ENUM, enum=[MISSING, TYPE, ENUM])
    value: str = setting("finalizing", maxLength=LONGEST_TEXT)

    async def __call__(self, context: FaultContext) -> None:
        answer = await answer_of(context)
        content = answer.json()
        if content is not None:
            *path, name = self.field.split(".")
            for holder in _holders(content, path, name):
                self._break(holder, name)
            answer.body = orjson.dumps(content)
        await answer.send_to(context.send)

    def _break(self, holder: dict[str, Any], name: str) -> None:
        if self.how == MISSING:
            holder.pop(name, None)
        elif self.how == TYPE:
            holder[name] = _of_another_type(holder.get(name))
        else:
            holder[name] = self.value


def _holders(content: dict[str, Any], path: list[str], name: str) -> Iterator[dict[str, Any]]:
    """The objects that contain the field: the response, or the items of a list without it."""
    items = content.get("data")
    listed = isinstance(items, list) and (path or [name])[0] not in content
    for start in items if listed and items else [content]:
        held: Any = start
        for step in path:
            held = held.get(step) if isinstance(held, dict) else None
        if isinstance(held, dict):
            yield held


def _of_another_type(held: object) -> object:
    return 1 if isinstance(held, str) else orjson.dumps(held).decode()
