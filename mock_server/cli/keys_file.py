"""Reads the file of API keys, and checks keys and the admin token."""

import re
from collections.abc import Collection
from pathlib import Path

from openapi.documents.text import UnreadableFileError, read_text

# An admin token: printable ASCII without blanks, which every server reads alike.
_TOKEN = re.compile(r"[\x21-\x7e]+")
_COMMENT = " #"


class KeysError(Exception):
    """A key file or an admin token that cannot be used; the message says why and how to fix it."""


def require_token(token: str, keys: Collection[str] = ()) -> str:
    """Return ``token`` if it is a valid admin token.

    Raises:
        KeysError: it is empty, has characters other than printable ASCII, or is an API key.
    """
    if not _TOKEN.fullmatch(token):
        what = "is empty" if not token.strip() else "cannot be sent in a header"
        raise KeysError(
            f"--admin-token {what}: give printable ASCII characters without blanks, or leave the "
            "option out to have a token generated (is the shell variable set?)"
        )
    if token in keys:
        raise KeysError(
            "--admin-token is one of the API keys: that key could control all others; give "
            "another token"
        )
    return token


def read_keys(path: Path) -> frozenset[str]:
    """The keys of a file, one per line; blank lines and lines that start with # are ignored.

    A key may contain blanks; those around it are stripped.

    Raises:
        KeysError: the file cannot be read, a line is not a valid key, or there is no key.
    """
    try:
        # Only \n separates lines: other line breaks inside a key are refused below.
        lines = read_text(path).replace("\r\n", "\n").split("\n")
    except UnreadableFileError as error:
        raise KeysError(f"--keys-file {path}: cannot be read: {error}") from error
    keys = set()
    for number, line in enumerate(lines, start=1):
        key = line.strip(" \t")
        if not key or key.startswith("#"):
            continue
        # The line itself is not shown, because it may be a key.
        if not is_sendable(key):
            raise KeysError(
                f"{path}:{number}: the key has characters other than printable ASCII, which "
                "clients encode differently; use another key"
            )
        if _COMMENT in key:
            raise KeysError(
                f"{path}:{number}: ' #' within a key looks like a comment; "
                "write comments on lines of their own"
            )
        keys.add(key)
    if not keys:
        raise KeysError(f"{path}: has no key; write one key per line")
    return frozenset(keys)


def is_sendable(key: str) -> bool:
    """Whether all clients send a key unchanged: it is printable ASCII, blanks included."""
    return key.isascii() and key.isprintable()
