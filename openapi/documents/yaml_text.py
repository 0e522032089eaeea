"""Renders plain data as YAML: what PyYAML's own emitter makes of it, in a third of the time.

PyYAML passes each value through a state machine of events. Most of a contract is mappings of short
texts, for which the structure is written here, and scalars by PyYAML. What is not of that shape
(a key that is no short text, say) is left to PyYAML as a whole.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

WIDTH = 100
# Plain scalars that are numbers in YAML 1.2, but text in PyYAML (1.1).
_NUMBER_ELSEWHERE = re.compile(
    r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)$"
)
_OTHER_BREAKS = re.compile("[\x85\u2028\u2029\r]")
# A longer key, with its tag, is no simple key to PyYAML.
_LONGEST_KEY = 128 - len("!!str")
_INDENT = 2


class Dumper(yaml.SafeDumper):
    """Quotes text that some YAML version would read otherwise; no aliases; indented lists."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar(
        "tag:yaml.org,2002:str", text, style="|" if "\n" in text else None
    )


Dumper.add_implicit_resolver("tag:gateway,2025:number", _NUMBER_ELSEWHERE, list("-+.0123456789"))
Dumper.add_representer(str, _text)


def rendered(document: Any) -> str:
    """Block-style YAML, keys in their order, folded at 100 characters."""
    writer = _Writer()
    try:
        if isinstance(document, Mapping) and document:
            writer.mapping(document, 0)
            return "".join(writer.parts)
    except _UnusualError:
        pass
    return rendered_by_events(document)


def rendered_by_events(document: Any) -> str:
    """The same by PyYAML alone, for any data."""
    text: str = yaml.dump(
        document,
        Dumper=Dumper,
        sort_keys=False,
        default_flow_style=False,
        allow_unicode=True,
        width=WIDTH,
    )
    return text


class _UnusualError(Exception):
    """The data has something that only PyYAML's events express."""


class _Writer:
    """Writes nested mappings and lists; ``parts`` is the text so far."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._scalars = _Scalars()

    def mapping(self, node: Mapping[Any, Any], indent: int, *, inline: bool = False) -> None:
        """Write a mapping's members; ``inline``: the first stands behind a dash."""
        for key, value in node.items():
            name = self._scalars.key(key)
            self.parts += ("" if inline else " " * indent, name, ":")
            inline = False
            self._member(value, indent, indent + len(name) + 1)

    def _member(self, value: Any, indent: int, column: int) -> None:
        if isinstance(value, dict) and value:
            self.parts.append("\n")
            self.mapping(value, indent + _INDENT)
        elif isinstance(value, list) and value:
            self.parts.append("\n")
            self._list(value, indent + _INDENT)
        else:
            self._leaf(value, indent, column)

    def _list(self, items: Sequence[Any], indent: int, *, inline: bool = False) -> None:
        for item in items:
            self.parts.append("-" if inline else " " * indent + "-")
            inline = False
            if isinstance(item, dict) and item:
                self.parts.append(" ")
                self.mapping(item, indent + _INDENT, inline=True)
            elif isinstance(item, list) and item:
                self.parts.append(" ")
                self._list(item, indent + _INDENT, inline=True)
            else:
                self._leaf(item, indent, indent + 1)

    def _leaf(self, value: Any, indent: int, column: int) -> None:
        if isinstance(value, dict | list):
            text = " {}" if isinstance(value, dict) else " []"
        else:
            text = self._scalars.value(value, indent + _INDENT, column)
        # A literal ends with its last line.
        self.parts += (text, "" if text.endswith("\n") else "\n")


class _Scalars:
    """PyYAML's rendering of single values; those on one line are rendered once."""

    def __init__(self) -> None:
        self._written: list[str] = []
        self._dumper = Dumper(self, allow_unicode=True, width=WIDTH)
        self._keys: dict[str, str] = {}
        self._values: dict[tuple[type, str], str] = {}

    def write(self, text: str) -> None:
        """Take what the dumper writes."""
        self._written.append(text)

    def key(self, key: Any) -> str:
        """The text of a key.

        Raises:
            _UnusualError: it is no short text on one line.
        """
        if key not in self._keys:
            if not isinstance(key, str) or not key or "\n" in key or len(key) >= _LONGEST_KEY:
                raise _UnusualError
            self._keys[key] = self._rendered(key, 0, 0, is_key=True)
        return self._keys[key]

    def value(self, value: Any, indent: int, column: int) -> str:
        """The text of a value with the space before it, where ``column`` are written already.

        Raises:
            _UnusualError: it has breaks that PyYAML treats in ways of their own.
        """
        # Zero equals minus zero, and true equals one.
        which = type(value), value if isinstance(value, str) else repr(value)
        known = self._values.get(which)
        if known is not None and column + len(known) <= WIDTH:
            return known
        text = self._rendered(value, indent, column)
        if "\n" not in text:
            self._values[which] = text
        return text

    def _rendered(self, value: Any, indent: int, column: int, *, is_key: bool = False) -> str:
        dumper = self._dumper
        node = dumper.represent_data(value)
        if not isinstance(node, yaml.ScalarNode) or _OTHER_BREAKS.search(node.value):
            raise _UnusualError
        found, default = (
            dumper.resolve(yaml.ScalarNode, node.value, implicit)  # type: ignore[no-untyped-call]
            for implicit in ((True, False), (False, True))
        )
        dumper.event = yaml.ScalarEvent(
            None, node.tag, (found == node.tag, default == node.tag), node.value, style=node.style
        )
        dumper.analysis, dumper.style = None, None
        dumper.indent, dumper.column = indent, column
        dumper.simple_key_context = dumper.whitespace = dumper.indention = is_key
        self._written.clear()
        dumper.process_scalar()
        text = "".join(self._written)
        # Line breaks that are kept need a mark at the end of the document.
        if text.startswith((" |+", " |2+")):
            raise _UnusualError
        return text
