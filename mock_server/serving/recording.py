"""Writes every request of a known key into that tenant's journal, whatever became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connexion.middleware.abstract import ROUTING_CONTEXT
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mock_server.domain.clock import stopwatch_us
from mock_server.errors import ApiError
from mock_server.exchange import (
    ERROR_CODE,
    FAULT,
    INBOUND,
    MEDIA,
    MEDIA_OF,
    READ_BODY,
    TOKEN,
    Body,
    Inbound,
)
from mock_server.journal.entry import Entry, File, redacted, shortened
from mock_server.serving.security import KeyRing, read_key
from mock_server.watching import Ended, Watches
from mock_server.worlds import Worlds

_RETRY = b"x-stainless-retry-count"
_NO_BODY = Body()


@dataclass(frozen=True, slots=True)
class Recorder:
    """Makes entries of requests; ``hidden`` are the fields whose values are not to be kept.

    ``watches`` are told of every request, whether or not its key is known.
    """

    worlds: Worlds
    keys: KeyRing
    hidden: frozenset[str]
    watches: Watches = ()

    def around(self, app: ASGIApp) -> ASGIApp:
        """Wrap ``app``."""

        async def record(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            started = stopwatch_us()
            status = 0

            async def seen(message: Message) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                await send(message)

            try:
                await app(scope, receive, seen)
            finally:
                self._keep(scope, status, stopwatch_us() - started)

        return record

    def _keep(self, scope: Scope, status: int, took_us: int) -> None:
        inbound: Inbound | None = scope.get(INBOUND)
        tenant = self._tenant(scope) if inbound is None else inbound.tenant
        for watch in self.watches:
            watch(Ended(scope, status, took_us, tenant, _operation(scope)))
        if tenant is None:
            return
        world = self.worlds.of(tenant)
        prefix = world.dialect.headers.request_id_prefix
        entry = Entry(
            at_ms=world.clock.now() if inbound is None else inbound.now,
            duration_us=took_us,
            method=scope["method"],
            path=scope["path"],
            query=scope["query_string"].decode("latin-1"),
            operation=_operation(scope),
            status=status,
            code=scope.get(ERROR_CODE),
            request_id=prefix + scope.get(TOKEN, b"").decode(),
        )
        self._add_body(entry, scope.get(READ_BODY, _NO_BODY))
        _add_headers(entry, scope)
        _add_course(entry, inbound, scope)
        world.journal.add(entry)

    def _tenant(self, scope: Scope) -> str | None:
        """Whose request it is that got no further than routing; None when nobody can say."""
        if MEDIA_OF in scope:
            return str(scope[MEDIA_OF])
        context = scope.get("extensions", {}).get("connexion_context", {})
        if "user" in context:
            return str(context["user"])
        for name, value in scope["headers"]:
            if name == b"authorization":
                try:
                    return self.keys.tenant(read_key(value.decode("latin-1")))
                except ApiError:
                    return None
        return None

    def _add_body(self, entry: Entry, body: Body) -> None:
        entry.fields = {name: shortened(value) for name, value in body.fields.items()}
        if self.hidden:
            entry.fields = redacted(entry.fields, self.hidden)
        if body.files:
            entry.files = {
                name: File(sent.filename, sent.content_type, len(sent.body))
                for name, sent in body.files.items()
            }


def _operation(scope: Scope) -> str | None:
    if MEDIA_OF in scope:
        return MEDIA
    routing: Mapping[str, Any] | None = scope.get("extensions", {}).get(ROUTING_CONTEXT)
    return routing["operation_id"] if routing else None


def _add_headers(entry: Entry, scope: Scope) -> None:
    for name, value in scope["headers"]:
        if name == b"user-agent":
            entry.user_agent = value.decode("latin-1")
        elif name == _RETRY and value.isdigit():
            entry.retry = int(value[:9])


def _add_course(entry: Entry, inbound: Inbound | None, scope: Scope) -> None:
    entry.faults = tuple(struck.kind for struck in scope.get(FAULT, ()))
    if inbound is not None and inbound.noted:
        entry.job = inbound.noted.get("job")
        entry.scenario = inbound.noted.get("scenario")
