"""The application: a contract and its handlers, served by Connexion's stack."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import jsonschema_rs
from connexion import ConnexionMiddleware
from connexion.exceptions import InvalidSpecification
from connexion.middleware.lifespan import Lifespan, LifespanMiddleware
from connexion.middleware.swagger_ui import SwaggerUIAPI
from connexion.options import SwaggerUIOptions
from connexion.resolver import Resolver
from connexion.spec import OpenAPISpecification, Specification
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.http.connexion.routing import HandlerApp, Routing
from mock_server.http.dialect_contracts import DialectContracts
from mock_server.http.docs import DOCS_PATH, SEGMENTS, VIEW, Docs
from mock_server.http.errors import unknown_path
from mock_server.http.exchange import Handler, Tenants
from mock_server.http.limits import BodyLimits
from mock_server.http.middleware import (
    Admission,
    ExchangeMiddleware,
    Failures,
    Mounted,
    Mounts,
    ResponseCheck,
)
from mock_server.http.modes.examples import Fill, no_fill
from mock_server.http.security import Keys
from mock_server.http.validation.explain import Availability
from mock_server.http.validation.requests import RequestValidation
from mock_server.tenants.triggers import Triggers
from openapi.contract.schemas import accepts_its_default
from openapi.dialects import FOLDER
from openapi.dialects.dialect import Dialect
from openapi.documents import places
from openapi.documents.pointers import target

Application = ConnexionMiddleware

# What Connexion gets of a contract besides its operations.
_KEPT = ("openapi", "info", "servers")
# OpenAPI requires a response of every operation.
_RESPONSES = {"default": {"description": "What the contract says."}}


class StartError(Exception):
    """The contract cannot be served; the message says why. The server does not start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What an application is made of.

    Attributes:
        contract: the contract, as an OpenAPI document.
        contract_text: the file that it was read from.
        published: the contract as it is published, if that differs.
        partial: whether the contract may lack operations that have handlers.
        dialects: all dialects that tenants may have, by name.
        dialect: the server's own, for clients without a valid key.
        dialect_contracts: the contract in each dialect, if other parts use them too.
        availability: says why a known model cannot be used, or None.
        triggers: what requests may ask for by special values.
        cors: lets web pages read responses.
        mounts: middleware for requests that need no key and are not recorded.
        recorder: records each exchange of the API.
        guards: check requests before they are routed.
        media: middleware for downloads without a key.
        faults: injects faults between validated requests and their handlers.
        fill: creates the objects that the contract's examples name, if a request asks for one.
        docs: the path below which the documentation page and the contract are served.
        public_url: the server's address behind a proxy.
    """

    contract: dict[str, Any]
    contract_text: bytes
    dialects: Mapping[str, Dialect]
    dialect: Dialect
    tenants: Tenants
    handlers: Mapping[str, Handler]
    keys: Keys
    availability: Availability
    triggers: Triggers
    limits: BodyLimits
    cors: Sequence[Middleware] = ()
    mounts: Mounted = field(default_factory=dict)
    recorder: Sequence[Middleware] = ()
    guards: Sequence[Middleware] = ()
    media: Mounted = field(default_factory=dict)
    faults: Sequence[Middleware] = ()
    lifespan: Lifespan | None = None
    validate_responses: bool = False
    partial: bool = False
    dialect_contracts: DialectContracts | None = None
    fill: Fill = no_fill
    docs: str = ""
    public_url: str | None = None
    published: Mapping[str, Any] | None = None


def build_application(parts: Parts) -> Application:
    """The ASGI application.

    Raises:
        StartError: an operation has no handler, a handler no operation, or Connexion refuses the
            contract.
        SpecError: the server's dialect, or one of the user's, does not fit the contract.
    """
    _require_handlers(parts)
    contracts = parts.dialect_contracts or DialectContracts(parts.contract, partial=parts.partial)
    for dialect in (parts.dialect, *_own_dialects(parts)):
        contracts.of(dialect)
    outline = specification(parts.contract)
    # A dictionary, because Connexion renders a file as a Jinja template first.
    try:
        pages = _swagger_pages(outline, parts.docs)
        application = ConnexionMiddleware(
            HandlerApp(contracts=contracts, fill=parts.fill),
            import_name=__name__,
            middlewares=[_factory(each) for each in _stack(parts, contracts, pages)],
            resolver=Resolver(parts.handlers.__getitem__),
        )
        application.add_api(outline)
    except InvalidSpecification as error:
        raise StartError(f"the contract is not a valid OpenAPI document: {error}") from error
    return application


def _factory(middleware: Middleware) -> Any:
    """What Connexion calls with the application that a middleware wraps."""
    return lambda app: middleware.cls(app, *middleware.args, **middleware.kwargs)


def _stack(parts: Parts, contracts: DialectContracts, pages: ASGIApp) -> Iterator[Middleware]:
    """The middleware that each request passes, outermost first."""
    # Answers the preflight requests of browsers, which are not exchanges.
    yield from parts.cors
    # Everything below uses the exchange, and every response has its id.
    yield Middleware(ExchangeMiddleware, dialect=parts.dialect)
    # Probes and the control API: without a tenant, a journal, faults or the gateway's errors.
    yield Middleware(Mounts, mounts=parts.mounts)
    # The tenant decides the dialect of errors and the journal, so it is known before both.
    yield Middleware(Admission, keys=parts.keys, tenants=parts.tenants, dialect=parts.dialect)
    # Records what the client gets, so everything that changes responses is below.
    yield from parts.recorder
    if parts.validate_responses:
        # Checks error responses too, so they are rendered below.
        yield Middleware(ResponseCheck, contracts=contracts)
    # Renders the errors that everything below raises.
    yield Middleware(Failures)
    yield from parts.guards
    # Not documented by any contract, but recorded, and errors are rendered in the dialect.
    yield Middleware(Mounts, mounts={**parts.media, **_docs(parts, contracts, pages)})
    yield Middleware(Routing, contracts=contracts)
    yield Middleware(
        RequestValidation,
        contracts=contracts,
        keys=parts.keys,
        limits=parts.limits,
        availability=parts.availability,
        triggers=parts.triggers,
        public_url=parts.public_url,
    )
    # Faults are for valid requests: a fault does not hide a client's own mistake.
    yield from parts.faults
    yield Middleware(LifespanMiddleware, lifespan=parts.lifespan)


def _docs(parts: Parts, contracts: DialectContracts, pages: ASGIApp) -> Mounted:
    docs = Middleware(
        Docs,
        contract=_served(parts, contracts),
        text=lambda: _text(parts, contracts),
        pages=pages,
        prefix=parts.docs,
        address=parts.public_url or "",
    )
    return {(parts.docs.strip("/"),) if parts.docs else SEGMENTS: (docs,)}


def _require_handlers(parts: Parts) -> None:
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


def _own_dialects(parts: Parts) -> Iterator[Dialect]:
    """The user's own dialects, which no test covers: a mistake is reported at the start."""
    return (dialect for dialect in parts.dialects.values() if dialect.path.parent != FOLDER)


