"""Breaks the body off in the middle and cuts the connection."""

from dataclasses import dataclass
from typing import ClassVar

from mock_server.faults.fault import Exchange, answer_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Truncated:
    """``share`` of the body is sent, from 0 to 1; its full length was announced."""

    kind: ClassVar[str] = "truncated"
    summary: ClassVar[str] = "The body breaks off and the connection is dropped."

    share: float = 0.5

    async def __call__(self, exchange: Exchange) -> None:
        """Send a part, then drop the connection."""
        answer = await answer_of(exchange)
        answer.with_header(b"content-length", str(len(answer.body)).encode())
        start = {"type": "http.response.start", "status": answer.status}
        await exchange.send({**start, "headers": answer.headers})
        part = answer.body[: int(len(answer.body) * self.share)]
        await exchange.send({"type": "http.response.body", "body": part, "more_body": True})
        exchange.drop()
