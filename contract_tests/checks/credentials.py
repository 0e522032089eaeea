"""Checks of keys: where they are taken from, in which form, and what web pages may do with them."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from contract_tests.checks.aspects import Aspect, every, is_open_read, those
from contract_tests.checks.breaches import breach, is_refusal, is_success, place_of
from contract_tests.checks.broken_requests import harmless_request, share, with_field
from contract_tests.checks.check import Results, passive, probe
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach, Skipped
from contract_tests.targets.target import Capability
from contract_tests.wire.exchange import BEARER, KEY, Exchange, Request
from contract_tests.wire.session import RefusedError, Session
from openapi.contract.contract import Operation
from openapi.contract.evidence import Evidence

_UNKNOWN = "sk-invalid-contract-tests"
_PAGE = "https://page.example"
# Names under which gateways take a key from a query, a cookie, a header or a body.
_QUERY = (
    *("key", "api_key", "api-key", "apikey", "apiKey", "access_token", "access-token"),
    *("accessToken", "token"),
    *("auth", "auth_token", "authorization", "Authorization", "bearer", "jwt", "secret"),
    *("client_secret", "sk", "k", "password", "x-api-key", "session", "sid", "sig", "credential"),
)
_COOKIES = (
    *("session", "sessionid", "session_id", "sid", "token", "api_key", "apikey", "access_token"),
    *("auth", "auth_token", "authorization", "Authorization", "jwt", "key", "bearer", "id_token"),
)
_HEADERS = (
    *("x-api-key", "api-key", "apikey", "x-apikey", "x-api-token", "api-token", "x-goog-api-key"),
    *("x-auth-token", "auth-token", "x-access-token", "access-token", "x-access-key", "x-token"),
    *("token", "key", "x-key", "secret", "x-secret", "x-secret-key", "x-session-token", "session"),
    *("x-openai-api-key", "openai-api-key", "x-user-token", "x-client-key", "mj-api-secret"),
    *("x-amz-security-token", "ocp-apim-subscription-key", "sec-websocket-protocol", "bearer"),
    *("x-auth", "auth", "x-auth-key", "x-authorization", "x-forwarded-authorization"),
    *("authentication", "x-authentication", "x-original-authorization", "x-amzn-authorization"),
)
_FIELDS = ("api_key", "apikey", "key", "token", "access_token", "auth", "authorization", "secret")
# Headers by which a request claims to come from the inside, or to be another request.
_CLAIMS: Mapping[str, str] = {
    **dict.fromkeys(("x-forwarded-for", "x-real-ip", "x-client-ip", "true-client-ip"), "127.0.0.1"),
    "forwarded": "for=127.0.0.1",
    "x-original-url": "/",
    "x-forwarded-user": "admin",
    "x-internal-request": "true",
}


@dataclass(frozen=True, slots=True)
class _Place:
    """A place for a key; ``put`` gives the request with a key there, in that order of places."""

    name: str
    query: Mapping[str, str] | None = None
    headers: Sequence[tuple[str, str]] = ()
    fields: Mapping[str, str] | None = None

    def put(self, request: Request, key: str) -> Request:
        """A request without an Authorization header of its own, with a key in this place."""
        headers = [(name, value.replace(KEY, key)) for name, value in self.headers]
        bare = request.with_headers(authorization=None)
        found = replace(bare, headers=(*bare.headers, *headers))
        if self.query:
            query = urlencode({name: value.replace(KEY, key) for name, value in self.query.items()})
            found = replace(found, target=f"{found.target}{'&' if found.query else '?'}{query}")
        for name in self.fields or ():
            found = with_field(found, name, key)
        return found


def _basic(text: str) -> str:
    return f"Basic {base64.b64encode(text.encode()).decode()}"


def _value(name: str) -> str:
    """What a gateway that reads a key from that name expects: the scheme too, or the key alone."""
    return f"Bearer {KEY}" if name.lower().endswith(("authorization", "authentication")) else KEY


def _places(operation: Operation) -> Iterator[_Place]:
    yield _Place("a query parameter", query={name: _value(name) for name in _QUERY})
    yield _Place("a cookie", headers=[("cookie", "; ".join(f"{name}={KEY}" for name in _COOKIES))])
    yield _Place("another header", headers=[(name, _value(name)) for name in _HEADERS])
    if operation.content:
        yield _Place("the body", fields=dict.fromkeys(_FIELDS, KEY))
    yield _Place("no place, with headers that claim to be trusted",
                 headers=[*_CLAIMS.items(), ("origin", _PAGE)])  # fmt: skip


@probe(
    aspect=Aspect.KEY_PLACES,
    at=every,
    source="OpenAI API reference, authentication: HTTP Bearer only; RFC 6750, 2 and 5.3",
    evidence=Evidence.VERIFIED,
)
def key_places(session: Session) -> Iterator[Breach]:
    """A key is refused in a query, cookie, body or other header, and so is a claim to need none."""
    taken: set[str] = set()
    for operation in session.contract.operations:
        request = harmless_request(session, operation)
        places = list(_places(operation))
        everywhere = request
        for place in places:
            everywhere = place.put(everywhere, KEY)
        refused = session.contract.status_of("missing_api_key", operation.id)
        if session.send(everywhere).status != refused:
            yield from _accepted(session, request, places, taken)


def _accepted(
    session: Session, request: Request, places: Sequence[_Place], taken: set[str]
) -> Iterator[Breach]:
    """The places where a key changes the answer; what an unknown key changes too is no sign.

    ``taken`` has the places of which that is known; the others are tried only without such.
    """
    for place in [each for each in places if each.name in taken] or places:
        exchange = session.send(place.put(request, KEY))
        refused = session.contract.status_of("missing_api_key", exchange.operation)
        if exchange.status == refused:
            continue
        is_known = place.name in taken or KEY not in str(place)
        if is_known or session.send(place.put(request, _UNKNOWN)).status == refused:
            taken.add(place.name)
            yield breach(exchange, f"{refused} for a key in {place.name}", key=place.name)


# Forms of an Authorization header that are no valid key, though each has the key in it.
_FORMS: Mapping[str, tuple[str, ...]] = {
    "a key with more behind it": (f"Bearer {KEY}-invalid",),
    "a key with more before it": (f"Bearer invalid-{KEY}",),
    "Basic with the key as the user": (_basic(f"{KEY}:"),),
    "Basic with the key as the password": (_basic(f"user:{KEY}"),),
    "an unknown key before a valid one in a second header": (f"Bearer {_UNKNOWN}", BEARER),
    "an unknown key behind a valid one in a second header": (BEARER, f"Bearer {_UNKNOWN}"),
    "another scheme": (f"Token {KEY}",),
    "an unknown key of 3000 letters": (f"Bearer {_UNKNOWN}{'k' * 3000}",),
    "a key with letters outside ASCII": ("Bearer sk-Schl\xfcssel",),
    "a key without a scheme": (KEY,),
}


@probe(
    aspect=Aspect.KEYS,
    at=those(is_open_read),
    source="OpenAI API reference, authentication; RFC 6750, 2.1; RFC 9110, 5.3 and 11.6.2",
    evidence=Evidence.VERIFIED,
)
def key_forms(session: Session) -> Iterator[Breach]:
    """No other key is taken: longer, of odd letters, in Basic, bare, or in a second header."""
    operations = list(filter(is_open_read, session.contract.operations))
    for place, operation in enumerate(operations):
        bare = Request("GET", operation.path, ())
        refused = session.contract.status_of("invalid_api_key", operation.id)
        for what, values in share(session, list(_FORMS.items()), place, len(operations)):
            headers = tuple(("authorization", value) for value in values)
            exchange = session.send(replace(bare, headers=headers))
            if not is_refusal(exchange, refused):
                yield breach(exchange, f"{refused} for {what}", key=what)
        head = session.send(Request("HEAD", operation.path, ()))
        if is_success(head):
            yield breach(head, "401 for HEAD without a key, as for GET", operation=operation.id,
                         key="HEAD")  # fmt: skip


@passive(
    aspect=Aspect.ORIGINS,
    at=every,
    source="WHATWG Fetch standard, 3.3.5; OWASP API Security Top 10 (2023), API8",
    evidence=Evidence.VERIFIED,
)
def page_credentials(contract: TargetContract, exchange: Exchange) -> Iterator[Breach]:
    """No answer lets a page of any origin, or of none, send a caller's credentials."""
    allowed = exchange.reply.header("access-control-allow-origin")
    with_credentials = exchange.reply.header("access-control-allow-credentials")
    if allowed is None or (with_credentials or "").strip().lower() != "true":
        return
    if allowed.strip() in ("*", "null", exchange.request.header("origin")):
        yield breach(exchange, "no credentials for pages of any origin",
                     f"Access-Control-Allow-Origin: {allowed}, with credentials",
                     operation=place_of(contract, exchange), key="credentials")  # fmt: skip


@probe(
    aspect=Aspect.ORIGINS,
    at=every,
    source="WHATWG Fetch standard, 3.2: Origin says where a request comes from, and grants nothing",
    evidence=Evidence.VERIFIED,
)
def origins(session: Session) -> Results:
    """The answer to a request does not depend on the web page that it comes from."""
    for operation in session.contract.operations:
        is_first = operation.evidence is Evidence.DOCUMENTED or is_open_read(operation)
        # Where a job costs money requests are few.
        if not is_first and Capability.FREE not in session.capabilities:
            continue
        request = harmless_request(session, operation)
        origin = "null" if is_open_read(operation) else _PAGE
        try:
            exchange = session.send(request.with_headers(origin=origin))
        except RefusedError as error:
            yield Skipped(operation.id, str(error))
            continue
        is_usual = is_success if is_open_read(operation) else _is_about_request
        if is_usual(exchange):
            continue
        usual = session.send(request)
        if exchange.status != usual.status:
            yield breach(exchange, f"{usual.status}, as without the header Origin", key="status")


def _is_about_request(exchange: Exchange) -> bool:
    """Whether a request was refused for what it asks, not for who asks."""
    return 400 <= exchange.status < 500 and exchange.status not in (401, 403)
