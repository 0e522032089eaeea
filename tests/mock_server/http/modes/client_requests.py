"""Requests as public clients of such gateways send them, with what each expects of its film."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from tests.mock_server.samples import PNG, form

PICTURE = "https://example.com/first.png"
CREATE, VIDEOS = "/v1/video/create", "/v1/videos"


@dataclass(frozen=True, slots=True)
class ClientRequest:
    """One call site: how it sends which fields, what strict says to it, and the film it means.

    ``strict`` is the parameter that strict blames, None where it takes the request.
    """

    name: str
    path: str
    sent_as: str
    fields: Mapping[str, Any]
    strict: str | None
    film: tuple[int, int, int]

    def send(self, client: httpx.Client) -> httpx.Response:
        """Send it."""
        fields = {"prompt": "A paper boat on a river", **self.fields}
        if self.sent_as == "json":
            return client.post(self.path, json=fields)
        parts = form(fields)
        pictures = {"file": 1, "two frames": 2}.get(self.sent_as, 0)
        for _ in range(pictures):
            parts += form({"input_reference": PNG})
        if self.sent_as == "placeholder":
            parts += form({"placeholder": ""})
        return client.post(self.path, files=parts)


def _create(
    name: str, strict: str | None, film: tuple[int, int, int], **fields: Any
) -> ClientRequest:
    return ClientRequest(name, CREATE, "json", fields, strict, film)


def _videos(
    sent_as: str, name: str, strict: str | None, film: tuple[int, int, int], **fields: Any
) -> ClientRequest:
    return ClientRequest(name, VIDEOS, sent_as, fields, strict, film)


CLIENT_REQUESTS = (
    _create("only a model", "size", (720, 1280, 4), model="sora-2"),
    _create(
        *("a preview of veo", "model", (1280, 720, 8)),
        model="veo-3.1-fast-generate-preview", aspect_ratio="16:9", duration=8,
    ),
    _create(
        *("a size in lines", "orientation", (1280, 720, 10)),
        model="sora-2-all", aspect_ratio="16:9", size="720P", images=[],
    ),
    _create(
        *("a first frame", "model", (720, 1280, 8)),
        model="veo3.1", duration=8, aspect_ratio="9:16",
        first_frame_image=PICTURE, images=[PICTURE], reference_images=[PICTURE],
    ),
    _create(
        *("an upright ratio", "model", (720, 1280, 15)),
        model="sora-2-pro-all", duration=15, aspect_ratio="9:16",
    ),
    _create(
        *("a veo model of the other path", "model", (720, 1280, 8)),
        model="veo_3_1-fast", images=[], enhance_prompt=True, enable_upsample=True,
        aspect_ratio="9:16",
    ),
    _videos(
        *("form", "a ratio without an image", "input_reference", (720, 1280, 10)),
        model="sora-2", seconds="10", size="9x16", watermark="false",
    ),
    _videos(
        *("form", "15 seconds without an image", "input_reference", (720, 1280, 15)),
        model="sora-2", seconds="15", size="9x16", watermark="false",
    ),
    _videos(
        *("file", "15 seconds with an image", None, (1280, 720, 15)),
        model="sora-2", seconds="15", size="16x9", watermark="false",
    ),
    _create(
        *("a model of another family", "model", (1080, 720, 8)),
        model="grok-video-3", aspect_ratio="3:2", size="720P", images=[PICTURE],
    ),
    _videos(
        *("json", "15 seconds as JSON", None, (720, 1280, 15)),
        model="sora-2", size="720x1280", seconds="15",
    ),
    _videos(
        *("json", "15 seconds as a number", "seconds", (720, 1280, 15)),
        model="sora-2", size="720x1280", seconds=15,
    ),
    _videos(
        *("json", "a larger model", "model", (1024, 1792, 15)),
        model="sora-2-pro-all", size="1024x1792", seconds="15",
    ),
    _videos(
        *("placeholder", "metadata", None, (1280, 720, 8)),
        model="sora-2", size="1280x720", seconds="8", metadata='{"scene": 4}',
    ),
    _videos(
        *("placeholder", "5 seconds", "seconds", (1280, 720, 5)),
        model="sora-2", size="1280x720", seconds="5", metadata="{}",
    ),
    _videos(
        *("two frames", "the first and the last frame", "input_reference", (1280, 720, 8)),
        model="veo_3_1", size="16x9", seconds="8",
    ),
    _create(
        *("a private film", "model", (1080, 1920, 15)),
        model="sora-2-pro-all", images=[], orientation="portrait", size="large", duration=15,
        watermark=False, private=True,
    ),
    _create(
        *("as documented", None, (1080, 1920, 15)),
        images=[], model="sora-2-all", orientation="portrait", size="large", duration=15,
        watermark=True,
    ),
    _videos(
        *("file", "as the SDK sends it", None, (720, 1280, 8)),
        model="sora-2", size="720x1280", seconds="8",
    ),
)  # fmt: skip
