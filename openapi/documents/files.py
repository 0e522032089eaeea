"""Reads a file that somebody named; where that cannot be done, says the true reason."""

from pathlib import Path

# Bytes; the largest contracts there are have a tenth of it.
FILE_LIMIT = 16 * 1024 * 1024
_OTHER_TEXT = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))


class UnreadableFileError(Exception):
    """A file that cannot be read as text: why, and how to fix it."""

    def __init__(self, why: str, remedy: str, line: int = 1) -> None:
        super().__init__(f"{why}; {remedy}")
        self.why = why
        self.remedy = remedy
        self.line = line


def read_text(path: Path, most: int = FILE_LIMIT, *, zeros: bool = False) -> str:
    """The text of a file of so many bytes, without the mark that some programs begin it with.

    With ``zeros`` a zero byte does not make it something else than text.

    Raises:
        UnreadableFileError: there is none, it is larger, or it is no text in UTF-8.
    """
    content = _content(path, most)
    for mark, encoding in _OTHER_TEXT:
        if content.startswith(mark):
            raise UnreadableFileError(f"it is not UTF-8 text but {encoding}", "save it as UTF-8")
    if b"\0" in content and not zeros:
        why = f"it is no text: byte {content.index(0)} is zero"
        raise UnreadableFileError(why, "is it the file that you meant?")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        why = f"byte {error.start} is not UTF-8"
        raise UnreadableFileError(why, "save it as UTF-8", line) from error


def _content(path: Path, most: int) -> bytes:
    try:
        # A pipe is read, too; a device that never ends is not.
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
