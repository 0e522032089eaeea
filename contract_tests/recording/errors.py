"""The error of a cassette that cannot be read or written."""

from pathlib import Path

from openapi.documents.text import visible


class CassetteError(Exception):
    """A folder is no cassette, or cannot become one; the message says why and what to do."""

    def __init__(self, path: Path, why: str, remedy: str, line: int = 0) -> None:
        """Take what is wrong where, and how to fix it."""
        place = f"{path}:{line}" if line else str(path)
        super().__init__(visible(f"{place}: {why}; {remedy}"))
