"""Receives the gateway's webhooks, so that nothing has to poll."""

from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler
from typing import Any

from openai import InvalidWebhookSignatureError, OpenAI

_LONGEST = 64 * 1024
_TAKEN, _NOT_OURS = 204, 400
_ENDS = ("video.completed", "video.failed")


class Notices:
    """Hands on the ids of jobs that have ended, each once.

    An event says only that a job has ended: anyone who wants to know how asks the gateway
    (``Studio.finish``). So whatever is done with it is right even when it comes late or twice.
    """

    def __init__(self, client: OpenAI, secret: str, ended: Callable[[str], None]) -> None:
        """``ended`` is called within the request, and so must not take long: a queue's ``put``."""
        self._webhooks = client.webhooks
        self._secret = secret
        self._ended = ended
        # A service that is started anew keeps them where it keeps everything else.
        self._seen: set[str] = set()

    def take(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Take one message.

        Raises:
            InvalidWebhookSignatureError: the gateway did not send it, or sent it long ago.
            ValueError: it has no signature.
        """
        # The SDK's types do not know the events of videos yet.
        event: Any = self._webhooks.unwrap(body, headers, secret=self._secret)
        if event.type in _ENDS and event.id not in self._seen:
            self._ended(event.data.id)
            self._seen.add(event.id)


def handler_for(notices: Notices) -> type[BaseHTTPRequestHandler]:
    """A handler for the standard library's HTTP servers; a web framework's is as short."""

    class Handler(BaseHTTPRequestHandler):
        """Answers at once: the gateway waits some seconds and then tries again."""

        def do_POST(self) -> None:
            length = min(int(self.headers.get("content-length", "0")), _LONGEST)
            try:
                notices.take(self.rfile.read(length), dict(self.headers.items()))
            except (InvalidWebhookSignatureError, ValueError):
                self._answer(_NOT_OURS)
            else:
                self._answer(_TAKEN)

        def _answer(self, status: int) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
