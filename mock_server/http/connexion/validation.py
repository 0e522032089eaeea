"""Connexion's request validation, compiled: reads, parses and checks a request once.

What it finds goes to the handler as an ``Inbound``; nothing is parsed twice.
"""

import asyncio
from dataclasses import replace
from typing import Any

from connexion.middleware.abstract import RoutedAPI
from connexion.operations import AbstractOperation
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.domain.tenant import RequestsMode
from mock_server.http.address import base_url
from mock_server.http.bodies.content_coding import decoded
from mock_server.http.bodies.reading import (
    LITTLE,
    media_type_of,
    parse,
    read_body,
    without_empty_files,
)
from mock_server.http.connexion.directly import DirectlyRouted
from mock_server.http.dialect_contracts import DialectContracts
from mock_server.http.errors import DUPLICATE_PARAMETER, ApiError
from mock_server.http.exchange import INBOUND, READ_BODY, STANDING, Body, Inbound, Standing
from mock_server.http.headers import header
from mock_server.http.limits import BodyLimits
from mock_server.http.modes import lenient
from mock_server.http.modes.notices import STRICT, STRICT_HEADER, strict_notice, with_headers
from mock_server.http.security import Keys, caller_of
from mock_server.http.validation.explain import Availability, refusal
from mock_server.http.validation.queries import read_query
from mock_server.tenants.triggers import Triggers
from openapi.contract.contract import Operation
from openapi.contract.requests import RequestBody

__all__ = ("Availability", "request_validation")

_NO_BODY = Body()


class CheckedOperation:
    """Checks the requests of one operation and hands them on."""

    def __init__(
        self,
        next_app: ASGIApp,
        operation_id: str,
        *,
        limits: BodyLimits,
        dialect_contracts: DialectContracts,
        keys: Keys,
        availability: Availability,
        words: Triggers,
        public_url: str | None,
    ) -> None:
        self._next_app = next_app
        self._keys = keys
        self._operation_id = operation_id
        self._limits = limits
        self._speeches = dialect_contracts
        self._availability = availability
        self._words = words
        self._public_url = public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check one request.

        Raises:
            ApiError: the caller is not known, or the request not one the contract documents.
        """
        tenant, by_key = caller_of(scope, self._keys)
        standing: Standing = scope[STANDING]
        dialect = standing.dialect
        rule = (await self._speeches.ready(dialect)).contract.operation(self._operation_id)
        problems: list[ApiError] | None = [] if standing.requests_mode.is_lax else None
        query = read_query(scope["query_string"], rule.query, problems)
        asked: tuple[str, ...] = ()
        if header(scope, b"prefer") is not None:
            asked = self._words.in_preferences(scope["headers"])
        body = _NO_BODY
        if rule.bodies:
            body, told = await self._read(scope, receive, rule, problems)
            asked += told
        inbound = scope[INBOUND] = Inbound(
            tenant=tenant,
            now=standing.clock.now(),
            clock=standing.clock,
            course=standing.scenario,
            dialect=dialect,
            base_url=base_url(scope, self._public_url),
            path=scope["path_params"],
            query=query,
            method=scope["method"],
            headers=Headers(scope=scope),
            body=body,
            words=asked + by_key,
            webhooks=standing.webhooks,
            noted={},
            requests_mode=standing.requests_mode,
        )
        if problems:
            notice = strict_notice(problems[0], dialect, self._operation_id)
            inbound.noted[STRICT] = notice
            send = with_headers(send, {STRICT_HEADER: notice})
        await self._next_app(scope, receive, send)

    async def _read(
        self,
        scope: Scope,
        receive: Receive,
        demands: Operation,
        problems: list[ApiError] | None,
    ) -> tuple[Body, tuple[str, ...]]:
        """The checked body, and the words its prompt and its model ask with."""
        media_type, parameters = media_type_of(scope, demands.media_types)
        raw = await read_body(scope, receive, self._limits.size)
        if (coding := header(scope, b"content-encoding")) is not None:
            raw = await decoded(scope, raw, coding, self._limits.size)
        rule = demands.bodies[media_type]
        if len(raw) <= LITTLE:
            body = parse(media_type, parameters, raw, self._limits)
        else:
            body = await asyncio.to_thread(parse, media_type, parameters, raw, self._limits)
        body = without_empty_files(body, rule.files)
        body, by_model = self._plain_model(body)
        standing: Standing = scope[STANDING]
        usual_model = standing.dialect.default_model
        if usual_model and rule.by_model and "model" not in body.fields:
            body = replace(body, fields={**body.fields, "model": usual_model})
        scope[READ_BODY] = body
        problem = self._problem(rule, body)
        if problems is not None:
            body = self._taken(rule, body, problem, standing)
            problems += [problem] if problem else []
        elif problem is not None:
            raise problem
        prompt = body.fields.get("prompt")
        by_prompt = self._words.in_prompt(prompt) if isinstance(prompt, str) else ()
        return body, by_prompt + by_model

    def _problem(self, rule: RequestBody, body: Body) -> ApiError | None:
        """What strict has to say against a body."""
        for name in sorted(body.repeated & rule.fields):
            message = f"The field '{name}' is sent more than once; send it once."
            return ApiError(DUPLICATE_PARAMETER, message, param=name)
        fields = lenient.sent(body)
        if rule.whole.validator.is_valid(fields):
            return None
        return refusal(rule, fields, self._availability)

    def _taken(
        self, rule: RequestBody, body: Body, problem: ApiError | None, standing: Standing
    ) -> Body:
        """The body by its types alone, or a refusal."""
        types = self._speeches.of(standing.dialect).types
        if lenient.takes(self._operation_id):
            usual_model = standing.dialect.default_model
            return lenient.take(types, rule, body, problem=problem, usual_model=usual_model)
        allowed = standing.requests_mode is RequestsMode.EXAMPLE and types.allow(
            rule, lenient.sent(body), whole=True
        )
        if problem is not None and not allowed:
            raise problem
        return body

    def _plain_model(self, body: Body) -> tuple[Body, tuple[str, ...]]:
        """The body with its model as the catalogue knows it, and the words that followed that."""
        model = body.fields.get("model")
        if not isinstance(model, str) or "+" not in model:
            return body, ()
        stem, words = self._words.split(model)
        return replace(body, fields={**body.fields, "model": stem}), words


def request_validation(
    dialect_contracts: DialectContracts,
    *,
    limits: BodyLimits,
    keys: Keys,
    availability: Availability,
    words: Triggers,
    public_url: str | None = None,
) -> type[DirectlyRouted[Any]]:
    """The middleware class for one contract; Connexion makes and fills it at start-up."""

    class CheckedAPI(RoutedAPI[CheckedOperation]):
        """The checked operations of the contract, by id."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.add_paths()

        def make_operation(self, operation: AbstractOperation) -> CheckedOperation:
            """One operation; what it demands is compiled for each dialect."""
            return CheckedOperation(
                self.next_app,
                operation.operation_id,
                limits=limits,
                keys=keys,
                dialect_contracts=dialect_contracts,
                availability=availability,
                words=words,
                public_url=public_url,
            )

    # typing keeps what a generic class is subscripted with: with the class above this would keep
    # the whole server, long after it has ended.
    class RequestValidation(DirectlyRouted[Any]):
        """Routes each request to its compiled checks."""

        api_cls = CheckedAPI

    return RequestValidation
