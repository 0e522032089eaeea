"""Bodies: read within a limit, taken for what they say they are, parsed or refused."""

import asyncio
from collections.abc import Iterable

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import ClientDisconnect
from starlette.types import Message

from mock_server.http.bodies.reading import FORM, JSON, media_type_of, parse, read_body
from mock_server.http.errors import ApiError
from tests.mock_server.exchanges import exchange

OFFERED = (FORM, JSON)
LIMIT = 10
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


class Sender:
    """Hands out a body chunk by chunk and counts what was asked for."""

    def __init__(self, chunks: Iterable[bytes], *, leaves: bool = False) -> None:
        self._left = list(chunks)
        self._leaves = leaves
        self.taken = 0

    async def receive(self) -> Message:
        """The next message."""
        if not self._left:
            return {"type": "http.disconnect"}
        self.taken += 1
        chunk = self._left.pop(0)
        return {
            "type": "http.request",
            "body": chunk,
            "more_body": bool(self._left) or self._leaves,
        }


def code_of(error: pytest.ExceptionInfo[ApiError]) -> str:
    """The code a caller gets."""
    return error.value.error_kind.code


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=6))
def test_a_body_is_its_chunks(chunks: list[bytes]) -> None:
    """With or without a declared length, up to the limit, all of it is read."""
    whole = b"".join(chunks)
    body = asyncio.run(read_body(exchange(), Sender(chunks).receive, max(1, len(whole))))

    assert body == whole


def test_a_declared_length_over_the_limit_is_not_read() -> None:
    """413 without a look at the body."""
    sender = Sender([b"x" * 11])
    with pytest.raises(ApiError, match="limit of 10 bytes") as refused:
        asyncio.run(read_body(exchange(content_length="11"), sender.receive, LIMIT))

    assert (code_of(refused), sender.taken) == ("request_too_large", 0)


@pytest.mark.parametrize("headers", [{}, {"content_length": "3"}, {"content_length": "many"}])
def test_an_undeclared_length_is_counted(headers: dict[str, str]) -> None:
    """413 at the chunk that goes beyond the limit; what follows is not read."""
    sender = Sender([b"x" * 4] * 9)
    with pytest.raises(ApiError) as refused:
        asyncio.run(read_body(exchange(**headers), sender.receive, LIMIT))

    assert (code_of(refused), sender.taken) == ("request_too_large", 3)


def test_exactly_the_limit_is_taken() -> None:
    """The limit itself is allowed."""
    sender = Sender([b"x" * LIMIT])

    assert (
        len(asyncio.run(read_body(exchange(content_length="10"), sender.receive, LIMIT))) == LIMIT
    )


def test_a_caller_who_leaves_sends_no_body() -> None:
    """A body cut short is not taken for a whole one."""
    with pytest.raises(ClientDisconnect):
        asyncio.run(read_body(exchange(), Sender([b"{"], leaves=True).receive, LIMIT))


@pytest.mark.parametrize(
    "header",
    [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json;",
    ],
)
def test_a_media_type_is_read_without_its_dress(header: str) -> None:
    """Case and parameters do not change what a body is."""
    assert media_type_of(exchange(content_type=header), OFFERED)[0] == JSON


@pytest.mark.parametrize(
    "header", ["text/plain", "application/jsonx", "json", "multipart/mixed", "*/*", ";", "\xff"]
)
def test_another_media_type_is_refused(header: str) -> None:
    """415 that says what came and what would be taken."""
    with pytest.raises(ApiError, match="takes multipart/form-data or application/json") as refused:
        media_type_of(exchange(content_type=header), OFFERED)

    assert code_of(refused) == "unsupported_media_type"


def test_no_media_type_is_refused() -> None:
    """The type of a body without Content-Type is not guessed."""
    with pytest.raises(ApiError, match="Content-Type is missing"):
        media_type_of(exchange(), OFFERED)


