"""Hides what the guard cannot know to be secret: signatures and tokens inside addresses."""

import re

HIDDEN = "[hidden]"
_SIGNED = re.compile(
    r"(?i)([?&][\w.-]*(?:signature|token|secret|credential|api_?key|password)[\w.-]*=)[^&\s\"'<>\\]+"
)
_SECRET_HEADERS = frozenset({"set-cookie", "cookie", "x-api-key", "proxy-authorization"})


def hide(text: str) -> str:
    """A text whose addresses carry no signatures."""
    return _SIGNED.sub(rf"\g<1>{HIDDEN}", text)


def header_value(name: str, value: str) -> str:
    """A header's value as it may be shown."""
    return HIDDEN if name.lower() in _SECRET_HEADERS else hide(value)
