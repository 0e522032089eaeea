"""The documentation page (Swagger UI from a package, no CDN) and the contract as a file."""

from collections.abc import Callable, Mapping
from functools import cache, cached_property
from typing import Any

import orjson
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.http.address import base_url
from mock_server.http.errors import not_allowed
from mock_server.http.exchange import EXCHANGE
from openapi.documents.places import operations

DOCS_PATH = "/docs"
VIEW = "contract.json"
# The first segments of all paths that are served without a prefix.
SEGMENTS = (
    *("", "docs", "openapi.json", "openapi.yaml"),
    *("openapi-clients.json", "openapi-clients.yaml"),
)

_FILL = (
    "The jobs and other objects that examples name exist once they have been created for your key: "
    "`POST /_mock/examples` does that."
)


class Docs:
    """Serves the documentation page and the contract; passes other requests on.

    Each form of the contract is made when it is first requested.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        contract: Mapping[str, Any],
        text: Callable[[], bytes],
        pages: ASGIApp,
        prefix: str = "",
        address: str = "",
    ) -> None:
        """Serve ``contract`` below ``prefix``.

        ``text`` reads the contract as YAML, ``pages`` serves Swagger UI, and ``address`` is the
        server's address behind a proxy.
        """
        self._app = app
        self._pages = pages
        self._address = address
        self._docs = docs = f"{prefix}{DOCS_PATH}"
        self._index = cache(lambda: _json(_index(contract, f"{address}{prefix}")))
        self._fronts = {prefix, f"{prefix}/"} - {""}
        self._responses: dict[str, Callable[[], Response]] = {
            f"{prefix}/openapi.json": cache(lambda: _json(contract)),
            f"{prefix}/openapi.yaml": cache(
                lambda: Response(text(), media_type="application/yaml")
            ),
            f"{docs}/{VIEW}": cache(lambda: _page_view(contract, prefix)),
            docs: self._to_the_page,
        }
        edition = cache(lambda: _ClientsEdition(contract))
        # Generators copy the server's address into the client, so it is the one that the caller
        # used.
        self._editions: dict[str, Callable[[str], Response]] = {
            f"{prefix}/openapi-clients.json": lambda url: edition().json(url),
            f"{prefix}/openapi-clients.yaml": lambda url: edition().yaml(url),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or pass it on."""
        response = self._response(scope) if scope["type"] == "http" else self._app
        if response is not self._app and scope["method"] not in ("GET", "HEAD"):
            raise not_allowed(scope["method"], "GET, HEAD")
        await response(scope, receive, send)

    def _response(self, scope: Scope) -> ASGIApp:
        path = scope["path"]
        if path in self._fronts:
            return self._index() if _wants_json(scope) else self._to_the_page()
        if path in self._responses:
            return self._responses[path]()
        if path in self._editions:
            return self._editions[path](base_url(scope, self._address or None))
        return self._pages if path.startswith(f"{self._docs}/") else self._app

    def _to_the_page(self) -> Response:
        """A redirect, with a body for clients that do not follow it."""
        location = {"Location": f"{self._address}{self._docs}/", "Vary": "Accept"}
        return Response(self._index().body, 307, location, "application/json")


def _wants_json(scope: Scope) -> bool:
    """Whether a client is not a browser: it asks for JSON, or for a path without a page."""
    wanted = (scope[EXCHANGE].header(b"accept") or b"").lower()
    return b"text/html" not in wanted and (
        b"application/json" in wanted or not scope["path"].endswith("/")
    )


def _index(contract: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """What is served below a prefix."""
    return {
        "title": contract["info"]["title"],
        "documentation": f"{prefix}{DOCS_PATH}/",
        "openapi": f"{prefix}/openapi.json",
        "openapi_for_clients": f"{prefix}/openapi-clients.json",
        "operations": [
            f"{str(method).upper()} {path}" for (_, path, method), _ in operations(contract)
        ],
    }


class _ClientsEdition:
    """The contract for client generators, derived once; only its servers depend on the caller."""

    def __init__(self, contract: Mapping[str, Any]) -> None:
        from openapi.editions.clients import clients_edition

        self._contract = contract
        self._edition = clients_edition(contract)

    def json(self, address: str) -> Response:
        """As JSON, with the servers below ``address``."""
        return _json({**self._edition, **self._servers(address)})

    def yaml(self, address: str) -> Response:
        """As YAML, with the servers below ``address``."""
        from openapi.documents.writing import dump

        before, after = self._around_servers
        text = before + dump(self._servers(address)) + after
        return Response(text, media_type="application/yaml")

    def _servers(self, address: str) -> dict[str, Any]:
        from openapi.editions.clients import servers_at

        return {"servers": servers_at(self._contract, address)}

    @cached_property
    def _around_servers(self) -> tuple[str, str]:
        """The YAML before and after the servers; writing all of it takes a third of a second."""
        names = list(self._edition)
        at = names.index("servers")
        return self._dumped(names[:at]), self._dumped(names[at + 1 :])

    def _dumped(self, names: list[str]) -> str:
        from openapi.documents.writing import dump

        return dump({name: self._edition[name] for name in names}) if names else ""


def _page_view(contract: Mapping[str, Any], prefix: str) -> Response:
    from openapi.editions.documentation import documentation_edition

    # Only what the API's own examples name can be created, and not what the control API's do.
    view = documentation_edition(contract, ids=not prefix)
    if not prefix:
        view["info"]["description"] = f"{view['info'].get('description', '')}\n\n{_FILL}".strip()
    return _json(view)


def _json(content: Mapping[str, Any]) -> Response:
    return Response(orjson.dumps(content), media_type="application/json")
