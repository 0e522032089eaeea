"""A page's document with our prose, and with the facts of the original prose beside it.

Structure, key order and every other value stay as the page has them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from openapi.documents.pointers import Steps
from openapi.importing.prose import field_facts, title_facts
from openapi.importing.wording import Wording

PROSE = ("summary", "description")
_OPAQUE = frozenset(("example", "examples", "default", "enum"))
_NAMES = frozenset(("properties", "schemas", "headers", "responses", "paths", "securitySchemes"))


@dataclass(frozen=True, slots=True)
class Rewritten:
    """The document as it is kept, and the pointers of prose nobody has worded."""

    document: dict[str, Any]
    verbatim: tuple[Steps, ...]


def rewrite(document: dict[str, Any], wording: Wording) -> Rewritten:
    """Replace the prose of a page and write ``x-prose`` beside it."""
    rewriter = _Rewriter(wording)
    return Rewritten(rewriter.mapping(document, ()), tuple(rewriter.verbatim))


@dataclass(slots=True)
class _Rewriter:
    wording: Wording
    verbatim: list[Steps] = field(default_factory=list)

    def mapping(self, node: dict[str, Any], here: Steps) -> dict[str, Any]:
        return dict(self._entries(node, here))

    def _entries(self, node: dict[str, Any], here: Steps) -> Iterator[tuple[str, Any]]:
        names = bool(here) and here[-1] in _NAMES and not _is_name(here)
        for key, value in node.items():
            step = (*here, key)
            if names or key not in (*PROSE, *_OPAQUE):
                yield key, self._value(value, step)
            elif key in _OPAQUE or not isinstance(value, str):
                yield key, value
            else:
                yield key, self._sentence(value, step)
                if facts := _facts(key, value, node, here):
                    yield "x-prose", facts

    def _value(self, value: Any, here: Steps) -> Any:
        if isinstance(value, dict):
            return self.mapping(value, here)
        if isinstance(value, list):
            return [self._value(item, (*here, index)) for index, item in enumerate(value)]
        return value

    def _sentence(self, text: str, here: Steps) -> str:
        if not text.strip():
            return text
        ours = self.wording.sentence(text)
        if ours is None:
            self.verbatim.append(here)
        return ours or text


def _is_name(here: Steps) -> bool:
    """Whether the last step is a name the page chose, such as a field called ``properties``."""
    return len(here) > 1 and here[-2] in _NAMES and not _is_name(here[:-1])


def _facts(key: str, text: str, node: dict[str, Any], here: Steps) -> dict[str, Any]:
    if key == "summary":
        return title_facts(text) if "responses" in node else {}
    in_schema = "schema" in here or "schemas" in here
    is_parameter = "in" in node and "name" in node
    return field_facts(text) if in_schema or is_parameter else {}
