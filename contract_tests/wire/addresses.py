"""Puts text that a target sent, such as an id, into the address of a request and reads it back."""

import urllib.parse

# Steps in a path rather than names; whoever reads an address may take them out.
_STEPS = frozenset({".", ".."})


def quote(text: str) -> str:
    """A text as one segment of a path, or one value of a query."""
    if text in _STEPS:
        return text.replace(".", "%2E")
    return urllib.parse.quote(text, safe="", errors="backslashreplace")


def unquote(text: str) -> str:
    """The text behind a segment of a path."""
    return urllib.parse.unquote(text)
