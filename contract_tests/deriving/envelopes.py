"""Reads the bodies of errors: an envelope with places, and the values that stood in these."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from contract_tests.deriving.reference import NativeError
from contract_tests.guard.classification import NO_MODEL
from contract_tests.wire.exchange import Exchange

# The places of an envelope by the names under which they stand.
_PLACES: Mapping[str, str] = {
    **dict.fromkeys(("message", "msg", "detail", "error_message", "error_description"), "message"),
    "message_zh": "message_zh",
    **dict.fromkeys(("type", "error_type"), "type"),
    **dict.fromkeys(("code", "error_code"), "code"),
    "param": "param",
}
_STATUS = frozenset({"status", "status_code", "statusCode"})
_REQUEST_ID = re.compile("request_?id|trace|correlation", re.IGNORECASE)
# What a cassette has in the place of a text, a number or an id that it does not keep.
_HIDDEN = re.compile(r"<[a-z]+(?::[0-9a-f]+)?>|\bid_\d+\b")
_SHORTEST_CLAUSE = 15
_ID = re.compile(r"(?=[\w-]*\d)[\w-]{7,200}")
_SHORTEST_ID = 6


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """The body of an error: what it is made from, and what stood in its places."""

    envelope: Any
    words: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The envelope as text; equal envelopes have the same."""
        return json.dumps(self.envelope, ensure_ascii=False)


def read_body(exchange: Exchange, header: str, prefix: str) -> ErrorBody | None:
    """Read an error body; None where it has no message, so that no envelope can make it.

    Args:
        header: the header with the request id, and what its value begins with.
    """
    given = exchange.reply.header(header) or ""
    request_id = given.removeprefix(prefix)
    words: dict[str, str | None] = {}
    body = _read(exchange.reply.json, "", words, _Reading(given, request_id, exchange.status))
    return ErrorBody(body, words) if "message" in words else None


@dataclass(frozen=True, slots=True)
class _Reading:
    given: str
    request_id: str
    status: int


def _read(node: Any, name: str, words: dict[str, str | None], reading: _Reading) -> Any:
    if isinstance(node, dict):
        return {key: _read(each, key, words, reading) for key, each in node.items()}
    if isinstance(node, list):
        return [_read(each, "", words, reading) for each in node]
    place = _PLACES.get(name)
    if name == "error" and isinstance(node, str):
        place = "message"
    if place and place not in words and (node is None or isinstance(node, str)):
        text, ending = _without_id(node, reading)
        words[place] = text
        return f"{{{place}}}{ending}"
    if isinstance(node, int) and not isinstance(node, bool) and node == reading.status:
        return "{status}" if name in _STATUS or name == "code" else node
    if isinstance(node, str) and _REQUEST_ID.search(name):
        return "{request_id}"
    return node.replace("{", "{{").replace("}", "}}") if isinstance(node, str) else node


def _without_id(text: str | None, reading: _Reading) -> tuple[str | None, str]:
    """A message without the request id that it ends with, and that ending as a template."""
    if text is None:
        return None, ""
    for known in (reading.given, reading.request_id):
        place = text.rfind(known) if len(known) >= _SHORTEST_ID else -1
        start = text.rfind(" (", 0, place)
        if place > 0 and start > 0:
            ending = text[start:].replace("{", "{{").replace("}", "}}")
            return text[:start], ending.replace(known, "{request_id}")
    return text, ""


def generalised(message: str, exchange: Exchange, native: NativeError) -> str:
    """A message as a template: the values of its request become places.

    A dialect's rule may pass the error on as OpenAI's JSON in one text.
    """
    upstream = {"message": native.message, "type": native.type, "param": native.param,
                "code": native.code}  # fmt: skip
    if _json(message) == {"error": upstream}:
        return "{upstream}"
    if native.code == "model_not_found" and _HIDDEN.search(message):
        return _HIDDEN.sub("{model}", message, count=1)
    text = message.replace("{", "{{").replace("}", "}}")
    path = exchange.request.path
    text = text.replace(f"{exchange.request.method} {path}", "{method} {path}")
    values = {
        "path": path,
        "id": next((each for each in _ids(exchange) if each in text), ""),
        "model": _model(exchange),
    }
    for place, value in values.items():
        if len(value) >= _SHORTEST_ID and value in text:
            text = text.replace(value, f"{{{place}}}")
    return text


def says_the_same(message: str, native: str) -> bool:
    """Whether a message is that of the gateway's own dialect, but for what depends on a request.

    A cassette keeps neither texts nor broken bodies, so that details of these differ.
    """
    pattern = ".*".join(map(re.escape, _HIDDEN.split(message)))
    clause = message.partition(":")[0]
    is_same_clause = len(clause) >= _SHORTEST_CLAUSE and native.startswith(f"{clause}:")
    return is_same_clause or re.fullmatch(pattern, native, re.DOTALL) is not None


def _ids(exchange: Exchange) -> list[str]:
    """What may be an id in a request: in its path, its query or its body."""
    texts = exchange.request.target, exchange.request.body.decode("utf-8", "replace")
    return [each for text in texts for each in _ID.findall(unquote(text))]


def _model(exchange: Exchange) -> str:
    if NO_MODEL.encode() in exchange.request.body:
        return NO_MODEL
    found = _json(exchange.request.body.decode("utf-8", "replace"))
    model = found.get("model") if isinstance(found, dict) else None
    return model if isinstance(model, str) else ""


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
