"""Texts and numbers of examples where a contract gives none: plausible by name, within limits."""

import re
from collections.abc import Iterator
from math import ceil
from typing import Any

import jsonschema_rs

from openapi.contract.schemas import Schema

_INSTANT = 1762326617
_DATE_TIME = "2025-11-05T07:10:17Z"
_ID = "6048220c30c04a6a9dbd"
_STATUS_CODE = 200
_LONGEST = 10_000
_THOUSAND = 1000
_TEXTS = {
    "prompt": "A calico cat playing a piano on stage",
    "url": "https://example.com/video.mp4",
    "name": "Calico",
    "username": "calico.cat",
    "permalink": "https://example.com/calico.cat",
    "owned_by": "system",
    "signing_secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "message": "The request is not valid.",
    "type": "invalid_request_error",
    "param": "prompt",
    "code": "invalid_value",
    "event_types": "video.completed",
    # The entries of a list that are texts: only event types are listed so.
    "data": "video.completed",
    "id": _ID,
}
_FORMATS = {
    "date": "2025-11-05",
    "date-time": _DATE_TIME,
    "email": "calico@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "regex": "calico",
    "time": "07:10:17Z",
    "uri": "https://example.com/video.mp4",
    "url": "https://example.com/video.mp4",
    "uuid": "60482220-c30c-404a-a9db-d00000000001",
}
# By the last word of a name.
_ENDINGS = {
    **dict.fromkeys(("prompt", "text", "caption", "content"), _TEXTS["prompt"]),
    **dict.fromkeys(("url", "uri", "link", "href", "webhook", "callback"), "https://example.com/"),
    **dict.fromkeys(("at", "time", "date", "timestamp", "created", "updated"), _DATE_TIME),
    **dict.fromkeys(("title", "label"), "Calico at the piano"),
    **dict.fromkeys(("description", "reason", "note", "detail", "error"), "A cat plays the piano."),
    **dict.fromkeys(("email", "mail"), _FORMATS["email"]),
    **dict.fromkeys(("image", "picture", "photo", "frame"), "https://example.com/image.png"),
    "video": _TEXTS["url"],
    "version": "1.0",
}
# Texts that many patterns are made for.
_COMMON = ("5", "10", "1", "0.5", "16:9", "1280x720", "100", "1000", "a", "A1", _ID)
# The prefixes of ids where they are not the object's name.
_PREFIXES = {"character": "char", "webhook_endpoint": "we"}
# A pattern of ids: a prefix, then a number of characters of a class.
_ID_PATTERN = re.compile(r"\^(\w*)\[(.)[^]]*\]\{(\d{1,3})\}\$")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|[^\W\d_a-zA-Z]+")
_SPANS = ("in_ms", "took_ms", "after_ms", "duration_ms", "timeout_ms")


def text(schema: Schema, name: str, known: Any) -> str:
    """A text for a field; ``known`` is what the contract shows for fields of that name."""
    for found in _candidates(schema, name, known):
        if _fits(schema, found):
            return found
    return next(_candidates(schema, name, known))


def number(schema: Schema, name: str) -> Any:
    """A number for a field, within its limits."""
    if name == "status_code":
        return _STATUS_CODE
    least = schema.get("minimum", 1)
    if schema.get("format") == "int64" and not name.endswith(_SPANS):
        instant = _INSTANT * _THOUSAND if name.endswith("_ms") else _INSTANT
        return instant if least <= instant else max(least, _INSTANT * _THOUSAND)
    step = schema.get("multipleOf", 1)
    if schema.get("exclusiveMinimum") is True:
        least += step
    if "multipleOf" in schema:
        least = ceil(least / step) * step
    return min(least, schema["maximum"]) if "maximum" in schema else least


def _candidates(schema: Schema, name: str, known: Any) -> Iterator[str]:
    """Texts for a field, the best first, each of an allowed length."""
    first = [known] if isinstance(known, str) else []
    by_format = [_FORMATS[schema["format"]]] if schema.get("format") in _FORMATS else []
    pattern = schema.get("pattern", "")
    form = _ID_PATTERN.fullmatch(pattern)
    made = [form[1] + form[2] * int(form[3])] if form else []
    for found in (*first, *by_format, *made, _TEXTS.get(name) or _made(name), *_COMMON):
        least = min(schema.get("minLength", 0), _LONGEST)
        yield found.ljust(least, "x")[: schema.get("maxLength")]


def _fits(schema: Schema, found: str) -> bool:
    if "pattern" not in schema:
        return True
    try:
        return jsonschema_rs.is_valid({"pattern": schema["pattern"]}, found)
    except ValueError:
        # It is no regular expression, or takes too long.
        return True


def _made(name: str) -> str:
    """A text from the words of a name, such as ``X-Project``."""
    if name.endswith("_id"):
        kind = name.removesuffix("_id").replace(".", "_")
        return f"{_PREFIXES.get(kind, kind)}_{_ID}"
    words = [word.lower() for word in _WORD.findall(name)]
    if words[:1] == ["x"] and len(words) > 1:
        del words[0]
    if not words:
        return _TEXTS["name"]
    if words[-1] in ("id", "ids", "key", "token", "secret"):
        return "_".join([*words[:-1], _ID])
    return _ENDINGS.get(words[-1]) or "-".join([*words, "1"])
