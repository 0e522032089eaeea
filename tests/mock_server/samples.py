"""Requests that the documentation pages show, and the few bytes that make a file an image."""

from collections.abc import Mapping
from typing import Any

import httpx

from mock_server.domain.clock import ManualClock

PNG = b"\x89PNG\r\n\x1a\n" + bytes(8)
JPEG = b"\xff\xd8\xff\xe0" + bytes(8)
WEBP = b"RIFF" + bytes(4) + b"WEBP"
MP4 = b"\x00\x00\x00\x18ftypisom" + bytes(12)

SORA = {"model": "sora-2", "prompt": "A calico cat playing a piano on stage"}
VEO = {"model": "veo_3_1", "prompt": "The cow drives", "seconds": "8", "size": "16x9"}
UNIFIED = {
    "images": ["https://filesystem.site/cdn/20250612/998IGmUiM2koBGZM3UnZeImbPBNIUL.png"],
    "model": "sora-2-all",
    "orientation": "portrait",
    "prompt": "make animate",
    "size": "large",
    "duration": 15,
    "watermark": False,
}
UNIFIED_VEO = {"model": "veo3.1-fast", "prompt": "A cow", "aspect_ratio": "9:16"}

# Longer than any job of the catalogue takes, queue included.
LONG_ENOUGH_S = 600

Part = tuple[str, tuple[str | None, bytes]]


def form(fields: Mapping[str, str | bytes]) -> list[Part]:
    """Fields as httpx sends a form: bytes as a file, text without a file name."""
    return [
        (name, ("reference.png", value) if isinstance(value, bytes) else (None, value.encode()))
        for name, value in fields.items()
    ]


def create(client: httpx.Client, **fields: str | bytes) -> dict[str, Any]:
    """A new sora-2 job of the client, changed by ``fields``."""
    answer = client.post("/v1/videos", files=form({**SORA, **fields}))
    assert answer.status_code == 200, answer.text
    job: dict[str, Any] = answer.json()
    return job


def create_unified(client: httpx.Client, **fields: object) -> dict[str, Any]:
    """A new sora-2-all job of the client, changed by ``fields``."""
    answer = client.post("/v1/video/create", json={**UNIFIED, **fields})
    assert answer.status_code == 200, answer.text
    job: dict[str, Any] = answer.json()
    return job


def error_of(answer: httpx.Response) -> dict[str, Any]:
    """The error object of an answer, which must have every key of the envelope."""
    error: dict[str, Any] = answer.json()["error"]
    assert set(error) == {"message", "message_zh", "type", "param", "code"}
    return error


def finished(client: httpx.Client, clock: ManualClock, **fields: str | bytes) -> dict[str, Any]:
    """A sora-2 job of the client that has completed."""
    job = create(client, **fields)
    clock.advance(LONG_ENOUGH_S)
    return job
