"""Whole media, parts of it and "not modified", held against slices of bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers
from starlette.responses import Response

from mock_server.media import (
    Asked,
    Media,
    PreconditionFailedError,
    RangeNotSatisfiableError,
    content_response,
)

FILM = Media(b"0123456789", "video/mp4", '"abc"')
# The instant of Last-Modified below, and half a second.
MADE = 1_445_412_480_500
DATE = "Wed, 21 Oct 2015 07:28:00 GMT"
BEFORE, AFTER = "Wed, 21 Oct 2015 07:27:59 GMT", "Thu, 22 Oct 2015 07:28:00 GMT"
BODIES = st.binary(min_size=1, max_size=40)
PLACES = st.integers(0, 50)


def answer(media: Media = FILM, method: str = "GET", **headers: str) -> Response:
    """The response to a request with `headers`, named with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return content_response(media, Asked(method, Headers(named), MADE))


def assert_part(media: Media, header: str, part: bytes, start: int) -> None:
    """`header` is answered with `part`, or refused when there is nothing of it."""
    if not part:
        with pytest.raises(RangeNotSatisfiableError):
            answer(media, range=header)
        return
    response = answer(media, range=header)

    assert (response.status_code, response.body) == (206, part)
    assert response.headers["content-length"] == str(len(part))
    stop = start + len(part) - 1
    assert response.headers["content-range"] == f"bytes {start}-{stop}/{len(media.body)}"


@given(BODIES, PLACES, PLACES)
def test_a_closed_range_is_a_slice(body: bytes, first: int, more: int) -> None:
    """`first-last` includes both ends, and an end beyond the media means its end."""
    part = body[first : first + more + 1]

    assert_part(Media(body, "video/mp4", '"x"'), f"bytes={first}-{first + more}", part, first)


@given(BODIES, PLACES)
def test_an_open_range_is_the_rest(body: bytes, first: int) -> None:
    """`first-` is everything from there on."""
    assert_part(Media(body, "video/mp4", '"x"'), f"bytes={first}-", body[first:], first)


@given(BODIES, st.integers(1, 50))
def test_a_suffix_is_the_end(body: bytes, last: int) -> None:
    """`-last` is that many bytes from the end, or all when there are fewer."""
    start = max(0, len(body) - last)

    assert_part(Media(body, "video/mp4", '"x"'), f"bytes=-{last}", body[-last:], start)


@pytest.mark.parametrize(
    "header", ["bytes=-0", "bytes=-000", "bytes=10-", "bytes=99-", f"bytes={'9' * 5000}-"]
)
def test_a_range_without_a_byte_is_refused(header: str) -> None:
    """The last 0 bytes are as little there as those beyond the end."""
    with pytest.raises(RangeNotSatisfiableError):
        answer(range=header)


@pytest.mark.parametrize(
    "header", [f"bytes=0-{'9' * 5000}", f"bytes=-{'9' * 5000}", "Bytes=0-", "bytes= 0-9 "]
)
def test_a_range_may_say_more_than_there_is(header: str) -> None:
    """However long its numbers are, and however its unit is written."""
    assert (answer(range=header).status_code, answer(range=header).body) == (206, FILM.body)


@given(st.text(st.characters(max_codepoint=255)))
def test_no_range_header_breaks_the_answer(text: str) -> None:
    """Whatever the header says, the answer is all, a slice, or the refusal."""
    try:
        response = answer(range=text)
    except RangeNotSatisfiableError:
        return

    assert bytes(response.body) in FILM.body
    assert response.status_code == (206 if "content-range" in response.headers else 200)


@pytest.mark.parametrize(
    "header",
    [
        *("bytes=0-1,4-5", "bytes=5-2", "bytes=a-b", "bytes=", "bytes=-", "bytes", "items=0-1"),
        *("0-1", "bytes=1_0-", "bytes=+1-2", "bytes=0-1,", "bytes 0-1", "bytes=0x1-2"),
    ],
)
def test_ranges_nobody_serves_are_ignored(header: str) -> None:
    """Several ranges, malformed ones and other units get the whole media."""
    response = answer(range=header)

    assert (response.status_code, response.body) == (200, FILM.body)
    assert "content-range" not in response.headers


def test_a_whole_answer_says_what_it_is() -> None:
    """Type, length, validator and the offer of ranges come with every whole answer."""
    assert dict(answer().headers) == {
        "etag": '"abc"',
        "accept-ranges": "bytes",
        "content-length": "10",
        "content-type": "video/mp4",
        "last-modified": DATE,
    }


def test_a_part_carries_type_and_validator() -> None:
    """A part names its media's type and validator, so that parts can be joined."""
    headers = answer(range="bytes=0-3").headers

    assert (headers["content-type"], headers["etag"]) == ("video/mp4", '"abc"')
    assert headers["accept-ranges"] == "bytes"


