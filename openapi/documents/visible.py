"""Text from outside as it may be shown: what would command a terminal is written as an escape."""

import re

# What moves a cursor, turns the direction of writing, or ends a line: C0, DEL, C1, line and
# paragraph separators, marks of direction, what has no width, and what is no character at all.
_COMMANDS = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\ufffe\uffff\ud800-\udfff]"
)
_ONE_BYTE = 0xFF
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def visible(text: str) -> str:
    """A text in one line that commands no terminal: what would is written as an escape."""
    return _COMMANDS.sub(lambda found: _NAMED.get(found[0]) or _escape(found[0]), text)


def visible_lines(text: str) -> str:
    """The same with its lines left as they are."""
    return "\n".join(visible(line) for line in text.split("\n"))


def json_text(text: str) -> str:
    """A JSON document that commands no terminal and holds the same values."""
    return _COMMANDS.sub(lambda found: found[0] if found[0] == "\n" else _unit(found[0]), text)


def _escape(char: str) -> str:
    return f"\\x{ord(char):02x}" if ord(char) <= _ONE_BYTE else _unit(char)


def _unit(char: str) -> str:
    return f"\\u{ord(char):04x}"
