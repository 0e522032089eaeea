"""What an API key may be, and a file of them."""

import re
from collections.abc import Collection
from pathlib import Path

from openapi.documents.files import UnreadableFileError, read_text

# A token of the administrator: what every server reads alike, without blanks.
_TOKEN = re.compile(r"[\x21-\x7e]+")
_REMARK = " #"


class KeysError(Exception):
    """A key file that cannot be used: what, where and how to mend it."""


def require_token(token: str, keys: Collection[str] = ()) -> str:
    """An administrator's token, which can be sent, and is nobody's key.

    Raises:
        KeysError: it is empty, has blanks or other than printable ASCII characters, or is a key.
    """
    if not _TOKEN.fullmatch(token):
        what = "is empty" if not token.strip() else "cannot be sent in a header"
        raise KeysError(
            f"--admin-token {what}: give printable ASCII characters without blanks, or leave the "
            "option out to have a token made (is the variable set that it comes from?)"
        )
    if token in keys:
        raise KeysError("--admin-token is one of the API keys: whoever has that key would command")
    return token


def read_keys(path: Path) -> frozenset[str]:
    """The keys of a file: one a line; blank lines and lines that start with # do not count.

    A key may hold blanks, and those around it do not belong to it.

    Raises:
        KeysError: the file cannot be read, a line cannot be a key, or there is no key.
    """
    try:
        # Nothing but the end of a line ends one: a key that holds something else is refused below.
        lines = read_text(path).replace("\r\n", "\n").split("\n")
    except UnreadableFileError as error:
        raise KeysError(f"--keys-file {path}: cannot be read: {error}") from error
    keys = set()
    for number, line in enumerate(lines, start=1):
        key = line.strip(" \t")
        if not key or key.startswith("#"):
            continue
        # The line itself is not shown: it may hold a key.
        if not is_sendable(key):
            raise KeysError(
                f"{path}:{number}: a key is printable ASCII, blanks included, and this one has "
                "other characters, which clients send in different ways; use another key"
            )
        if _REMARK in key:
            raise KeysError(
                f"{path}:{number}: ' #' within a key looks like a comment; "
                "write comments on lines of their own"
            )
        keys.add(key)
    if not keys:
        raise KeysError(f"{path}: holds no key; write one key a line")
    return frozenset(keys)


def is_sendable(key: str) -> bool:
    """Whether a key reaches every server as it was written: printable ASCII, blanks included."""
    return key.isascii() and key.isprintable()
