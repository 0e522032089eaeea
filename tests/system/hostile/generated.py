"""Requests that are almost right: each operation of both contracts, with parts of it spoilt."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

import openapi
from mock_server.control.document import FILE
from mock_server.faults import FAULTS
from openapi.contract.document import load_contract

# What would send something, wait in real time, or render films.
_LEFT_OUT = ("deliver", "redeliver", "testWebhookEndpoint", "downloadVideoContent")
_SLOW = ("latency", "slow_drip")
_KINDS = tuple(kind for kind in FAULTS if kind not in _SLOW)
_SHARE = 0.3
_MOST_FIELDS = 6
_KEYS = ("sk-a", "sk-b", "sk-a+429", "sk-c+instant", "an-admin-token", "invalid", "\xff", "a b")
_TEXTS = (
    *("", " ", "\0", "a\r\nb: c", "A cat", "mock:instant", "mock:nothing", "\u202e\ud7ff", "猫"),
    *("../../etc/passwd", "%s%n", "{0}", "${a}", "(a+)+$", "(?=a)", "[", "a" * 5000, "'; --"),
    *("sora-2", "4", "720x1280", "video_0", "instant", "openai", "http://127.0.0.1:9/", "all"),
    *("video.completed", "createVideo", "running", "frozen", "https://a.example/b.mp4", "1,3"),
)
_NUMBERS = (0, 1, -1, 2, 4, 100, 0.5, -0.0, 2**31, 1e9, True, False, None)
_NAMES = ("prompt", "model", "kind", "nth", "first", "where", "fields", "__proto__", "", "a" * 300)
_HEADERS = (
    *(("prefer", text) for text in ("code=429", "scenario=instant", "fault=html", "code=1", ",;=")),
    *(("range", text) for text in ("bytes=0-1", "bytes=-", "bytes=0-,1-", "x")),
    *(("if-none-match", text) for text in ("*", '"', 'W/"a"')),
    *(("host", text) for text in ("", "a b", "[::1", "a" * 300)),
    *(("content-type", text) for text in ("", "text/plain", "application/json; charset=x", ";")),
    *(("accept", "*/*;q=x"), ("cookie", "=;="), ("x-stainless-retry-count", "9" * 40)),
)
_GOOD: Mapping[str, Any] = {
    "model": "sora-2",
    "prompt": "A cat",
    "seconds": "4",
    "duration": 10,
    "orientation": "portrait",
    "size": "small",
    "watermark": False,
    "images": [],
    "name": "a",
    "url": "http://127.0.0.1:9/",
    "event_types": ["video.completed"],
    "kind": "html",
    "scenario": "instant",
    "dialect": "openai",
    "scopes": ["faults"],
    "mode": "frozen",
    "timestamps": "1,3",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """One request, as bytes where a caller has a choice."""

    method: str
    path: str
    query: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class _Operation:
    method: str
    path: str
    names: tuple[str, ...]
    parameters: tuple[str, ...]


def _named(node: Any, whole: Mapping[str, Any], depth: int = 0) -> Iterator[str]:
    """The names of all fields that a schema speaks of."""
    if isinstance(node, list):
        for part in node:
            yield from _named(part, whole, depth)
    elif isinstance(node, dict) and depth < 12:
        yield from node.get("properties", {})
        for part in (*node.values(), _meant(node, whole)):
            yield from _named(part, whole, depth + 1)


def _meant(node: Mapping[str, Any], whole: Mapping[str, Any]) -> Any:
    """What a reference stands for; nothing where there is none."""
    if "$ref" not in node:
        return None
    found: Any = whole
    for step in node["$ref"].split("/")[1:]:
        found = found[step]
    return found


class Generator:
    """Makes requests from a source of chance: the same ones from the same seed."""

    def __init__(self, seed: int) -> None:
        """Know the operations of both contracts."""
        self._chance = Random(seed)
        documents = (load_contract(openapi.CONTRACT), load_contract(FILE))
        self._operations = [each for document in documents for each in _operations(document)]

    def request(self) -> Sent:
        """The next one."""
        chance = self._chance
        operation = chance.choice(self._operations)
        path = "/".join(
            str(chance.choice(_TEXTS)).replace("/", "") if part.startswith("{") else part
            for part in operation.path.split("/")
        )
        query = "&".join(f"{name}={self._value()}" for name in self._some(operation.parameters))
        headers = [("host", "127.0.0.1"), ("authorization", f"Bearer {chance.choice(_KEYS)}")]
        body = b""
        if operation.names or chance.random() < _SHARE / 4:
            headers.append(("content-type", "application/json"))
            body = self._body(operation)
            headers.append(("content-length", str(len(body))))
        if chance.random() < _SHARE:
            headers.append(chance.choice(_HEADERS))
        return Sent(
            operation.method,
            path,
            query.encode("utf-8", "replace"),
            tuple((name.encode(), text.encode("latin-1", "replace")) for name, text in headers),
            body,
        )

    def _body(self, operation: _Operation) -> bytes:
        chance = self._chance
        fields = {name: _GOOD[name] for name in operation.names if name in _GOOD}
        if operation.path == "/_mock/faults" or operation.path.endswith("server/faults"):
            fields["kind"] = chance.choice(_KINDS)
        if chance.random() > _SHARE:
            for name in self._some((*operation.names, *_NAMES)):
                fields[name] = self._value()
        if fields.get("kind") in _SLOW:
            fields["kind"] = "html"
        raw = json.dumps(fields).encode()
        return raw if chance.random() > _SHARE / 4 else self._spoilt(raw)

    def _spoilt(self, raw: bytes) -> bytes:
        place = self._chance.randrange(len(raw))
        more = self._chance.choice((b"", b"\xff", b"[" * 300, b'"', b",", b"\0", b'"a":1,"a":2'))
        return raw[:place] + more + raw[place + self._chance.randrange(3) :]

    def _some(self, names: tuple[str, ...]) -> list[str]:
        return self._chance.sample(names, min(len(names), self._chance.randrange(_MOST_FIELDS)))

    def _value(self, depth: int = 0) -> Any:
        kind = self._chance.randrange(4 if depth < 3 else 2)
        if kind == 0:
            return self._chance.choice(_TEXTS)
        if kind == 1:
            return self._chance.choice(_NUMBERS)
        items = [self._value(depth + 1) for _ in range(self._chance.randrange(4))]
        return items if kind == 2 else {str(self._chance.choice(_NAMES)): item for item in items}


def _operations(document: Mapping[str, Any]) -> Iterator[_Operation]:
    for path, item in document["paths"].items():
        shared = item.get("parameters", [])
        for method, operation in item.items():
            if method == "parameters" or operation["operationId"] in _LEFT_OUT:
                continue
            parameters = [*shared, *operation.get("parameters", [])]
            names = _named(operation.get("requestBody", {}), document)
            yield _Operation(
                method.upper(),
                path,
                tuple(dict.fromkeys(names)),
                tuple(each.get("name", "limit") for each in parameters) or ("tenant",),
            )
