"""The classification of a request before it is sent."""

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.contract.bodies import BOUNDARY, body_of, encode, request_of
from contract_tests.guard.classification import (
    NO_MODEL,
    RequestKind,
    absent_id,
    classify,
    is_absent,
)
from contract_tests.wire.exchange import Request
from openapi.contract.requests import RequestVariant
from tests.contract_tests.connections import CONTRACT, CREATE, FORM, JSON, READ

VARIANTS = [
    each for each in CONTRACT.variants if not CONTRACT.operation(each.operation).is_of_webhooks
]
MUST_BE_REFUSED, MAY_CREATE = RequestKind.MUST_BE_REFUSED, RequestKind.MAY_CREATE
MAY_BE_ACCEPTED = RequestKind.MAY_BE_ACCEPTED
ABSENT = absent_id(Random(1), CONTRACT.dialect.ids)


@pytest.mark.parametrize("each", VARIANTS, ids=lambda v: f"{v.operation} {v.media_type} {v.name}")
def test_every_documented_request_may_create(each: RequestVariant) -> None:
    """The sample of every documented request counts as a create, whether it has a key or none."""
    path = each.path.replace("{video_id}", "video_1")
    request = request_of(each, body_of(each), path)

    for keyed in (request, request.with_headers(authorization=None)):
        assert classify(CONTRACT, keyed) is MAY_CREATE


@pytest.mark.parametrize(
    "each", [v for v in VARIANTS if v.required], ids=lambda v: f"{v.media_type} {v.name}"
)
def test_a_request_without_a_required_field_may_be_accepted(each: RequestVariant) -> None:
    """Without its last required field no documented request is left, but a target may not look."""
    body = body_of(each, **{each.required[-1]: None})
    request = request_of(each, body, each.path.replace("{video_id}", "video_1"))
    without_key = request.with_headers(authorization="Bearer sk-unknown")

    assert classify(CONTRACT, request) is MAY_BE_ACCEPTED
    assert classify(CONTRACT, without_key) is MUST_BE_REFUSED


@pytest.mark.parametrize(
    ("request_", "kind"),
    [
        (READ, RequestKind.READ),
        (Request("HEAD", "/v1/videos/video_1/content"), RequestKind.READ),
        (Request("GET", "/v1/account"), RequestKind.UNLISTED),
        (Request("DELETE", "/v1/videos/video_1"), RequestKind.DELETE),
        (Request("DELETE", "/v1/videos"), RequestKind.UNLISTED),
        (Request("PUT", "/v1/videos"), MUST_BE_REFUSED),
        (Request("PUT", f"/v1/videos/{ABSENT}"), MUST_BE_REFUSED),
        (Request("PUT", "/v1/videos/video_1"), RequestKind.UNLISTED),
        (CREATE.with_headers(content_type="text/plain"), MAY_BE_ACCEPTED),
        (CREATE.with_headers(content_type="Application/JSON"), MAY_CREATE),
        (
            CREATE.with_headers(content_type="application/json; charset=utf-8"),
            MAY_CREATE,
        ),
        (
            CREATE.with_headers(content_type="application/json; charset=no"),
            MUST_BE_REFUSED,
        ),
        (CREATE.with_headers(content_type="multipart/form-data"), MUST_BE_REFUSED),
        (request_of(JSON, body_of(JSON, model=NO_MODEL)), MAY_BE_ACCEPTED),
        (request_of(JSON, body_of(JSON, model=NO_MODEL, prompt=None)), MUST_BE_REFUSED),
        (request_of(JSON, body_of(JSON, model="sora-3")), MAY_CREATE),
        (request_of(JSON, body_of(JSON, model="sora-3", prompt=None)), MAY_BE_ACCEPTED),
        (request_of(JSON, body_of(JSON, model="veo_3_1")), MAY_BE_ACCEPTED),
        (request_of(JSON, body_of(JSON, model=None)), MAY_BE_ACCEPTED),
        (request_of(JSON, body_of(JSON, model=None, prompt=None)), MUST_BE_REFUSED),
        (request_of(FORM, body_of(FORM, seconds="7")), MAY_CREATE),
        (
            request_of(FORM, body_of(FORM, seconds="7", model="sora-2-pro")),
            MAY_BE_ACCEPTED,
        ),
        (request_of(FORM, body_of(FORM, size="7")), MAY_BE_ACCEPTED),
        (
            Request("POST", "/v1/videos", CREATE.headers, b"[" * 100_000),
            MUST_BE_REFUSED,
        ),
        (Request("POST", "/v1/videos", CREATE.headers, b"\xff{"), MUST_BE_REFUSED),
    ],
)
def test_a_request_is_judged_as_the_contract_has_it(request_: Request, kind: RequestKind) -> None:
    """Method, path, media type and body decide what a request can do; an inferred list does not."""
    assert classify(CONTRACT, request_) is kind


