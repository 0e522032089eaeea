"""Every citation of a contract, each with the word that its line must hold."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from openapi.documents.places import METHODS, is_map_of_names, parts
from openapi.documents.pointers import Steps

CITATION = re.compile(r"(?:(?P<row>\S+) at )?(?P<file>[a-z0-9-]+|models\.yaml):(?P<line>[0-9]+)")


@dataclass(frozen=True)
class Citation:
    """``page:line`` in a contract, and the key or value that it is cited for."""

    file: str
    line: int
    word: str
    at: Steps


def citations(contract: dict[str, Any]) -> Iterator[Citation]:
    """Every ``page:line`` that the contract names."""
    for pointer, node in parts(contract):
        if is_map_of_names(pointer):
            continue
        yield from _cited(node.get("x-source"), _subject(pointer, node), pointer)
        for path, source in node.get("x-sources", {}).items():
            yield from _cited(source, path.rpartition("/")[2], pointer)
        for value, source in node.get("x-enum-sources", {}).items():
            yield from _cited(source, value, pointer)
        for left_out in node.get("x-left-out", ()):
            yield from _cited(left_out, left_out.split()[1], pointer)
        for name, example in _examples(node):
            yield from _cited(example.get("x-source"), "example", (*pointer, name))


def words_of(line: str) -> tuple[str, str]:
    """The key and the value on a line of YAML, either of which may be empty."""
    key, colon, value = line.strip().removeprefix("- ").partition(":")
    return (key.strip(" '"), value.strip(" '")) if colon else ("", key.strip(" '"))


def _cited(source: Any, word: str, at: Steps) -> Iterator[Citation]:
    for found in CITATION.finditer(str(source or "")):
        # A row of the catalogue is cited by its name, whichever of its values is meant.
        yield Citation(found["file"], int(found["line"]), found["row"] or word, at)


def _examples(node: Any) -> Iterator[tuple[str, Any]]:
    examples = node.get("examples")
    if isinstance(examples, dict):
        yield from examples.items()


def _subject(pointer: Steps, node: Any) -> str:
    """What the line of a part's ``x-source`` says."""
    if "url" in node:
        return str(node["url"])
    last = str(pointer[-1]) if pointer else ""
    named = len(pointer) > 1 and pointer[-2] in ("properties", "securitySchemes")
    return last if named or last in METHODS else "schema"
