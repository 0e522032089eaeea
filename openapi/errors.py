"""The error of this package: invalid input, with its place, the reason and a remedy."""

from pathlib import Path

from openapi.documents.text import FILE_LIMIT, UnreadableFileError, read_text, visible


class SpecError(Exception):
    """A document is invalid; nothing has been written when this is raised."""

    def __init__(self, *, what: str, where: str, line: int, why: str, remedy: str) -> None:
        super().__init__(what, where, line, why, remedy)
        self.what = what
        self.where = where
        self.line = line
        self.why = why
        self.remedy = remedy

    def __str__(self) -> str:
        """Render as ``file:line: what: why. remedy``."""
        return visible(f"{self.where}:{self.line}: {self.what}: {self.why}. {self.remedy}")


def read_named(path: Path, most: int = FILE_LIMIT, *, zeros: bool = False) -> str:
    """Read a text file that the user named, of at most ``most`` bytes; see ``read_text``.

    Raises:
        SpecError: it cannot be read.
    """
    try:
        return read_text(path, most, zeros=zeros)
    except UnreadableFileError as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: UnreadableFileError) -> SpecError:
    """The error for a file that could not be read."""
    return SpecError(
        what="cannot be read", where=str(path), line=error.line, why=error.why, remedy=error.remedy
    )


def name_clash(name: str) -> SpecError:
    """The error for two parts of the contract that would have the same name."""
    return SpecError(
        what=f"two schemas would be called '{name}'",
        where="contract",
        line=1,
        why="a page's request and another part of the contract have the same name",
        remedy="rename the page, or the schema that the overlay adds",
    )
