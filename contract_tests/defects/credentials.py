"""Keys in places and forms in which no key is taken, and answers that depend on a web page."""

import base64
import binascii
from collections.abc import Callable

from contract_tests.defects.defect import Defect, changing, instead
from contract_tests.defects.wrapping import (
    Mutation,
    Serve,
    ServerRequest,
    ServerResponse,
    error_response,
)

_OPEN_READS = ("listVideos", "listModels", "listWebhookEndpoints", "listWebhookEventTypes")
FindKey = Callable[[ServerRequest], str]


def _taking(find: FindKey) -> Callable[[], Mutation]:
    """A mutation that takes the key from elsewhere; ``find`` gives an empty text for none."""

    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        key = find(request)
        return await serve(request.with_headers(authorization=f"Bearer {key}") if key else request)

    return lambda: mutation


def _header(name: str) -> Callable[[], Mutation]:
    return _taking(lambda request: request.headers.get(name, ""))


def _cookie(request: ServerRequest) -> str:
    pairs = (each.strip().partition("=") for each in request.headers.get("cookie", "").split(";"))
    return next((value for name, _, value in pairs if name == "session"), "")


def _basic(request: ServerRequest) -> str:
    scheme, _, coded = request.key.partition(" ")
    if scheme != "Basic":
        return ""
    try:
        return base64.b64decode(coded).decode("latin-1").strip(":").rpartition(":")[2]
    except binascii.Error:
        return ""


def _longer(request: ServerRequest) -> str:
    key = request.key.partition(" ")[2]
    return key.removesuffix("-invalid") if key.endswith("-invalid") else ""


def _second(request: ServerRequest) -> str:
    keys = [each.partition(" ")[2] for each in request.headers.getlist("authorization")]
    return next((key for key in keys[1:] if "invalid" not in key), "")


def _trusting(is_trusted: Callable[[ServerRequest], bool]) -> Callable[[], Mutation]:
    """A mutation that lets some requests in without a key."""
    return _taking(lambda each: "sk-trusted" if not each.key and is_trusted(each) else "")


def _allowing(origin: Callable[[str], str]) -> Callable[[], Mutation]:
    """A mutation that lets pages send credentials; ``origin`` gives the one that is allowed."""

    def change(request: ServerRequest, response: ServerResponse) -> None:
        if sent := request.headers.get("origin"):
            response.headers["access-control-allow-origin"] = origin(sent)
            response.headers["access-control-allow-credentials"] = "true"

    return changing((), change)


def _foreign(request: ServerRequest) -> ServerResponse | None:
    is_page = bool(request.key) and "origin" in request.headers
    return error_response(403, "no pages") if is_page else None


DEFECTS = (
    Defect("K01", "a key in the query is taken", (), ("key_places",),
           _taking(lambda request: request.query.get("api_key", ""))),
    Defect("K02", "a key in a cookie is taken", (), ("key_places",), _taking(_cookie)),
    Defect("K03", "a key in x-api-key is taken", (), ("key_places",), _header("x-api-key")),
    Defect("K04", "a key in the body is taken", ("createUnifiedVideo",), ("key_places",),
           _taking(lambda request: str(request.fields().get("api_key", "")))),
    Defect("K05", "a request that says it comes from this machine needs no key", (),
           ("key_places",),
           _trusting(lambda request: request.headers.get("x-forwarded-for") == "127.0.0.1")),
    Defect("K06", "a request of a web page needs no key", (), ("key_places",),
           _trusting(lambda request: "origin" in request.headers)),
    Defect("K07", "Basic with the key as the password is taken", _OPEN_READS, ("key_forms",),
           _taking(_basic)),
    Defect("K08", "a key with more behind it is taken", _OPEN_READS, ("key_forms",),
           _taking(_longer)),
    Defect("K09", "a valid key in a second header is taken", _OPEN_READS, ("key_forms",),
           _taking(_second)),
    Defect("K10", "HEAD needs no key", _OPEN_READS, ("key_forms",),
           _trusting(lambda request: request.method == "HEAD")),
    Defect("K11", "any page may send credentials", (), ("page_credentials",),
           _allowing(lambda sent: sent)),
    Defect("K12", "a wildcard allows pages to send credentials", (), ("page_credentials",),
           _allowing(lambda _sent: "*")),
    Defect("K13", "a request of a web page is refused", (), ("origins",), instead(_foreign)),
)  # fmt: skip
