"""Texts and error bodies with places to fill in, such as ``{message}``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any, Final

Facts = Mapping[str, object]
Schema = dict[str, Any]
_Fill = Callable[[Facts], Any]

# The places of an error envelope, and the schema of a value that consists of one place.
_VALUES: Final[Mapping[str, Schema]] = {
    "message": {"type": "string", "minLength": 1},
    "message_zh": {"type": "string"},
    "type": {"type": "string"},
    "param": {"type": "string", "nullable": True},
    "code": {"type": "string", "nullable": True},
    "status": {"type": "integer"},
    "request_id": {"type": "string", "minLength": 1},
}
ENVELOPE_PLACES: Final = frozenset(_VALUES)
# The places of a rule's words; which of these an error has depends on its kind.
WORD_PLACES: Final = ENVELOPE_PLACES | {
    *("method", "path", "operation", "id", "model", "value", "allowed", "expected", "got"),
    *("stage", "progress", "upstream"),
}


def places(text: str) -> frozenset[str]:
    """Return the places of a text.

    Raises:
        ValueError: the braces do not match, or a place is more than a name.
    """
    found = set()
    for _, name, spec, conversion in Formatter().parse(text):
        if name is None:
            continue
        if not name.isidentifier() or spec or conversion:
            raise ValueError(f"'{{{name}}}' is more than a name in braces")
        found.add(name)
    return frozenset(found)


class Template:
    """A text with places, read once."""

    __slots__ = ("_text", "places")

    def __init__(self, text: str) -> None:
        """Read ``text``.

        Raises:
            ValueError: it has places that cannot be read.
        """
        self._text = text
        self.places = places(text)

    def filled(self, facts: Facts) -> str | None:
        """Fill in the places; None where a fact is not known."""
        if not self.places:
            return self._text.format()
        known = {name: facts.get(name) for name in self.places}
        return None if None in known.values() else self._text.format(**known)


@dataclass(frozen=True, slots=True)
class Envelope:
    """An error body; ``named`` is the name of its schema in the contract, where there is one."""

    name: str
    body: Any
    fill: _Fill
    named: str | None = None

    def schema(self) -> Schema:
        """The schema of its bodies."""
        return _schema(self.body)


def envelope(name: str, body: Any, named: str | None) -> Envelope:
    """Compile an envelope.

    Raises:
        ValueError: the body has a place that no error fills.
    """
    return Envelope(name, body, _filler(body), named)


def _filler(node: Any) -> _Fill:
    if isinstance(node, dict):
        parts = [(key, _filler(member)) for key, member in node.items()]
        return lambda facts: {key: fill(facts) for key, fill in parts}
    if isinstance(node, list):
        items = [_filler(item) for item in node]
        return lambda facts: [fill(facts) for fill in items]
    found = _envelope_places(node)
    alone = _alone(node, found)
    if alone:
        return lambda facts: facts[alone]
    if found:
        return lambda facts: node.format(**{name: facts[name] for name in found})
    constant = node.format() if isinstance(node, str) else node
    return lambda _facts: constant


def _alone(node: Any, found: frozenset[str]) -> str | None:
    """The only place of a text without anything else; its value is used unchanged, even null."""
    return next((name for name in found if node == f"{{{name}}}"), None)


def _envelope_places(node: Any) -> frozenset[str]:
    found = places(node) if isinstance(node, str) else frozenset()
    for name in sorted(found - ENVELOPE_PLACES):
        known = ", ".join(sorted(ENVELOPE_PLACES))
        raise ValueError(f"errors have no '{{{name}}}'; known: {known}")
    return found


def _schema(node: Any) -> Schema:
    if isinstance(node, dict):
        properties = {key: _schema(member) for key, member in node.items()}
        return {"type": "object", "required": list(node), "properties": properties}
    if isinstance(node, list):
        return {"type": "array", "items": {}, "minItems": len(node), "maxItems": len(node)}
    if node is None:
        # OpenAPI 3.0 knows null only beside a type.
        return {"type": "string", "nullable": True, "enum": [None], "description": "Always null."}
    if not isinstance(node, str):
        return {"type": _type_of(node), "enum": [node]}
    found = _envelope_places(node)
    if alone := _alone(node, found):
        return dict(_VALUES[alone])
    if found:
        return {"type": "string", "minLength": 1}
    return {"type": "string", "enum": [node.format()]}


def _type_of(value: float) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "integer" if isinstance(value, int) else "number"
