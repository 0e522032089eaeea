"""Real pictures and clips for uploads, made where they are needed; no binary file is kept."""

from base64 import b64encode
from functools import cache

from mock_server.media import Clip, Variant, render

SIDE = 128


@cache
def webp() -> bytes:
    """A small WebP image."""
    return render(Clip("upload", SIDE * 2, SIDE * 2, 1), Variant.THUMBNAIL).body


@cache
def jpeg() -> bytes:
    """A small JPEG image."""
    return render(Clip("upload", SIDE, SIDE, 1), Variant.SPRITESHEET).body


@cache
def mp4() -> bytes:
    """A video of two seconds."""
    return render(Clip("upload", SIDE, SIDE, 2), Variant.VIDEO).body


def data_url() -> str:
    """The JPEG image as an address that holds it."""
    return f"data:image/jpeg;base64,{b64encode(jpeg()).decode()}"
