"""Looks for keys in what a cassette would contain, in whatever coding they stand there."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes

from contract_tests.guard.keys import forms_of

_ESCAPED = re.compile(rb"\\+u00([0-9a-fA-F]{2})|\\+(/)")


class LeakError(Exception):
    """A key was about to be written, or stands in what was written."""


@dataclass(frozen=True, repr=False)
class Canary:
    """The forms of some keys: plain, percent-encoded, in base64, in hexadecimal digits."""

    forms: tuple[bytes, ...]

    @classmethod
    def of(cls, keys: Iterable[str]) -> "Canary":
        """Look for these keys; a very short one is not looked for, since other text may have it."""
        return cls(tuple(sorted({form.encode() for key in keys for form in forms_of(key)})))

    def require_none(self, content: bytes, where: str) -> None:
        """Make sure that no key stands in some content.

        Raises:
            LeakError: one does; the message has the place and not the key.
        """
        for view in _views(content):
            if any(form in view for form in self.forms):
                raise LeakError(f"an API key stands in {where}")

    def require_none_below(self, folder: Path) -> None:
        """Make sure that no key stands in any file of a folder, or in its name.

        Raises:
            LeakError: one does.
        """
        for path in sorted(folder.rglob("*")):
            self.require_none(path.name.encode(), "a file's name")
            if path.is_file():
                self.require_none(path.read_bytes(), path.name)


def _views(content: bytes) -> Iterator[bytes]:
    """The content as it stands, and with the codings undone that change letters of a key."""
    yield content
    if b"%" in content:
        yield unquote_to_bytes(content)
    if b"\\" in content:
        yield _ESCAPED.sub(lambda found: found[2] or bytes.fromhex(found[1].decode()), content)
    if b"\0" in content:
        yield content.replace(b"\0", b"")
