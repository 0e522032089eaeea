"""Replaces the prose of pages by our own sentences, kept in ``wording.yaml`` by digest."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openapi import FOLDER
from openapi.documents.located import load
from openapi.documents.pointers import Steps
from openapi.errors import SpecError
from openapi.importing.prose import field_facts, title_facts

WORDING_FILE = FOLDER / "wording.yaml"
_DIGEST_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Wording:
    """Sentences by the digest of the text that they replace, and page names by Apifox API id."""

    sentences: Mapping[str, str]
    pages: Mapping[str, str]

    def sentence(self, text: str) -> str | None:
        """The sentence for a text; None where there is none."""
        return self.sentences.get(digest(text))


def digest(text: str) -> str:
    """The key of ``text`` in ``wording.yaml``: the start of its SHA-256, white space trimmed."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:_DIGEST_LENGTH]


def load_wording(path: Path = WORDING_FILE) -> Wording:
    """Read the wording file.

    Raises:
        SpecError: ``pages`` or ``sentences`` is missing or does not map text to text.
    """
    located = load(path)
    parts = {}
    for part in ("sentences", "pages"):
        words = located.data.get(part) if isinstance(located.data, dict) else None
        if not isinstance(words, dict) or not all(isinstance(word, str) for word in words.values()):
            raise SpecError(
                what="not a wording file",
                where=str(path),
                line=1,
                why=f"{part!r} is not a mapping of words to words",
                remedy="restore the file from the distribution",
            )
        parts[part] = words
    return Wording(parts["sentences"], parts["pages"])


PROSE = ("summary", "description")
_OPAQUE = frozenset(("example", "examples", "default", "enum"))
_NAMES = frozenset(("properties", "schemas", "headers", "responses", "paths", "securitySchemes"))


@dataclass(frozen=True, slots=True)
class Rewritten:
    """The rewritten document, and the places of prose that has no sentence."""

    document: dict[str, Any]
    verbatim: tuple[Steps, ...]


def rewrite(document: dict[str, Any], wording: Wording) -> Rewritten:
    """Replace the prose of a page, and write the facts that it states as ``x-prose``."""
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
    """Whether the last step is a name, such as a field called ``properties``."""
    return len(here) > 1 and here[-2] in _NAMES and not _is_name(here[:-1])


def _facts(key: str, text: str, node: dict[str, Any], here: Steps) -> dict[str, Any]:
    if key == "summary":
        return title_facts(text) if "responses" in node else {}
    in_schema = "schema" in here or "schemas" in here
    is_parameter = "in" in node and "name" in node
    return field_facts(text) if in_schema or is_parameter else {}
