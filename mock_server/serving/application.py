"""Assembles Connexion's stack from its parts; the list below is the order of one request."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connexion import ConnexionMiddleware
from connexion.exceptions import InvalidSpecification
from connexion.middleware.exceptions import ExceptionMiddleware
from connexion.middleware.lifespan import Lifespan, LifespanMiddleware
from connexion.middleware.security import SecurityMiddleware
from connexion.resolver import Resolver
from starlette.types import ASGIApp

from mock_server.exchange import Handler
from mock_server.magic import Vocabulary
from mock_server.serving.docs import docs_middleware, docs_options
from mock_server.serving.failures import ERROR_HANDLERS
from mock_server.serving.operations import HandlerApp
from mock_server.serving.request_id import RequestId
from mock_server.serving.responses import response_check
from mock_server.serving.routing import CompiledRouting
from mock_server.serving.security import Keys, bearer_handler
from mock_server.serving.validation import Availability, request_validation

Middleware = Callable[[ASGIApp], ASGIApp]


Application = ConnexionMiddleware


class StartError(Exception):
    """The contract cannot be served, with the reason; the server does not start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What an application is made of.

    ``outer`` sees every request that no error has met yet, first to last; ``inner`` sees checked
    ones. ``partial``: the contract may leave operations out that there are handlers for. The
    documentation page and the contract are served below ``docs``.
    """

    contract: dict[str, Any]
    contract_text: bytes
    handlers: Mapping[str, Handler]
    keys: Keys
    now: Callable[[str], int]
    availability: Availability
    words: Vocabulary
    max_body: int
    outer: Sequence[Middleware] = ()
    inner: Sequence[Middleware] = ()
    lifespan: Lifespan | None = None
    validate_responses: bool = False
    partial: bool = False
    docs: str = ""


def build_application(parts: Parts) -> Application:
    """The ASGI application.

    Raises:
        StartError: an operation has no handler, a handler no operation, or Connexion refuses the
            contract.
    """
    _match(parts)
    checks = request_validation(
        parts.contract,
        limit=parts.max_body,
        now=parts.now,
        availability=parts.availability,
        words=parts.words,
    )
    stack: list[Any] = [
        RequestId,
        *([response_check(parts.contract)] if parts.validate_responses else []),
        ExceptionMiddleware,
        *parts.outer,
        docs_middleware(parts.contract, parts.contract_text, parts.docs),
        CompiledRouting,
        SecurityMiddleware,
        checks,
        *parts.inner,
        LifespanMiddleware,
    ]
    application = ConnexionMiddleware(
        HandlerApp(),
        import_name=__name__,
        lifespan=parts.lifespan,
        middlewares=stack,
        resolver=Resolver(parts.handlers.__getitem__),
        security_map={"bearer": bearer_handler(parts.keys)},
        swagger_ui_options=docs_options(parts.docs),
    )
    for kind, handler in ERROR_HANDLERS:
        application.add_error_handler(kind, handler)
    # A dictionary, because a specification given as a file is rendered as a Jinja template first.
    try:
        application.add_api(parts.contract)
    except InvalidSpecification as error:
        raise StartError(f"the contract is no valid OpenAPI document: {error}") from error
    return application


def _match(parts: Parts) -> None:
    documented = {
        operation.get("operationId", "")
        for item in parts.contract["paths"].values()
        for method, operation in item.items()
        if method != "parameters"
    }
    missing = documented - set(parts.handlers)
    idle = set() if parts.partial else set(parts.handlers) - documented
    if missing or idle:
        raise StartError(
            f"operations without a handler: {sorted(missing)}; "
            f"handlers without an operation: {sorted(idle)}"
        )
