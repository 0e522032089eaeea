"""Reads a file of API keys."""

from pathlib import Path


class KeysError(Exception):
    """A key file that cannot be used: what, where and how to mend it."""


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
