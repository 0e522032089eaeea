"""Reads, parses and checks a routed request once, and makes the `Inbound` that handlers get."""

import asyncio
from dataclasses import replace

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.domain.tenant import RequestsMode
from mock_server.http.address import NO_SERVER, request_base_url
from mock_server.http.bodies.content_coding import decoded
from mock_server.http.bodies.reading import (
    LITTLE,
    media_type_of,
    parse,
    read_body,
    without_empty_files,
)
from mock_server.http.dialect_contracts import DialectContracts
from mock_server.http.errors import DUPLICATE_PARAMETER, ApiError
from mock_server.http.exchange import EXCHANGE, Body, Caller, Exchange, Inbound
from mock_server.http.limits import BodyLimits
from mock_server.http.modes import lenient
from mock_server.http.modes.notices import STRICT, STRICT_HEADER, strict_notice, with_headers
from mock_server.http.security import Keys, admit_header
from mock_server.http.validation.explain import Availability, refusal
from mock_server.http.validation.queries import read_query
from mock_server.tenants.state import TenantState
from mock_server.tenants.triggers import Triggers
from openapi.contract.contract import Operation
from openapi.contract.requests import RequestBody


class RequestValidation:
    """Validates requests against the operation that they were routed to.

    ``availability`` says why a known model cannot be used, or None. ``public_url`` is the server's
    address behind a proxy.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        contracts: DialectContracts,
        keys: Keys,
        limits: BodyLimits,
        availability: Availability,
        triggers: Triggers,
        public_url: str | None = None,
    ) -> None:
        self._app = app
        self._contracts = contracts
        self._keys = keys
        self._limits = limits
        self._availability = availability
        self._triggers = triggers
        self._public_url = public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check one request and pass it on.

        Raises:
            ApiError: the API key is not valid, or the contract does not document the request.
        """
        exchange: Exchange | None = scope.get(EXCHANGE)
        if exchange is None or exchange.operation is None:
            await self._app(scope, receive, send)
            return
        operation = exchange.operation
        (tenant, by_key), state = self._admitted(exchange)
        # The errors of strict validation; None if the tenant's requests mode is strict.
        strict = state.requests_mode is RequestsMode.STRICT
        problems: list[ApiError] | None = None if strict else []
        declared = operation.query
        query = read_query(scope["query_string"], declared, problems) if declared else {}
        triggers: tuple[str, ...] = ()
        if exchange.header(b"prefer") is not None:
            triggers = self._triggers.in_preferences(scope["headers"])
        body = exchange.body
        if operation.bodies:
            rule, by_model = await self._read_body(scope, receive, operation, state)
            body = self._checked(exchange, rule, state, problems)
            triggers += self._in_prompt(body, operation) + by_model
        server = tuple(scope.get("server") or NO_SERVER)
        request = exchange.request = Inbound(
            tenant=tenant,
            now=state.clock.now(),
            clock=state.clock,
            scenario=state.scenario,
            dialect=state.dialect,
            base_url=self._public_url
            or request_base_url(scope["scheme"], exchange.header(b"host"), server),
            path=exchange.path_params,
            query=query,
            method=exchange.method,
            headers=Headers(scope=scope),
            body=body,
            triggers=triggers + by_key,
            webhooks=state.webhooks,
            noted={},
            requests_mode=state.requests_mode,
            token=exchange.token,
            retry=exchange.retry,
            budget=state.budget,
        )
        if problems:
            notice = strict_notice(problems[0], state.dialect, operation.id)
            request.noted[STRICT] = notice
            send = with_headers(send, {STRICT_HEADER: notice})
        await self._app(scope, receive, send)

    def _admitted(self, exchange: Exchange) -> tuple[Caller, TenantState]:
        """The caller and its tenant's state; every operation needs a valid key."""
        if exchange.caller is None or exchange.state is None:
            admit_header(exchange.authorization, self._keys)
            raise LookupError("a request with a valid key was not admitted")
        return exchange.caller, exchange.state

    async def _read_body(
        self, scope: Scope, receive: Receive, operation: Operation, state: TenantState
    ) -> tuple[RequestBody, tuple[str, ...]]:
        """Read the body into the exchange; returns its rule, and the triggers of its model."""
        exchange: Exchange = scope[EXCHANGE]
        media_type, parameters = media_type_of(exchange, operation.media_types)
        raw = await read_body(exchange, receive, self._limits.size)
        if (coding := exchange.header(b"content-encoding")) is not None:
            raw = await decoded(exchange.connection, raw, coding, self._limits.size)
        rule = operation.bodies[media_type]
        if len(raw) <= LITTLE:
            body = parse(media_type, parameters, raw, self._limits)
        else:
            body = await asyncio.to_thread(parse, media_type, parameters, raw, self._limits)
        body = without_empty_files(body, rule.files)
        triggers: tuple[str, ...] = ()
        named = operation.asks.get("model", "model")
        model = body.fields.get(named)
        if isinstance(model, str) and "+" in model:
            stem, triggers = self._triggers.split(model)
            body = replace(body, fields={**body.fields, named: stem})
        default = state.dialect.default_model
        if default and rule.by_model and "model" not in body.fields:
            body = replace(body, fields={**body.fields, "model": default})
        exchange.body = body
        return rule, triggers

    def _checked(
        self,
        exchange: Exchange,
        rule: RequestBody,
        state: TenantState,
        problems: list[ApiError] | None,
    ) -> Body:
        """The body as the handler takes it.

        Raises:
            ApiError: it is refused.
        """
        body = exchange.body
        problem = self._problem(rule, body)
        if problems is None:
            if problem is not None:
                raise problem
            return body
        if problem is not None:
            problems.append(problem)
        return self._by_types(exchange, rule, state, problem)

    def _problem(self, rule: RequestBody, body: Body) -> ApiError | None:
        """Why strict validation refuses a body."""
        for name in sorted(body.repeated & rule.fields):
            message = f"The field '{name}' is sent more than once; send it once."
            return ApiError(DUPLICATE_PARAMETER, message, param=name)
        values = body.values
        if rule.whole.validator.is_valid(values):
            return None
        return refusal(rule, values, self._availability)

    def _by_types(
        self, exchange: Exchange, rule: RequestBody, state: TenantState, problem: ApiError | None
    ) -> Body:
        """The body, of which only the types are checked.

        Raises:
            ApiError: the ``problem``; the types do not allow it either.
        """
        body = exchange.body
        types = self._contracts.of(state.dialect).types
        if lenient.takes(exchange.operation_id or ""):
            default = state.dialect.default_model
            return lenient.take(types, rule, body, problem=problem, default_model=default)
        allowed = state.requests_mode is RequestsMode.EXAMPLE and types.allow(
            rule, body.values, whole=True
        )
        if problem is not None and not allowed:
            raise problem
        return body

    def _in_prompt(self, body: Body, operation: Operation) -> tuple[str, ...]:
        prompt = body.fields.get(operation.asks.get("prompt", "prompt"))
        return self._triggers.in_prompt(prompt) if isinstance(prompt, str) else ()
