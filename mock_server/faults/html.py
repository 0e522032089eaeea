"""Responds with a web page, as the dashboard of a gateway does on unknown paths."""

from dataclasses import dataclass
from typing import ClassVar

from mock_server.faults.fault import Answer, Fault, FaultContext, Subject, status_setting

_PAGE = b"<!doctype html><html><head><title>Dashboard</title></head><body></body></html>"


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlPage(Fault):
    """Respond with a page and ``status`` without handling the request."""

    kind: ClassVar[str] = "html"
    summary: ClassVar[str] = "A web page instead of the response."

    status: int = status_setting(200)

    def proceeds(self, _subject: Subject, _spared: bool, /) -> bool:
        return False

    async def __call__(self, context: FaultContext) -> None:
        answer = Answer(self.status, [(b"content-type", b"text/html; charset=utf-8")], _PAGE)
        await answer.send_to(context.send)
