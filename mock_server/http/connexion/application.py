"""Assembles Connexion's stack from its parts; the list below is the order of one request."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connexion import ConnexionMiddleware
from connexion.exceptions import InvalidSpecification
from connexion.middleware.lifespan import Lifespan, LifespanMiddleware
from connexion.resolver import Resolver
from starlette.types import ASGIApp

from mock_server.http.connexion.docs import docs_middleware, docs_options
from mock_server.http.connexion.operations import HandlerApp
from mock_server.http.connexion.routing import compiled_routing
from mock_server.http.connexion.specification import specification
from mock_server.http.connexion.validation import Availability, request_validation
from mock_server.http.dialect_contracts import DialectContracts, ResponseDialect, absent_somewhere
from mock_server.http.exchange import Handler, Tenants
from mock_server.http.limits import BodyLimits
from mock_server.http.middleware.admission import admission
from mock_server.http.middleware.failures import Render, failures, rendering
from mock_server.http.middleware.request_id import request_ids
from mock_server.http.middleware.response_check import response_check
from mock_server.http.modes.answers import Fill, WithExamples, no_fill
from mock_server.http.modes.examples import ExampleReplies
from mock_server.http.security import Keys
from mock_server.tenants.triggers import Triggers
from openapi.dialects import FOLDER
from openapi.dialects.dialect import Dialect

Middleware = Callable[[ASGIApp], ASGIApp]


Application = ConnexionMiddleware


class StartError(Exception):
    """The contract cannot be served, with the reason; the server does not start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What an application is made of.

    ``journal`` sees every exchange as the caller does. ``outer`` sees requests before they are
    routed, first to last; ``inner`` sees checked ones, and is given what renders an error.
    ``fill`` creates what the contract's examples name, if a request asks for it.
    ``partial``: the contract may leave operations out that there are handlers for. ``dialects``
    are all that a tenant may have; ``dialect`` is the server's own. The documentation page and the
    contract are served below ``docs``, and name ``public_url`` where the server has one.
    are all that a tenant may have; ``dialect`` is the server's own. ``speeches`` are those of the
    contract, where somebody else needs them too. The documentation page and the contract are served
    below ``docs``.
    """

    contract: dict[str, Any]
    contract_text: bytes
    dialects: Mapping[str, Dialect]
    dialect: Dialect
    tenants: Tenants
    handlers: Mapping[str, Handler]
    keys: Keys
    availability: Availability
    words: Triggers
    limits: BodyLimits
    journal: Middleware | None = None
    outer: Sequence[Middleware] = ()
    inner: Callable[[Render], Sequence[Middleware]] = lambda _render: ()
    lifespan: Lifespan | None = None
    validate_responses: bool = False
    partial: bool = False
    dialect_contracts: DialectContracts | None = None
    fill: Fill = no_fill
    docs: str = ""
    public_url: str | None = None
    # What is shown of the contract, where that is not all of it.
    published: Mapping[str, Any] | None = None


def build_application(parts: Parts) -> Application:
    """The ASGI application.

    Raises:
        StartError: an operation has no handler, a handler no operation, or Connexion refuses the
            contract.
        SpecError: the server's dialect, or one of the user's, does not fit the contract.
    """
    _match(parts)
    dialect_contracts = parts.dialect_contracts or DialectContracts(
        parts.contract, partial=parts.partial
    )
    for dialect in (parts.dialect, *_own_files(parts)):
        dialect_contracts.of(dialect)
    response_dialect = ResponseDialect(parts.dialect)
    render = rendering(response_dialect.tell)
    checks = request_validation(
        dialect_contracts,
        limits=parts.limits,
        keys=parts.keys,
        availability=parts.availability,
        words=parts.words,
        public_url=parts.public_url,
    )
    stack: list[Any] = [
        request_ids(response_dialect),
        admission(parts.keys, parts.tenants, render),
        *([parts.journal] if parts.journal else []),
        *(
            [response_check(dialect_contracts, response_dialect)]
            if parts.validate_responses
            else []
        ),
        failures(response_dialect.tell),
        *parts.outer,
        docs_middleware(
            _served(parts, dialect_contracts),
            lambda: _text(parts, dialect_contracts),
            parts.docs,
            address=parts.public_url or "",
        ),
        compiled_routing(
            dialect_contracts, response_dialect, absent_somewhere(parts.dialects.values())
        ),
        checks,
        *parts.inner(render),
        LifespanMiddleware,
    ]
    application = ConnexionMiddleware(
        HandlerApp(),
        import_name=__name__,
        lifespan=parts.lifespan,
        middlewares=stack,
        resolver=Resolver(_exampled(parts, dialect_contracts).__getitem__),
        swagger_ui_options=docs_options(parts.docs),
    )
    # A dictionary, because a specification given as a file is rendered as a Jinja template first.
    try:
        application.add_api(specification(parts.contract))
    except InvalidSpecification as error:
        raise StartError(f"the contract is no valid OpenAPI document: {error}") from error
    return application


def _exampled(parts: Parts, dialect_contracts: DialectContracts) -> Mapping[str, Handler]:
    """The handlers, each with the examples of the caller's dialect behind it."""

    def examples(dialect: Dialect) -> ExampleReplies:
        return dialect_contracts.of(dialect).examples

    return {
        name: WithExamples(name, one, examples, parts.fill) for name, one in parts.handlers.items()
    }


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


def _own_files(parts: Parts) -> Iterator[Dialect]:
    """The dialects that the project's own tests have not seen: a mistake shows at the start."""
    return (dialect for dialect in parts.dialects.values() if dialect.path.parent != FOLDER)


def _served(parts: Parts, dialect_contracts: DialectContracts) -> Mapping[str, Any]:
    """What is shown of the contract, with the address that requests are to be sent to."""
    contract = parts.published or dialect_contracts.of(parts.dialect).contract.document
    if parts.public_url is None:
        return contract
    return {**contract, "servers": [{"url": parts.public_url, "description": "This server"}]}


def _text(parts: Parts, dialect_contracts: DialectContracts) -> bytes:
    """The contract's own file where nothing is changed in it, else what it is in the dialect."""
    if parts.dialect.native and parts.public_url is None:
        return parts.contract_text
    from openapi.documents.writing import dump

    heading = f"# The contract as the dialect {parts.dialect.name} speaks it.\n"
    return (heading + dump(dict(_served(parts, dialect_contracts)))).encode()
