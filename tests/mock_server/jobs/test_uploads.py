"""Files are judged by their first bytes, whatever they are called."""

import pytest

from mock_server.http.errors import ApiError
from mock_server.http.exchange import Upload
from mock_server.jobs.uploads import is_clip, is_image, require_clip, require_image
from mock_server.settings import Settings
from tests.mock_server.inprocess import fake_gateway
from tests.mock_server.samples import JPEG, MP4, PNG, WEBP

TYPES = ("image/png", "image/webp")
WEBM = b"\x1a\x45\xdf\xa3" + bytes(8)
GIF, ZIP, WAV = b"GIF89a" + bytes(6), b"PK\x03\x04" + bytes(8), b"RIFF" + bytes(4) + b"WAVE"


def test_three_formats_are_images() -> None:
    """PNG, JPEG and WebP, which the guide of OpenAI's video API names."""
    found = [is_image(start) for start in (PNG, JPEG, WEBP, GIF, ZIP, WAV, MP4, b"")]

    assert found == [True] * 3 + [False] * 5


def test_two_containers_are_clips() -> None:
    """MP4 with its sisters, and WebM."""
    found = [is_clip(start) for start in (MP4, WEBM, PNG, ZIP, WAV, b"ftyp", b"")]

    assert found == [True] * 2 + [False] * 5


@pytest.mark.parametrize("content", [GIF, b"", b"<svg/>"])
def test_another_file_is_no_image(content: bytes) -> None:
    """Its name and declared type do not make it one."""
    upload = Upload("photo.png", "image/png", content)
    with pytest.raises(ApiError, match="PNG") as refused:
        require_image({"input_reference": upload}, TYPES)

    assert (refused.value.error_kind.code, refused.value.param) == (
        "invalid_image",
        "input_reference",
    )


@pytest.mark.parametrize("content", [PNG, b"", b"not a film"])
def test_another_file_is_no_clip(content: bytes) -> None:
    """An uploaded video must be one."""
    upload = Upload("clip.mp4", "video/mp4", content)
    with pytest.raises(ApiError, match="MP4") as refused:
        require_clip({"video": upload})

    assert (refused.value.error_kind.code, refused.value.param) == ("invalid_video", "video")


def test_no_file_is_no_fault() -> None:
    """Whether a file must be there is the contract's to say."""
    require_image({}, TYPES)
    require_clip({"other": Upload("a", "b", b"c")})


@pytest.mark.parametrize("declared", ["", "image/png", "IMAGE/PNG; q=1", "image/webp"])
def test_a_declared_type_is_one_of_the_dialect(declared: str) -> None:
    """A part that declares nothing is judged by its bytes alone."""
    require_image({"input_reference": Upload("photo", declared, PNG)}, TYPES)


@pytest.mark.parametrize("declared", ["application/octet-stream", "text/plain", "image/gif", "x"])
def test_another_declared_type_is_refused(declared: str) -> None:
    """Whatever the bytes are: the message names what was declared and what may be."""
    with pytest.raises(ApiError, match="image/webp") as refused:
        require_image({"input_reference": Upload("photo.png", declared, PNG)}, TYPES)

    assert refused.value.error_kind.code == "unsupported_file_mimetype"
    assert declared in refused.value.message


@pytest.mark.parametrize(
    ("dialect", "declared", "status"),
    [
        ("openai", "application/octet-stream", 400),
        ("openai", "text/plain", 400),
        ("openai", "image/png", 200),
        ("gateway", "application/octet-stream", 200),
        ("gateway", "text/plain", 400),
        ("new-api", "application/octet-stream", 200),
    ],
)
def test_dialects_differ_in_the_types_they_take(dialect: str, declared: str, status: int) -> None:
    """OpenAI goes by the declared type; new-api looks into a file that says nothing of itself."""
    with fake_gateway(Settings(dialect=dialect)) as fake, fake.client("uploads") as client:
        answer = client.post(
            "/v1/videos",
            data={"model": "sora-2", "prompt": "A cat"},
            files={"input_reference": ("upload", PNG, declared)},
        )

    assert answer.status_code == status, answer.text
