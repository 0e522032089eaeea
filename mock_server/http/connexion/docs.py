"""The documentation page (Swagger UI from a package, no CDN) and the contract as it is on disk."""

from collections.abc import Callable, Mapping
from functools import cache, cached_property, partial
from typing import Any

import orjson
from connexion.middleware.swagger_ui import SwaggerUIMiddleware
from connexion.options import SwaggerUIOptions
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.http.address import base_url
from mock_server.http.errors import not_allowed
from mock_server.http.headers import header
from openapi.documents.places import operations

DOCS_PATH = "/docs"
_VIEW = "contract.json"


def docs_options(prefix: str) -> SwaggerUIOptions:
    """How Connexion sets the page up below ``prefix``."""
    return SwaggerUIOptions(
        swagger_ui_path=f"{prefix}{DOCS_PATH}",
        swagger_ui_template_arguments={"openapi_spec_url": f"./{_VIEW}"},
        swagger_ui_config={"persistAuthorization": True, "displayRequestDuration": True},
    )


def docs_middleware(
    contract: Mapping[str, Any], text: Callable[[], bytes], prefix: str, *, address: str = ""
) -> type[SwaggerUIMiddleware]:
    """The middleware class that serves one contract below ``prefix``; ``text`` reads its file.

    ``address`` is where a browser that is sent on finds the server, if a proxy gives it another.

    Each form of the contract is made when it is first asked for. The stock middleware serves the
    contract with every reference written out, and takes each request through a router of its own
    first.
    """
    docs = f"{prefix}{DOCS_PATH}"
    page = f"{address}{docs}/"
    index = cache(lambda: _json(_index(contract, f"{address}{prefix}")))

    def to_the_page() -> Response:
        # Whoever follows no redirect reads what there is.
        location = {"Location": page, "Vary": "Accept"}
        return Response(index().body, 307, location, "application/json")

    answers: dict[str, Callable[[], Response]] = {
        f"{prefix}/openapi.json": cache(lambda: _json(contract)),
        f"{prefix}/openapi.yaml": cache(lambda: Response(text(), media_type="application/yaml")),
        f"{docs}/{_VIEW}": cache(lambda: _view(contract)),
        docs: to_the_page,
    }
    edition = cache(lambda: _ClientsEdition(contract))
    editions: dict[str, Callable[[str], Response]] = {
        f"{prefix}/openapi-clients.json": lambda to: edition().json(to),
        f"{prefix}/openapi-clients.yaml": lambda to: edition().yaml(to),
    }
    fronts = {prefix, f"{prefix}/"} - {""}

    class Docs(SwaggerUIMiddleware):
        """Answers for the page and the contract, passes everything else on."""

        def __init__(self, app: ASGIApp) -> None:
            super().__init__(app)

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            """Serve one request or pass it on."""
            path = scope.get("path", "")
            answer = answers.get(path)
            if path in fronts:
                answer = index if _wants_json(scope) else to_the_page
            elif path in editions:
                # Generators write the server's address down, so it is the one the caller used.
                answer = partial(editions[path], base_url(scope, address or None))
            if scope["type"] != "http" or not (answer or path.startswith(f"{docs}/")):
                await self.app(scope, receive, send)
                return
            if scope["method"] not in ("GET", "HEAD"):
                raise not_allowed(scope["method"], "GET, HEAD")
            await (answer() if answer else super().__call__)(scope, receive, send)

    return Docs


def _wants_json(scope: Scope) -> bool:
    """Whether somebody is no browser: says so, or calls an address that no page stands at."""
    wanted = (header(scope, b"accept") or b"").lower()
    return b"text/html" not in wanted and (
        b"application/json" in wanted or not scope["path"].endswith("/")
    )


def _index(contract: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """What there is below a prefix, for whoever asks without a browser."""
    return {
        "title": contract["info"]["title"],
        "documentation": f"{prefix}{DOCS_PATH}/",
        "openapi": f"{prefix}/openapi.json",
        "openapi_for_clients": f"{prefix}/openapi-clients.json",
        "operations": [
            f"{str(method).upper()} {path}" for (_, path, method), _ in operations(contract)
        ],
    }


def _view(contract: Mapping[str, Any]) -> Response:
    from openapi.editions.forms import documentation_edition

    return _json(documentation_edition(contract))


class _ClientsEdition:
    """The client's edition, derived and written once; only its servers depend on the caller."""

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


def _json(content: Mapping[str, Any]) -> Response:
    return Response(orjson.dumps(content), media_type="application/json")
