"""YAML with the line of every key and item.

Scalars are read as YAML 1.2's JSON-like schema reads them, so ``16x9``, ``2025-01-01``, ``yes`` and
``1.0.0`` stay strings.
"""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from openapi.documents.pointers import Steps
from openapi.documents.text import UnreadableFileError
from openapi.errors import SpecError, read_named, unreadable

_FAST_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PREFIX = "tag:yaml.org,2002:"
_NODE_LIMIT = 500_000
_DEPTH_LIMIT = 100
# Of a number, in characters.
NUMBER_LIMIT = 100
# The composers are recursive, and the one in C crashes the process if a text is nested too deep. A
# text with fewer of these characters cannot be; a closer look takes a third of the time of
# composing it.
_OPENING, _FEW = ("[", "{", "- ", "? "), 2000
_LONG = 10_000_000
_HALF = r"\ud"
_MERGE = "<<"
_REMEDY = "fix the line and run the command again"

# tag, form, first characters of that form
SCALARS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("null", re.compile(r"^(?:~|null|)$"), "~n"),
    ("bool", re.compile(r"^(?:true|false)$"), "tf"),
    ("int", re.compile(r"^-?(?:0|[1-9][0-9]*)$"), "-0123456789"),
    (
        "float",
        re.compile(r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$"),
        "-0123456789",
    ),
)
_VALUES: dict[str, Callable[[str], Any]] = {
    "null": lambda _: None,
    "bool": lambda text: text == "true",
    "int": int,
    "float": float,
}

_INFINITE = (math.inf, -math.inf)


def _resolvers() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    table: dict[str, list[tuple[str, re.Pattern[str]]]] = {"": [(_PREFIX + "null", SCALARS[0][1])]}
    for tag, form, firsts in SCALARS:
        for first in firsts:
            table.setdefault(first, []).append((_PREFIX + tag, form))
    return table


class JsonLikeLoader(yaml.SafeLoader):
    """The loader in Python, whose errors and tab rules do not depend on how PyYAML was built."""

    yaml_implicit_resolvers = _resolvers()


class FastJsonLikeLoader(_FAST_LOADER):  # type: ignore[misc]  # the base is chosen at run time
    """The same loader in C where PyYAML has it."""

    yaml_implicit_resolvers = _resolvers()


@dataclass(frozen=True)
class Located:
    """A YAML document: its plain data, and the line of each part."""

    file: str
    data: Any
    root: yaml.Node
    first_line: int = 1

    def line(self, pointer: Steps) -> int:
        """Return the line of the key or item at ``pointer``; the document's first for ``()``.

        An index may be given as text, as a JSON pointer has it.

        Raises:
            KeyError: the document has nothing at ``pointer``.
        """
        return self._lines[tuple(map(str, pointer))] if pointer else self._first

    def has(self, pointer: Steps) -> bool:
        """Whether the document has anything at ``pointer``."""
        return not pointer or tuple(map(str, pointer)) in self._lines

    def lines(self) -> Iterator[tuple[Steps, int]]:
        """Yield pointer and line of every key and item, parents first, in the document's order."""
        for pointer, mark in _places(self.root, ()):
            yield pointer, int(mark.line) + self.first_line

    def pointers(self) -> Iterator[Steps]:
        """Yield the pointer of every key and item, parents first, in the document's order."""
        return (pointer for pointer, _ in self.lines())

    @property
    def _first(self) -> int:
        return int(self.root.start_mark.line) + self.first_line

    @cached_property
    def _lines(self) -> dict[tuple[str, ...], int]:
        return {tuple(map(str, pointer)): line for pointer, line in self.lines()}


def load(path: Path) -> Located:
    """Read a YAML file.

    Raises:
        SpecError: the file cannot be read, is not UTF-8 or is not YAML, or repeats a key.
    """
    text = read_named(path)
    if not text.strip():
        raise unreadable(
            path,
            UnreadableFileError("the document is empty", "name a file that has something in it"),
        )
    return _compose(text, str(path), 1, FastJsonLikeLoader)


def parse(text: str, file: str, first_line: int = 1) -> Located:
    """Read YAML text that starts on line ``first_line`` of ``file``.

    Raises:
        SpecError: the text is not YAML, or repeats a key.
    """
    return _compose(text, file, first_line, loader_for(text))


def loader_for(text: str) -> type[Any]:
    """The fast loader if both read the text in the same way, else the strict one.

    They differ in where tabs are allowed, and in lone surrogates.
    """
    return JsonLikeLoader if "\t" in text or _HALF in text.casefold() else FastJsonLikeLoader


