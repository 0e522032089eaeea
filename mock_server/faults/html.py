"""Answers 200 with a web page, as a gateway's dashboard does on a path it does not know."""

from dataclasses import dataclass
from typing import ClassVar

from mock_server.faults.fault import Answer, Exchange, Fault, Subject, status_setting

_PAGE = b"<!doctype html><html><head><title>Dashboard</title></head><body></body></html>"


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlPage(Fault):
    """``status`` goes with the page."""

    kind: ClassVar[str] = "html"
    summary: ClassVar[str] = "A web page instead of the answer."

    status: int = status_setting(200)

    def proceeds(self, _subject: Subject, _spared: bool, /) -> bool:
        """Never: nothing is done with the request."""
        return False

    async def __call__(self, exchange: Exchange) -> None:
        """Send the page; nothing is done with the request."""
        answer = Answer(self.status, [(b"content-type", b"text/html; charset=utf-8")], _PAGE)
        await answer.send_to(exchange.send)
