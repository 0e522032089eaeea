"""Reads a file of API keys."""

import re
from collections.abc import Collection
from pathlib import Path

# What a header can carry behind "Bearer " and every server reads alike.
_SENDABLE = re.compile(r"[\x21-\x7e]+")


class KeysError(Exception):
    """A key file that cannot be used: what, where and how to mend it."""


def require_token(token: str, keys: Collection[str] = ()) -> str:
    """An administrator's token, which can be sent, and is nobody's key.

    Raises:
        KeysError: it is empty, has blanks or other than printable ASCII characters, or is a key.
    """
    if not _SENDABLE.fullmatch(token):
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

    Raises:
        KeysError: the file cannot be read, a line holds more than one word, or there is no key.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise KeysError(f"--keys-file {path}: cannot be read: {error}") from error
    keys = set()
    for number, line in enumerate(lines, start=1):
        key = line.strip()
        if not key or key.startswith("#"):
            continue
        if len(key.split()) != 1:
            # The line itself is not shown: it may hold a key.
            raise KeysError(f"{path}:{number}: more than one word; write one key a line")
        keys.add(key)
    if not keys:
        raise KeysError(f"{path}: holds no key; write one key a line")
    return frozenset(keys)