def _served(parts: Parts, contracts: DialectContracts) -> Mapping[str, Any]:
    """The contract as it is published, with the address that requests must be sent to."""
    contract = parts.published or contracts.of(parts.dialect).contract.document
    if parts.public_url is None:
        return contract
    return {**contract, "servers": [{"url": parts.public_url, "description": "This server"}]}


def _text(parts: Parts, contracts: DialectContracts) -> bytes:
    """The contract's own file if nothing in it differs, else the contract in the dialect."""
    if parts.dialect.native and parts.public_url is None:
        return parts.contract_text
    from openapi.documents.writing import dump

    heading = f"# The contract in the dialect {parts.dialect.name}.\n"
    return (heading + dump(dict(_served(parts, contracts)))).encode()


def _swagger_pages(outline: dict[str, Any], prefix: str) -> ASGIApp:
    """Swagger UI below a prefix, without Connexion's middleware, a router for every request."""
    options = SwaggerUIOptions(
        swagger_ui_path=f"{prefix}{DOCS_PATH}",
        swagger_ui_template_arguments={"openapi_spec_url": f"./{VIEW}"},
        swagger_ui_config={"persistAuthorization": True, "displayRequestDuration": True},
    )
    # The page reads the contract from its own address, so that no operation is validated twice.
    document = Specification.load({**outline, "paths": {}})
    return SwaggerUIAPI(document, default=_no_page, swagger_ui_options=options).router


async def _no_page(scope: Scope, _receive: Receive, _send: Send) -> None:
    raise unknown_path(scope["path"])


def specification(contract: dict[str, Any]) -> dict[str, Any]:
    """What Connexion gets of a contract: its operations, or all of it if it is not valid.

    Requests are checked by rules compiled from the contract itself. Connexion would check the whole
    of it in Python and resolve every reference, a sixth of the time a server takes to start. Of an
    invalid contract it gets everything, to report what is wrong.
    """
    return _outline(contract) if is_valid(contract) else contract


def is_valid(contract: Mapping[str, Any]) -> bool:
    """Whether a contract fits Connexion's schema of OpenAPI, with valid references and defaults.

    False also if that cannot be decided here.
    """
    schema = OpenAPISpecification.openapi_schema
    whole = jsonschema_rs.Draft4Validator(schema, validate_formats=False)
    return whole.is_valid(contract) and all(
        _resolves(contract, node) and (places.is_map_of_names(pointer) or accepts_its_default(node))
        for pointer, node in places.parts(contract)
    )


def _resolves(contract: Mapping[str, Any], node: Mapping[str, Any]) -> bool:
    reference = node.get("$ref")
    return not isinstance(reference, str) or target(contract, reference) is not None


def _outline(contract: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{key: contract[key] for key in _KEPT if key in contract},
        "paths": {path: _operations(item) for path, item in contract["paths"].items()},
    }


def _operations(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        method: {"operationId": item[method]["operationId"], "responses": _RESPONSES}
        for method in places.METHODS
        if method in item
    }
