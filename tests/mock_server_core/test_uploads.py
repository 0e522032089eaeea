"""Files are judged by their first bytes, whatever they are called."""

import pytest

from mock_server.errors import ApiError
from mock_server.exchange import Upload
from mock_server.uploads import is_clip, is_image, require_clip, require_image
from tests.mock_server_core.samples import JPEG, MP4, PNG, WEBP

WEBM = b"\x1a\x45\xdf\xa3" + bytes(8)
GIF, ZIP, WAV = b"GIF89a" + bytes(6), b"PK\x03\x04" + bytes(8), b"RIFF" + bytes(4) + b"WAVE"


def test_three_formats_are_images() -> None:
    """PNG, JPEG and WebP, which the guide of OpenAI's video API names."""
    told = [is_image(start) for start in (PNG, JPEG, WEBP, GIF, ZIP, WAV, MP4, b"")]

    assert told == [True] * 3 + [False] * 5


def test_two_containers_are_clips() -> None:
    """MP4 with its sisters, and WebM."""
    told = [is_clip(start) for start in (MP4, WEBM, PNG, ZIP, WAV, b"ftyp", b"")]

    assert told == [True] * 2 + [False] * 5


@pytest.mark.parametrize("content", [GIF, b"", b"<svg/>"])
def test_another_file_is_no_image(content: bytes) -> None:
    """Its name and declared type do not matter."""
    upload = Upload("photo.png", "image/png", content)
    with pytest.raises(ApiError, match="PNG") as refused:
        require_image({"input_reference": upload})

    assert (refused.value.situation.code, refused.value.param) == (
        "invalid_image",
        "input_reference",
    )


@pytest.mark.parametrize("content", [PNG, b"", b"not a film"])
def test_another_file_is_no_clip(content: bytes) -> None:
    """An uploaded video must be one."""
    upload = Upload("clip.mp4", "video/mp4", content)
    with pytest.raises(ApiError, match="MP4") as refused:
        require_clip({"video": upload})

    assert (refused.value.situation.code, refused.value.param) == ("invalid_video", "video")


def test_no_file_is_no_fault() -> None:
    """Whether a file must be there is the contract's to say."""
    require_image({})
    require_clip({"other": Upload("a", "b", b"c")})
