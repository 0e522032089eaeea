"""Breaks one field of a JSON answer: gone, of another type, or with a value nobody documents."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import orjson

from mock_server.faults.fault import LONGEST_TEXT, LONGEST_WORD, Exchange, Fault, answer_of, setting

MISSING, TYPE, ENUM = "missing", "type", "enum"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaBreak(Fault):
    """``field`` is a field of the answer, or of every item where the answer is a list; dots lead
    into it (``detail.status``). ``how``: missing, type (text for anything else, a number for text)
    or enum (the word ``value``)."""

    kind: ClassVar[str] = "schema_break"
    summary: ClassVar[str] = "A field is missing, of a wrong type, or has an unknown value."

    field: str = setting("status", minLength=1, maxLength=LONGEST_WORD)
    how: str = setting(ENUM, enum=[MISSING, TYPE, ENUM])
    value: str = setting("finalizing", maxLength=LONGEST_TEXT)

    async def __call__(self, exchange: Exchange) -> None:
        """Send the broken answer; one that is no JSON object goes out as it is."""
        answer = await answer_of(exchange)
        content = answer.json()
        if content is not None:
            *path, name = self.field.split(".")
            for holder in _holders(content, path, name):
                self._break(holder, name)
            answer.body = orjson.dumps(content)
        await answer.send_to(exchange.send)

    def _break(self, holder: dict[str, Any], name: str) -> None:
        if self.how == MISSING:
            holder.pop(name, None)
        elif self.how == TYPE:
            holder[name] = _of_another_type(holder.get(name))
        else:
            holder[name] = self.value


def _holders(content: dict[str, Any], path: list[str], name: str) -> Iterator[dict[str, Any]]:
    """Where the field is: the answer itself, or each item of a list that has no such field."""
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