def _compose(text: str, file: str, first_line: int, loader: type[Any]) -> Located:
    try:
        require_shallow(text, file, first_line, loader)
        root = yaml.compose(text, Loader=loader)
        # Most documents have none, and need not be walked.
        if _MERGE in text:
            _merge_keys(root, set())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        raise _refusal(file, line, error.problem or "it is not YAML") from error
    except yaml.reader.ReaderError as error:
        line = first_line + text.count("\n", 0, error.position)
        raise _refusal(file, line, f"a character YAML does not allow: {error.reason}") from error
    except RecursionError as error:
        raise _refusal(file, first_line, "it is nested too deep") from error
    if root is None:
        raise _refusal(file, first_line, "the document is empty")
    return Located(file, _Construction(file, first_line).data(root), root, first_line)


def _merge_keys(node: yaml.Node | None, seen: set[int], depth: int = 0) -> None:
    """Replace each ``<<`` by the keys of the mappings that it names; a mapping's own keys win."""
    # What is deeper is refused, with its line, when it is constructed.
    if id(node) in seen or depth > _DEPTH_LIMIT:
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _merge_keys(item, seen, depth + 1)
    elif isinstance(node, yaml.MappingNode):
        for _, value in node.value:
            _merge_keys(value, seen, depth + 1)
        named = [each for key, value in node.value if key.value == _MERGE for each in _named(value)]
        node.value = _merged(node, named) if named else node.value


def _merged(
    node: yaml.MappingNode, named: list[yaml.MappingNode]
) -> list[tuple[yaml.Node, yaml.Node]]:
    """The members of a mapping with a merge key: its own, then what it does not have itself."""
    members = [(key, value) for key, value in node.value if key.value != _MERGE]
    known = {str(key.value) for key, _ in members} | {_MERGE}
    for key, value in (pair for each in named for pair in each.value):
        if str(key.value) not in known:
            known.add(str(key.value))
            members.append((key, value))
    return members


def _named(value: yaml.Node) -> list[yaml.MappingNode]:
    """The mappings that a merge key names, alone or in a list."""
    nodes = value.value if isinstance(value, yaml.SequenceNode) else [value]
    return [each for each in nodes if isinstance(each, yaml.MappingNode)]


def require_shallow(text: str, file: str, first_line: int, loader: type[Any]) -> None:
    """Refuse a text that is nested so deep that composing it would crash the process.

    Raises:
        SpecError: it is nested too deep.
        yaml.YAMLError: it is not YAML.
    """
    if len(text) <= _LONG and sum(map(text.count, _OPENING)) <= _FEW:
        return
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEPTH_LIMIT:
            line = first_line + (event.start_mark.line if event.start_mark else 0)
            raise _refusal(file, line, "it is nested too deep")


@dataclass(slots=True)
class _Construction:
    """Constructs plain data from nodes; refuses what JSON cannot represent."""

    file: str
    first_line: int
    left: int = _NODE_LIMIT
    depth: int = 0

    def data(self, node: yaml.Node) -> Any:
        self.left -= 1
        if self.left < 0:
            raise self._refuse(node, "the document is too large once its aliases are expanded")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node)
        if isinstance(node, yaml.SequenceNode):
            return self._sequence(node)
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self._refuse(key, "a key is a list or a mapping, not a word")
            self._require_text(key)
            if key.value in data:
                raise self._refuse(key, f"the key {key.value!r} stands twice in one mapping")
            data[key.value] = self._child(value)
        return data

    def _sequence(self, node: yaml.SequenceNode) -> list[Any]:
        return [self._child(value) for value in node.value]

    def _child(self, node: yaml.Node) -> Any:
        if self.depth == _DEPTH_LIMIT:
            raise self._refuse(node, "it is nested too deep, or an alias contains itself")
        self.depth += 1
        data = self.data(node)
        self.depth -= 1
        return data

    def _scalar(self, node: yaml.Node) -> Any:
        kind = node.tag.removeprefix(_PREFIX)
        if kind != "str" and kind not in _VALUES:
            raise self._refuse(node, f"the tag {node.tag!r} has no meaning here")
        if kind == "str":
            self._require_text(node)
            return node.value
        if len(node.value) > NUMBER_LIMIT:
            why = f"a number of {len(node.value)} characters; at most {NUMBER_LIMIT} are read"
            raise self._refuse(node, why)
        value = _VALUES[kind](node.value)
        if value in _INFINITE:
            raise self._refuse(node, "the number is beyond what is read")
        return value

    def _require_text(self, node: yaml.Node) -> None:
        try:
            node.value.encode()
        except UnicodeEncodeError as error:
            raise self._refuse(node, "half of a pair of characters stands alone") from error

    def _refuse(self, node: yaml.Node, why: str) -> SpecError:
        return _refusal(self.file, self.first_line + node.start_mark.line, why)


def _places(node: yaml.Node, base: Steps) -> Iterator[tuple[Steps, yaml.Mark]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield (*base, key.value), key.start_mark
            yield from _places(value, (*base, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield (*base, index), value.start_mark
            yield from _places(value, (*base, index))


def _refusal(file: str | Path, line: int, why: str) -> SpecError:
    return SpecError(
        what="not readable as YAML", where=str(file), line=line, why=why, remedy=_REMEDY
    )
