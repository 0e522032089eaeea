"""Bodies that were compressed on their way are read within the limits that bodies have."""

import gzip
import zlib
from typing import Any

import httpx
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.http.limits import BodyLimits, ConnectionLimits
from mock_server.settings import Settings
from tests.mock_server.inprocess import Fake, fake_gateway
from tests.mock_server.samples import SORA, error_of
from tests.mock_server.wire import FORM, form_of, head, loopback, part, send

BODY = orjson.dumps(SORA)
PACKED = gzip.compress(BODY, mtime=0)
BROKEN = {
    "nothing": b"",
    "not packed": BODY,
    "cut off": PACKED[:-9],
    "more behind it": PACKED + b"more",
    "its first bytes": b"\x1f\x8b",
}
LIMIT = 5_000_000


def raw_deflate(body: bytes) -> bytes:
    """Deflate without the header that it should have, as many clients send it."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


def created(client: httpx.Client, body: bytes, coding: str) -> httpx.Response:
    """The response to a create with that Content-Encoding."""
    headers = {"Content-Type": "application/json", "Content-Encoding": coding}
    return client.post("/v1/videos", content=body, headers=headers)


SENT = {
    "gzip": PACKED,
    "GZIP": PACKED,
    "x-gzip": PACKED,
    "deflate": zlib.compress(BODY),
    " deflate ": raw_deflate(BODY),
    "identity": BODY,
    "": BODY,
}


@pytest.mark.parametrize("coding", SENT)
def test_a_compressed_body_is_read(client: httpx.Client, coding: str) -> None:
    """As if it had been sent as it is, deflate with and without its header."""
    answer = created(client, SENT[coding], coding)

    assert answer.status_code == 200, answer.text
    assert answer.json()["model"] == SORA["model"]


def test_a_compressed_form_is_read(client: httpx.Client) -> None:
    """Forms are decoded as JSON is."""
    form = form_of(part("model", b"sora-2"), part("prompt", b"A cat"))
    headers = {"Content-Type": FORM, "Content-Encoding": "gzip"}
    answer = client.post("/v1/videos", content=gzip.compress(form), headers=headers)

    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("coding", ["br", "zstd", "compress", "gzip, gzip", "gzip, br", "x" * 999])
def test_another_coding_is_named(client: httpx.Client, coding: str) -> None:
    """415 says which it was, and which are taken."""
    answer = created(client, BODY, coding)

    assert (answer.status_code, answer.headers["accept-encoding"]) == (415, "gzip, deflate")
    assert f"Content-Encoding '{coding[:100]}" in error_of(answer)["message"]


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
@pytest.mark.parametrize("name", BROKEN)
def test_a_body_that_is_not_in_its_coding_is_refused(
    client: httpx.Client, coding: str, name: str
) -> None:
    """Whatever is missing of it, and whatever is behind its end."""
    answer = created(client, BROKEN[name], coding)

    assert answer.status_code == 415
    assert coding in error_of(answer)["message"]


@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate"]))
def test_no_body_in_a_coding_fails_the_server(fake: Fake, body: bytes, coding: str) -> None:
    """It is refused, or what it holds is."""
    with fake.client("coded") as client:
        assert created(client, body, coding).status_code in (400, 415)


@pytest.mark.parametrize("over", [0, 1])
def test_a_body_is_held_to_its_limit_decoded(over: int) -> None:
    """A small body may hold a large one; the limit is for what is made of it."""
    padded: dict[str, Any] = {**SORA, "x": ""}
    padded["x"] = "a" * (LIMIT - len(orjson.dumps(padded)) + over)
    with fake_gateway(Settings(body=BodyLimits(size=LIMIT))) as fake, fake.client("bomb") as client:
        answer = created(client, gzip.compress(orjson.dumps(padded)), "gzip")

    assert answer.status_code == (413 if over else 200)


def test_what_is_decoded_counts_with_all_bodies() -> None:
    """Many small bodies cannot be made many large ones: 503 where there is no room for more."""
    sent = gzip.compress(b"{" + b" " * LIMIT + b"}")
    headers = {
        **{"Authorization": "Bearer coded", "Content-Type": "application/json"},
        **{"Content-Encoding": "gzip", "Content-Length": str(len(sent))},
    }
    settings = Settings(
        body=BodyLimits(size=LIMIT + 2), connections=ConnectionLimits(bodies=LIMIT + 2)
    )
    with loopback(settings) as address:
        answer = send(address, head("POST", "/v1/videos", headers) + sent)

    assert (answer.status, answer.json()["error"]["code"]) == (503, "too_many_bodies")
