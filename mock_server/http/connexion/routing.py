"""Connexion's routing middleware, compiled, and aware that a dialect may lack operations.

Replaces the stock one for two reasons: it nests four routers, and it answers a wrong method with an
Allow header that lists only the first method of the path.
"""

import re
from collections.abc import Mapping
from typing import Any

from connexion.middleware.abstract import ROUTING_CONTEXT, SpecMiddleware
from connexion.spec import Specification
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.domain.tenant import RequestsMode
from mock_server.http.dialect_contracts import DialectContracts, ResponseDialect
from mock_server.http.errors import not_allowed
from mock_server.http.exchange import OPERATION, STANDING, JsonReply, Standing
from mock_server.http.routes import Methods, routes, unknown_path

# SDKs of OpenAI are tested against an address without it.
_PREFIX = "/v1"
# No id of any dialect: posted to, such a segment names something to do, like "generations".
_WORD = re.compile(r"[a-z]+(?:[-_][a-z]+)*")


def compiled_routing(
    dialect_contracts: DialectContracts, response_dialect: ResponseDialect, doubtful: frozenset[str]
) -> type[SpecMiddleware]:
    """The middleware class for one contract.

    ``doubtful`` are the operations that not every dialect has: only for these, and for what is not
    found, the caller's own dialect is asked.
    """

    class CompiledRouting(SpecMiddleware):
        """Puts the operation's id and the path's parameters into the scope."""

        def __init__(self, app: ASGIApp) -> None:
            """Route for ``app``."""
            self.app = app
            self._routes = routes({"paths": {}})
            self._base_path = ""

        def add_api(
            self, specification: Specification, base_path: str | None = None, **_: Any
        ) -> None:
            """Register every path of the specification; Connexion calls this at start-up."""
            self._base_path = base_path or specification.base_path
            self._routes = routes(specification, self._base_path)

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            """Route one request.

            Raises:
                ApiError: a path or a method that the dialect does not have.
            """
            if scope["type"] != "http":
                await self.app(scope, receive, send)
                return
            path = scope["path"]
            methods, parameters = self._routes.find(path)
            operation_id = methods.get(scope["method"])
            if operation_id is None or operation_id in doubtful:
                own = (await dialect_contracts.ready(response_dialect(scope))).routes
                methods, parameters = own.find(path.removeprefix(self._base_path))
                if not methods and _is_exemplary(scope):
                    methods, parameters = own.find(_PREFIX + path)
                operation_id = methods.get(scope["method"])
            scope["path_params"] = parameters
            if operation_id is None:
                await _other_method(methods, scope, receive, send)
                return
            scope[OPERATION] = operation_id
            extensions = scope.setdefault("extensions", {})
            extensions[ROUTING_CONTEXT] = {
                "api_base_path": self._base_path,
                "operation_id": operation_id,
            }
            await self.app(scope, receive, send)

    return CompiledRouting


def _is_exemplary(scope: Scope) -> bool:
    standing: Standing | None = scope.get(STANDING)
    return standing is not None and standing.requests_mode is RequestsMode.EXAMPLE


def _is_other_path(parameters: Mapping[str, str]) -> bool:
    """Whether a plain word stands where ids stand: a path was meant that is not there."""
    return any(_WORD.fullmatch(value) for value in parameters.values())


async def _other_method(methods: Methods, scope: Scope, receive: Receive, send: Send) -> None:
    if not methods:
        raise unknown_path(scope["path"])
    allow = ", ".join(sorted([*methods, "OPTIONS"]))
    if scope["method"] == "OPTIONS":
        answer = JsonReply({}, status=204, headers={"Allow": allow})
        answer.body, answer.headers = b"", answer.headers[2:]
        await answer(scope, receive, send)
        return
    if scope["method"] == "POST" and _is_other_path(scope["path_params"]):
        raise unknown_path(scope["path"])
    raise not_allowed(scope["method"], allow)