def test_a_range_beyond_the_end_reports_the_size() -> None:
    """The refusal carries what a 416 needs; its body is the caller's."""
    with pytest.raises(RangeNotSatisfiableError) as caught:
        answer(range="bytes=10-")

    assert caught.value.headers["Content-Range"] == "bytes */10"


@pytest.mark.parametrize(
    ("if_range", "status"),
    [('"abc"', 206), ('"old"', 200), ('W/"abc"', 200), ("Wed, 21 Oct 2015 07:28:00 GMT", 200)],
)
def test_a_part_is_sent_only_of_the_media_the_client_began(if_range: str, status: int) -> None:
    """If-Range needs the strong validator; any other answers with everything."""
    assert answer(range="bytes=0-3", if_range=if_range).status_code == status


def test_a_stale_part_beyond_the_end_is_no_error() -> None:
    """When If-Range fails the range does not count, satisfiable or not."""
    assert answer(range="bytes=10-", if_range='"old"').status_code == 200


@pytest.mark.parametrize("known", ['"abc"', 'W/"abc"', '"x", "abc"', "*"])
def test_what_the_client_has_is_not_sent_again(known: str) -> None:
    """A matching If-None-Match, weak or strong, is answered 304 with no body, range or not."""
    response = answer(if_none_match=known, range="bytes=99-")

    assert (response.status_code, response.body) == (304, b"")
    assert response.headers["etag"] == '"abc"'
    assert "content-length" not in response.headers


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        ({"if_match": '"old"'}, "If-Match"),
        ({"if_match": 'W/"abc"'}, "If-Match"),
        ({"if_match": '"old"', "if_unmodified_since": AFTER}, "If-Match"),
        ({"if_match": '"old"', "if_none_match": '"abc"', "range": "bytes=99-"}, "If-Match"),
        ({"if_unmodified_since": BEFORE}, "If-Unmodified-Since"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_is_not_asked_for_is_not_sent(method: str, headers: dict[str, str], name: str) -> None:
    """If-Match needs the strong validator, If-Unmodified-Since a date not before the media's."""
    with pytest.raises(PreconditionFailedError, match=name):
        answer(FILM, method, **headers)


@pytest.mark.parametrize(
    "headers",
    [
        {"if_match": '"abc"'},
        {"if_match": '"x", "abc"'},
        {"if_match": "*"},
        {"if_match": '"abc"', "if_unmodified_since": BEFORE},
        {"if_unmodified_since": DATE},
        {"if_unmodified_since": "yesterday"},
        {"if_unmodified_since": "Wed, 99 Oct 2015 07:28:00 GMT"},
        {"if_modified_since": BEFORE},
        {"if_modified_since": DATE, "if_none_match": '"old"'},
    ],
)
def test_what_is_asked_for_is_sent(headers: dict[str, str]) -> None:
    """The entity tag counts before the date, and what is no date is no condition."""
    assert answer(FILM, "GET", **headers).status_code == 200


@pytest.mark.parametrize("date", [DATE, AFTER])
def test_what_has_not_changed_since_is_not_sent_again(date: str) -> None:
    """If-Modified-Since is answered 304 where the media is not younger."""
    assert answer(if_modified_since=date).status_code == 304


@pytest.mark.parametrize("modified", [None, 10**18])
def test_without_a_date_no_condition_on_it_counts(modified: int | None) -> None:
    """Media without a known instant, or with one beyond HTTP dates, has no Last-Modified."""
    headers = Headers({"If-Unmodified-Since": BEFORE, "If-Modified-Since": AFTER})
    response = content_response(FILM, Asked("GET", headers, modified))

    assert response.status_code == 200
    assert "last-modified" not in response.headers


def test_another_validator_gets_the_media() -> None:
    """If-None-Match with other validators only changes nothing."""
    assert answer(if_none_match='"x", W/"y"').status_code == 200


def test_repeated_header_lines_count_as_one_list() -> None:
    """Two lines are the same as one line with a comma: a list of tags, or two ranges."""
    tags = Headers(raw=[(b"if-none-match", b'"x"'), (b"if-none-match", b'"abc"')])
    ranges = Headers(raw=[(b"range", b"bytes=0-1"), (b"range", b"bytes=4-5")])

    assert content_response(FILM, Asked("GET", tags)).status_code == 304
    assert content_response(FILM, Asked("GET", ranges)).status_code == 200


def test_head_describes_the_whole_without_sending_it() -> None:
    """HEAD has the headers of the whole answer and no body; ranges are for GET only."""
    response = answer(method="HEAD", range="bytes=0-3")

    assert (response.status_code, response.body) == (200, b"")
    assert dict(response.headers) == dict(answer().headers)
