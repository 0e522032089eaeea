"""One bad request and the error that has to come back; the tables beside this file are of these."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from tests.mock_server.samples import SORA, UNIFIED
from tests.mock_server.wire import FORM, JSON, form_of, head, part

VIDEOS = "/v1/videos"
UNIFIED_PATH = "/v1/video/create"
EDITS = "/v1/videos/edits"
EXTENSIONS = "/v1/videos/extensions"
CHARACTERS = "/v1/videos/characters"
CUTS = "/sora/v1/characters"

OPERATIONS = {
    ("POST", VIDEOS): "createVideo",
    ("POST", UNIFIED_PATH): "createUnifiedVideo",
    ("POST", EDITS): "editVideo",
    ("POST", EXTENSIONS): "extendVideo",
    ("POST", CHARACTERS): "createVideoCharacter",
    ("POST", CUTS): "createSoraCharacter",
    ("GET", VIDEOS): "listVideos",
    ("GET", "/v1/video/query"): "queryUnifiedVideo",
    ("GET", "/v1/videos/x/content"): "downloadVideoContent",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A bad request and its error; ``authorization`` of None stands for a good key."""

    name: str
    code: str
    status: int = 400
    param: str | None = None
    method: str = "POST"
    target: str = VIDEOS
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    authorization: str | None = None

    def __str__(self) -> str:
        return self.name

    @property
    def operation(self) -> str | None:
        """The operation that it is addressed to, where the path and method are one's."""
        return OPERATIONS.get((self.method, self.target.partition("?")[0]))

    def request(self, key: str) -> bytes:
        """The request as bytes, sent with a key unless the case has its own."""
        sent = {"Authorization": key if self.authorization is None else self.authorization}
        if self.body and "Transfer-Encoding" not in self.headers:
            sent["Content-Length"] = str(len(self.body))
        return head(self.method, self.target, {**sent, **self.headers}) + self.body


def texts(**fields: str) -> list[bytes]:
    """Text parts of a form."""
    return [part(name, value.encode()) for name, value in fields.items()]


def file(name: str, content: bytes) -> bytes:
    """A file of a form, which claims to be a PNG image."""
    return part(name, content, '; filename="a.png"\r\nContent-Type: image/png')


def a_form(name: str, code: str, *parts: bytes, **more: Any) -> Case:
    """A case that sends a form."""
    sent = {"headers": {"Content-Type": FORM}, "body": form_of(*parts)}
    return Case(name=name, code=code, **{**sent, **more})


def a_json(name: str, code: str, body: Any, **more: Any) -> Case:
    """A case that sends JSON: bytes as they are, anything else written out."""
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    return Case(name=name, code=code, **{"headers": {"Content-Type": JSON}, "body": raw, **more})


def a_sora(name: str, code: str, changed: Mapping[str, object], **more: Any) -> Case:
    """A case that sends the sora-2 request as JSON, changed; the error names what was changed."""
    param = more.pop("param", next(iter(changed)))
    return a_json(name, code, {**SORA, **changed}, param=param, **more)


def a_unified(name: str, code: str, changed: Mapping[str, object], **more: Any) -> Case:
    """The same with the unified request."""
    param = more.pop("param", next(iter(changed)))
    return a_json(name, code, {**UNIFIED, **changed}, param=param, target=UNIFIED_PATH, **more)


def a_get(name: str, code: str, target: str, **more: Any) -> Case:
    """A case that only asks."""
    return Case(name=name, code=code, method="GET", target=target, **more)
