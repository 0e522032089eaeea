"""Reads text files, and makes text safe to show."""

import re
from pathlib import Path

# In bytes; ten times the size of the largest known contracts.
FILE_LIMIT = 16 * 1024 * 1024
_OTHER_TEXT = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))


class UnreadableFileError(Exception):
    """A file cannot be read as text.

    ``why`` is the reason, ``remedy`` how to fix it.
    """

    def __init__(self, why: str, remedy: str, line: int = 1) -> None:
        super().__init__(f"{why}; {remedy}")
        self.why = why
        self.remedy = remedy
        self.line = line


def read_text(path: Path, most: int = FILE_LIMIT, *, zeros: bool = False) -> str:
    """Read a UTF-8 file of at most ``most`` bytes, without its byte order mark.

    With ``zeros`` zero bytes are allowed.

    Raises:
        UnreadableFileError: the file does not exist, is larger, or is not UTF-8 text.
    """
    content = _content(path, most)
    for mark, encoding in _OTHER_TEXT:
        if content.startswith(mark):
            raise UnreadableFileError(f"it is not UTF-8 text but {encoding}", "save it as UTF-8")
    if b"\0" in content and not zeros:
        why = f"it is not text: byte {content.index(0)} is zero"
        raise UnreadableFileError(why, "is it the file that you meant?")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        why = f"byte {error.start} is not UTF-8"
        raise UnreadableFileError(why, "save it as UTF-8", line) from error


def _content(path: Path, most: int) -> bytes:
    try:
        # Reads pipes too, but not an endless device.
        with path.open("rb") as file:
            content = file.read(most + 1)
    except FileNotFoundError as error:
        raise UnreadableFileError("No such file", _where_to_look(path)) from error
    except IsADirectoryError as error:
        raise UnreadableFileError("it is a folder", "name a file in it") from error
    except PermissionError as error:
        raise UnreadableFileError("it may not be read", "change its permissions") from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise UnreadableFileError(why, "name a file that can be read") from error
    if len(content) > most:
        why = f"it is too large: at most {most} bytes are read"
        raise UnreadableFileError(why, "is it the file that you meant?")
    return content


def _where_to_look(path: Path) -> str:
    if path.parent.is_dir():
        return "check its name"
    return f"its folder {path.parent} does not exist; check the path"


# Characters that move a cursor, change the direction of writing, or end a line: C0, DEL, C1, line
# and paragraph separators, direction marks, characters without width, and non-characters.
_COMMANDS = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\ufffe\uffff\ud800-\udfff]"
)
_ONE_BYTE = 0xFF
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def visible(text: str) -> str:
    """Escape line ends and characters that would control a terminal."""
    return _COMMANDS.sub(lambda found: _NAMED.get(found[0]) or _escape(found[0]), text)


def visible_lines(text: str) -> str:
    """Escape characters that would control a terminal, in each line."""
    return "\n".join(visible(line) for line in text.split("\n"))


def json_text(text: str) -> str:
    """Escape characters of a JSON document that would control a terminal; its values stay."""
    return _COMMANDS.sub(lambda found: found[0] if found[0] == "\n" else _unit(found[0]), text)


def _escape(char: str) -> str:
    return f"\\x{ord(char):02x}" if ord(char) <= _ONE_BYTE else _unit(char)


def _unit(char: str) -> str:
    return f"\\u{ord(char):04x}"
