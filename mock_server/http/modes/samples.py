"""A small valid body of a media type, for a contract that documents no more than the type."""

import struct
from collections.abc import Callable, Mapping
from functools import cache
from io import BytesIO

from PIL import Image

from mock_server.media.film import film_of_one_colour
from mock_server.media.scene import Colour

# In pixels; of a grey picture.
_SIDE, _GREY = 16, 128
_CONCRETE = {
    "video/*": "video/mp4",
    "image/*": "image/png",
    "audio/*": "audio/wav",
    "text/*": "text/plain",
    "application/*": "application/octet-stream",
    "*/*": "application/octet-stream",
}


@cache
def sample_of(media_type: str) -> tuple[bytes, str]:
    """A body, and its media type without a wildcard: ``video/*`` is sent as ``video/mp4``.

    A type that is not known here gets a few bytes that are none of a format.
    """
    bare = media_type.partition(";")[0].strip().lower()
    concrete = _CONCRETE.get(bare)
    make = _MAKERS.get(concrete or bare)
    return make() if make else b"sample\n", concrete or media_type


def _mp4() -> bytes:
    return film_of_one_colour(_SIDE, _SIDE, Colour(_GREY, _GREY, _GREY))


def _picture(form: str) -> bytes:
    file = BytesIO()
    Image.new("L", (_SIDE, _SIDE), _GREY).save(file, form)
    return file.getvalue()


def _wav() -> bytes:
    samples = bytes([_GREY]) * 8
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 8000, 8000, 1, 8)
    data = form + struct.pack("<4sI", b"data", len(samples)) + samples
    return struct.pack("<4sI4s", b"RIFF", len(data) + 4, b"WAVE") + data


def _zip() -> bytes:
    return b"PK\x05\x06" + bytes(18)


_MAKERS: Mapping[str, Callable[[], bytes]] = {
    "video/mp4": _mp4,
    "image/png": lambda: _picture("PNG"),
    "image/jpeg": lambda: _picture("JPEG"),
    "image/webp": lambda: _picture("WEBP"),
    "audio/wav": _wav,
    "audio/x-wav": _wav,
    "application/zip": _zip,
}