@given(st.dictionaries(st.text(), VALUES, max_size=4))
def test_a_json_object_is_its_fields(fields: dict[str, object]) -> None:
    """What was written is what is read, and nothing is repeated."""
    body = parse(JSON, {}, orjson.dumps(fields))

    assert (body.fields, body.files, body.repeated) == (fields, {}, frozenset())


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "utf8", "us-ascii"])
def test_json_is_utf_8(charset: str) -> None:
    """The charsets that mean UTF-8, or a part of it, are taken."""
    assert parse(JSON, {"charset": charset}, '{"a":"é"}'.encode()).fields == {"a": "é"}


@pytest.mark.parametrize("charset", ["bogus", "utf-16", "latin-1", "\xff"])
def test_another_charset_is_refused(charset: str) -> None:
    """JSON in any other encoding is none (RFC 8259)."""
    with pytest.raises(ApiError, match="charset=") as refused:
        parse(JSON, {"charset": charset}, b"{}")

    assert code_of(refused) == "invalid_json"


@pytest.mark.parametrize("raw", [b"[]", b"null", b'"x"', b"1", b"true"])
def test_json_that_is_no_object_is_refused(raw: bytes) -> None:
    """A request has fields."""
    with pytest.raises(ApiError, match="must be a JSON object") as refused:
        parse(JSON, {}, raw)

    assert code_of(refused) == "invalid_type"


@given(st.binary(max_size=200))
def test_no_bytes_break_the_json_parser(raw: bytes) -> None:
    """Whatever comes is an object or a client's error."""
    try:
        body = parse(JSON, {}, raw)
    except ApiError:
        return

    assert isinstance(body.fields, dict)


NESTS = [(b"[", b"]"), (b'{"a":', b"}")]


@pytest.mark.parametrize(("opening", "closing"), NESTS, ids=["lists", "objects"])
@pytest.mark.parametrize("depth", [2000, 100_000])
def test_deep_nesting_is_refused(opening: bytes, closing: bytes, depth: int) -> None:
    """Nesting ends in an answer, never in an exhausted stack."""
    with pytest.raises(ApiError) as refused:
        parse(JSON, {}, b'{"a":' + opening * depth + b"1" + closing * depth + b"}")

    assert code_of(refused) == "invalid_json"


@pytest.mark.parametrize(("opening", "closing"), NESTS, ids=["lists", "objects"])
def test_nesting_that_people_write_is_read(opening: bytes, closing: bytes) -> None:
    """A hundred levels are no trouble."""
    raw = b'{"a":' + opening * 100 + b"1" + closing * 100 + b"}"

    assert set(parse(JSON, {}, raw).fields) == {"a"}


def test_a_repeated_key_is_named() -> None:
    """The outermost object's repeated keys are named; inner objects are nobody's fields."""
    body = parse(JSON, {}, b'{"a":{"b":1,"b":2},"c":1,"c":{"d":1},"e":[{"f":1,"f":2}]}')

    assert body.repeated == {"c"}


def test_an_exhausted_stack_is_the_callers_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the second look at a body runs out of stack, the nesting is refused."""

    def exhausted(*_: object, **__: object) -> None:
        raise RecursionError

    monkeypatch.setattr("json.loads", exhausted)
    with pytest.raises(ApiError, match="nested too deeply") as refused:
        parse(JSON, {}, b'{"a":{"b":1}}')

    assert code_of(refused) == "invalid_json"


@given(
    st.dictionaries(st.sampled_from("abc"), VALUES, min_size=1),
    st.sampled_from("abcd"),
    VALUES,
)
def test_every_repeated_key_is_noticed(fields: dict[str, object], name: str, again: object) -> None:
    """A repeated key is named, whatever else the object contains."""
    more = b",%b :%b}" % (orjson.dumps(name), orjson.dumps(again))
    body = parse(JSON, {}, orjson.dumps(fields)[:-1] + more)

    assert body.repeated == ({name} if name in fields else frozenset())
