"""Breaks one field of a JSON answer: gone, of another type, or with a value nobody documents."""

from dataclasses import dataclass
from typing import Any, ClassVar

import orjson

from mock_server.faults.fault import Exchange, answer_of

MISSING, TYPE, ENUM = "missing", "type", "enum"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaBreak:
    """``field`` of the top level; ``how`` missing, type (text for a number, a number for text) or
    enum (the word ``value``)."""

    kind: ClassVar[str] = "schema_break"
    summary: ClassVar[str] = "A field is missing, of a wrong type, or has an unknown value."

    field: str = "status"
    how: str = ENUM
    value: str = "finalizing"

    async def __call__(self, exchange: Exchange) -> None:
        """Send the broken answer; one that is no JSON object goes out as it is."""
        answer = await answer_of(exchange)
        if answer.body.startswith(b"{"):
            content: dict[str, Any] = orjson.loads(answer.body)
            self._break(content)
            answer.body = orjson.dumps(content)
        await answer.send_to(exchange.send)

    def _break(self, content: dict[str, Any]) -> None:
        if self.how == MISSING:
            content.pop(self.field, None)
        elif self.how == TYPE:
            held = content.get(self.field)
            content[self.field] = 1 if isinstance(held, str) else str(held)
        else:
            content[self.field] = self.value
