"""The page, its parts, its event stream and its actions as one ASGI application."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.http.address import base_url
from mock_server.workbench.access import HEADERS, is_own
from mock_server.workbench.actions import ACTIONS, read_form
from mock_server.workbench.control_api import ControlApi, ControlRefusalError
from mock_server.workbench.events import StreamResponse, Streams
from mock_server.workbench.mount import PREFIX, Workbench
from mock_server.workbench.parts import PARTS, parts_of
from mock_server.workbench.place import TABS, Place
from mock_server.workbench.rendering import prepare, render
from openapi.documents.look import LOOK

_STATIC = Path(__file__).with_name("static")
_TYPES = {".css": "text/css", ".svg": "image/svg+xml", ".js": "text/javascript"}
_STYLE = "static/workbench.css"
_AROUND = ("keys", "status")
# From an action back to the page, wherever a proxy puts both.
_TO_PAGE = "../../../"
_MOST_PARTS = 8

_Answer = Callable[[Request, Place], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class WorkbenchApplication:
    """Serves the page to those who have signed in; ``control`` is the control API."""

    control: ASGIApp
    workbench: Workbench
    streams: Streams
    files: Mapping[str, Response]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        try:
            response = await self._respond(request)
        except ControlRefusalError as error:
            # Not about one part of the page: the store does not answer, for example.
            response = _refused(503, str(error))
        response.headers.update(HEADERS)
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        path = request.url.path.removeprefix(f"{PREFIX}/")
        if not is_own(request, self.workbench.public_url):
            return _refused(403, "A page of another origin may not use the workbench.")
        if path in self.files:
            return self.files[path]
        if path == "sign-in" and request.method == "POST":
            form = await read_form(request)
            return self._signed_in(request, form.get("token", ""), retry=True)
        if request.url.path == "/" and "token" in request.query_params:
            return self._signed_in(request, request.query_params["token"])
        if not self.workbench.sign_in.knows(request):
            return self._sign_in(request)
        return await self._signed(request, path)

    def _sign_in(self, request: Request, problem: str = "") -> Response:
        """The form to sign in with; scripts get a short text."""
        if request.url.path != "/" and not problem:
            return _refused(401, "Sign in first.")
        root = "" if request.url.path == "/" else "../../"
        values = {"problem": problem, "root": root}
        return HTMLResponse(render("sign_in.html", values), 401)

    def _signed_in(self, request: Request, token: str, *, retry: bool = False) -> Response:
        """Sets the cookie, and leaves the address that has the token.

        A page that goes on by itself, because a browser that came from another site does not send
        the cookie with a redirect.
        """
        sign_in = self.workbench.sign_in
        if not sign_in.knows(request) and not sign_in.accepts(token):
            problem = "This is not the admin token." if retry else "This address was used before."
            return self._sign_in(request, problem)
        response = HTMLResponse(render("signed_in.html", {"page": "../../" if retry else "./"}))
        response.set_cookie(**sign_in.cookie(request))
        return response

    async def _signed(self, request: Request, path: str) -> Response:
        kind, _, name = path.partition("/")
        place = await self._place(request)
        if request.method == "POST":
            return await self._act(request, place, name) if kind == "act" else _missing(path)
        if request.method != "GET":
            return _refused(405, f"{request.method} is not allowed here.")
        if request.url.path == "/":
            return await self._page(request, place)
        if kind == "part" and name in PARTS:
            api = self._api(request, place)
            part = await PARTS[name].shown(api, place)
            return HTMLResponse(part.html, headers={"X-Part-State": part.state})
        return self._events(request, place) if kind == "events" else _missing(path)

    async def _page(self, request: Request, place: Place) -> Response:
        api, names = self._api(request, place), parts_of(place)
        shown = [await PARTS[name].shown(api, place) for name in (*_AROUND, *names)]
        tabs = [
            {"name": name, "title": title, "link": place.link(tab=name), "here": name == place.tab}
            for name, title in TABS.items()
        ]
        values = {
            "place": place,
            "around": shown[: len(_AROUND)],
            "parts": shown[len(_AROUND) :],
            "tabs": tabs,
            "query": place.link(*place.query).removeprefix("?"),
            "kinds": (await api.get("fault-kinds"))["kinds"] if "requests" in names else {},
        }
        return HTMLResponse(render("page.html", values))

    async def _act(self, request: Request, place: Place, name: str) -> Response:
        if name not in ACTIONS:
            return _missing(name)
        form = await read_form(request)
        try:
            done = await ACTIONS[name](self._api(request, place), place, form)
        except (ControlRefusalError, KeyError) as error:
            return self._outcome(request, place, {"problem": str(error)}, status=409)
        return self._outcome(request, place, {"message": done.message, "go": done.go})

    def _outcome(
        self, request: Request, place: Place, outcome: Mapping[str, Any], *, status: int = 200
    ) -> Response:
        """What an action did: for the script, or else the page or the reason of a refusal."""
        if "application/json" in request.headers.get("accept", ""):
            return Response(orjson.dumps(outcome), status, media_type="application/json")
        if "problem" in outcome:
            return _refused(status, outcome["problem"])
        to = outcome["go"] or place.link(*place.query)
        return Response(status_code=303, headers={"Location": f"{_TO_PAGE}{to}"})

    def _events(self, request: Request, place: Place) -> Response:
        if self.streams.full:
            message = "The workbench is open too often; this page is not live. Close another one."
            return _refused(503, message)
        wanted = place.get("parts").split(",")[:_MOST_PARTS]
        names = [name for name in wanted if name in PARTS]
        messages = self.streams.messages(self._api(request, place), place, names)
        return StreamResponse(self.streams, messages)

    def _api(self, request: Request, place: Place) -> ControlApi:
        token = self.workbench.sign_in.admin_token
        return ControlApi(self.control, token, request.scope, place.tenant or None)

    async def _place(self, request: Request) -> Place:
        query = dict(request.query_params)
        tenant = await self._tenant(request, query.get("key", ""))
        address = base_url(request.scope, self.workbench.public_url)
        return Place({**query, "key": tenant}, tenant, address)

    async def _tenant(self, request: Request, wanted: str) -> str:
        """The tenant that is looked at; empty if there is none.

        The page itself shows the newest one if the address names none that is known. A button of an
        old page must not act on another one.
        """
        if wanted:
            with suppress(ControlRefusalError):
                await self._api(request, Place({}, wanted)).get("clock")
                return wanted
        if request.url.path != "/":
            return ""
        newest = await self._api(request, Place({})).get("server/keys", limit=1)
        return next((str(each["tenant"]) for each in newest["keys"]), "")


def workbench_application(control: ASGIApp, workbench: Workbench) -> ASGIApp:
    """Build the application; call it in a thread."""
    prepare()
    files = {
        f"static/{path.name}": Response(path.read_bytes(), media_type=_TYPES[path.suffix])
        for path in sorted(_STATIC.iterdir())
        if path.suffix in _TYPES
    }
    own = bytes(files[_STYLE].body)
    files[_STYLE] = Response(LOOK.read_bytes() + own, media_type=_TYPES[".css"])
    return WorkbenchApplication(
        control, workbench, Streams(workbench.stopping, workbench.loads), files
    )


def _refused(status: int, message: str) -> Response:
    return PlainTextResponse(f"{message}\n", status)


def _missing(path: str) -> Response:
    return _refused(404, f"The workbench has no '{path[:80]}'.")
