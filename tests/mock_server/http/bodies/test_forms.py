"""Forms: parts in, fields and files out; anything malformed is a client's error."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.http.bodies.forms import parse_form
from mock_server.http.errors import ApiError
from mock_server.http.exchange import Body, Upload

EDGE = b"edge"
NAMES = st.text(
    st.characters(exclude_characters='"\\\r\n;', exclude_categories=("Cs", "Cc")), min_size=1
)
TEXTS = st.text(max_size=40).filter(lambda text: "--edge" not in text)
CONTENTS = st.binary(max_size=40).filter(lambda content: b"--edge" not in content)


def part(name: str, content: bytes, more: str = "") -> bytes:
    """One part; ``more`` goes behind its name."""
    return f'Content-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + content


def whole(*parts: bytes) -> bytes:
    """A complete form."""
    return b"".join(b"--edge\r\n" + each + b"\r\n" for each in parts) + b"--edge--\r\n"


def refused(raw: bytes, boundary: bytes = EDGE) -> str:
    """Why a form is refused."""
    with pytest.raises(ApiError) as error:
        parse_form(raw, boundary)
    assert error.value.error_kind.code == "invalid_multipart"
    return error.value.message


@given(st.dictionaries(NAMES, TEXTS, max_size=5))
def test_text_parts_are_fields(fields: dict[str, str]) -> None:
    """Names and texts of any script come through unchanged."""
    raw = whole(*(part(name, text.encode()) for name, text in fields.items()))

    assert parse_form(raw, EDGE) == Body(fields)


@given(CONTENTS, st.text(st.characters(min_codepoint=35, max_codepoint=90)))
def test_a_part_with_a_file_name_is_a_file(content: bytes, filename: str) -> None:
    """Its bytes are untouched, and its name is data whatever it looks like."""
    found = parse_form(whole(part("image", content, f'; filename="{filename}"')), EDGE)

    assert found.files["image"].body == content
    assert found.fields == {}


def test_a_file_says_what_it_is() -> None:
    """File name and media type are kept."""
    raw = whole(part("image", b"x", '; filename="../a.png"\r\nContent-Type: image/png'))

    assert parse_form(raw, EDGE).files == {"image": Upload("../a.png", "image/png", b"x")}


@pytest.mark.parametrize("kind", ["image/png", "video/mp4", "application/octet-stream"])
def test_a_file_needs_no_name(kind: str) -> None:
    """A part of a file's media type is a file, with or without a file name (RFC 7578)."""
    found = parse_form(whole(part("image", b"x", f"\r\nContent-Type: {kind}")), EDGE)

    assert found.files == {"image": Upload("", kind, b"x")}


@pytest.mark.parametrize("kind", ["text/plain", "text/plain; charset=utf-8", "application/json"])
def test_a_typed_text_is_a_text(kind: str) -> None:
    """A media type alone makes no file of a text."""
    found = parse_form(whole(part("prompt", b"hi", f"\r\nContent-Type: {kind}")), EDGE)

    assert found.fields == {"prompt": "hi"}


def test_repeated_names_are_named() -> None:
    """The last of them counts, and the name is noted, also where one is a file."""
    raw = whole(
        part("a", b"1"), part("a", b"2"), part("b", b"3"), part("b", b"4", '; filename="f"'),
        part("c", b"5"),
    )  # fmt: skip
    found = parse_form(raw, EDGE)

    assert (sorted(found.repeated), found.fields["a"], list(found.files)) == (
        ["a", "b"],
        "2",
        ["b"],
    )


def test_an_empty_form_has_no_fields() -> None:
    """Only the closing boundary is a form of nothing."""
    assert parse_form(b"--edge--\r\n", EDGE) == Body()


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "does not begin with the boundary"),
        (whole(part("a", b"1"))[:-4], "ends before its closing boundary"),
        (whole(part("a", b"1")).replace(b"edge", b"other"), "boundary"),
        (b"hello" + whole(part("a", b"1")), "boundary"),
        (whole(b"Content-Disposition: form-data\r\n\r\n1"), "Missing name"),
        (whole(b"Content-Type: text/plain\r\n\r\n1"), "Missing Content-Disposition"),
        (whole(b"\r\n1"), "Missing Content-Disposition"),
        (whole(part("a", b"1", "\r\n folded: 1")), "continuation"),
        (whole(part("a", b"\xff")), "'a' is not UTF-8"),
        (whole(b'Content-Disposition: form-data; name="\xff"\r\n\r\n1'), "name' is not UTF-8"),
        (whole(b"Bad Header: 1\r\n\r\n1"), "Invalid segment header name"),
        (whole(b"X: " + b"y" * 20_000 + b"\r\n\r\n1"), "header"),
        (whole(*[part("a", b"1")] * 1001), "more than 1000 parts"),
    ],
)
def test_a_malformed_form_is_refused_with_its_reason(raw: bytes, reason: str) -> None:
    """Nothing is guessed and nothing is half taken."""
    assert reason in refused(raw)


def test_a_form_without_a_boundary_is_refused() -> None:
    """The Content-Type has to name one, of a length that can be one."""
    assert "names no boundary" in refused(whole(), b"")
    assert "over 256 bytes" in refused(whole(), b"x" * 1000)


@given(st.binary(max_size=200), st.binary(max_size=8))
def test_no_bytes_break_the_form_parser(raw: bytes, boundary: bytes) -> None:
    """Whatever comes is a form or a client's error."""
    try:
        body = parse_form(raw, boundary)
    except ApiError:
        return

    assert boundary in raw
    assert isinstance(body, Body)


@given(st.lists(st.sampled_from([b"--edge", b"--", b"\r\n", b"\r", b"name=a", b": ", b"x"])))
def test_no_shape_of_a_form_breaks_the_parser(pieces: list[bytes]) -> None:
    """Nor do bytes that look like parts of a form, and only a closed form is one."""
    raw = b"--edge\r\nContent-Disposition: form-data; " + b"".join(pieces)
    try:
        parse_form(raw, EDGE)
    except ApiError:
        return

    assert b"--edge--" in raw


def test_a_file_input_nobody_used_counts_as_not_sent(client: httpx.Client) -> None:
    """A browser sends an unused file input as an empty part; the request is valid without it."""
    fields = {"model": (None, "sora-2"), "prompt": (None, "A cat")}

    as_text = client.post("/v1/videos", files={**fields, "input_reference": (None, "")})
    part = b'--x\r\nContent-Disposition: form-data; name="input_reference"; filename=""\r\n\r\n\r\n'
    rest = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\nsora-2\r\n' % name
        for name in (b"model", b"prompt")
    )
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    as_file = client.post("/v1/videos", content=part + rest + b"--x--\r\n", headers=kind)

    assert (as_text.status_code, as_file.status_code) == (200, 200)