def test_a_field_that_stands_twice_makes_a_form_a_create() -> None:
    """Where servers differ in how they read a form, the dearer reading counts."""
    pairs: list[tuple[str, Any]] = [*body_of(FORM).items(), ("model", "__probe__")]
    headers = request_of(FORM, {}).headers

    for order in (pairs, pairs[::-1]):
        request = Request("POST", "/v1/videos", headers, encode(order))
        assert classify(CONTRACT, request) is MAY_CREATE


@pytest.mark.parametrize("odd", [b"", b'; name="\xf0"', b"; filename=a"])
def test_a_part_that_only_some_servers_read_makes_no_form_harmless(odd: bytes) -> None:
    """A documented form counts as a create, whatever odd part stands beside its fields."""
    part = b"--%s\r\nContent-Disposition: form-data%s\r\n\r\nx\r\n" % (BOUNDARY.encode(), odd)
    request = request_of(FORM, body_of(FORM))
    longer = Request("POST", request.target, request.headers, part + request.body)

    assert classify(CONTRACT, longer) is MAY_CREATE


@pytest.mark.parametrize("text", ['"\\ud800"', "1e999", "1" * 5000])
def test_json_of_any_oddity_is_judged(text: str) -> None:
    """A value that no validator can hold never stops the judgement."""
    body = request_of(JSON, body_of(JSON)).body.replace(b"{", b'{"odd": %s, ' % text.encode(), 1)

    assert classify(CONTRACT, Request("POST", "/v1/videos", CREATE.headers, body)) in (
        MAY_CREATE,
        MUST_BE_REFUSED,
    )


@pytest.mark.parametrize("name", ["", "I\x10m\\"])
def test_a_part_that_names_no_field_is_judged_as_if_it_were_not_there(name: str) -> None:
    """A form's part without a name, or with one that cannot be read, changes nothing."""
    headers = request_of(FORM, {}).headers

    for body, kind in (
        (body_of(FORM), MAY_CREATE),
        (body_of(FORM, model=NO_MODEL), MAY_BE_ACCEPTED),
    ):
        request = Request("POST", "/v1/videos", headers, encode([*body.items(), (name, "text")]))
        assert classify(CONTRACT, request) is kind


def test_a_body_that_no_schema_can_be_asked_about_may_create() -> None:
    """What cannot be judged counts as a create: the cheaper mistake."""
    lone = request_of(JSON, body_of(JSON, prompt="\ud800"))

    assert classify(CONTRACT, lone) is MAY_CREATE


@given(st.integers(0, 2**64))
def test_a_job_that_never_existed_is_known_by_its_id(number: int) -> None:
    """A request about such a job must be refused, in the path and in the body."""
    job = absent_id(Random(number), CONTRACT.dialect.ids)
    remix = CONTRACT.operation("remixVideo").variants[-1]
    edit = next(v for v in CONTRACT.operation("editVideo").variants if v.component == "EditJson")

    assert is_absent(job)
    assert classify(CONTRACT, request_of(remix, body_of(remix), f"/v1/videos/{job}/remix")) is (
        MUST_BE_REFUSED
    )
    assert classify(CONTRACT, request_of(edit, body_of(edit, video={"id": job}))) is MUST_BE_REFUSED
    assert (
        classify(CONTRACT, request_of(edit, body_of(edit, video={"id": "video_1"}))) is MAY_CREATE
    )


@given(st.binary(max_size=300))
def test_no_body_is_too_broken_to_judge(body: bytes) -> None:
    """Whatever bytes a create holds, it is judged; bytes at random are no documented request."""
    for headers in (CREATE.headers, request_of(FORM, {}).headers):
        request = Request("POST", "/v1/videos", headers, body)
        assert classify(CONTRACT, request) is MUST_BE_REFUSED
