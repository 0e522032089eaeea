"""Hides what the guard cannot know to be secret: signatures and tokens inside addresses."""

import re

HIDDEN = "[hidden]"
_PARAMETER = re.compile(r"([?&]([\w.-]++)=)[^&\s\"'<>\\]+")
_SECRET = re.compile("signature|token|secret|credential|api_?key|password", re.IGNORECASE)
_SECRET_HEADERS = frozenset({"set-cookie", "cookie", "x-api-key", "proxy-authorization"})


def hide(text: str) -> str:
    """A text whose addresses carry no signatures."""
    return _PARAMETER.sub(
        lambda found: found[1] + HIDDEN if _SECRET.search(found[2]) else found[0], text
    )


def header_value(name: str, value: str) -> str:
    """A header's value as it may be shown."""
    return HIDDEN if name.lower() in _SECRET_HEADERS else hide(value)
