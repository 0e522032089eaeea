"""Checks the type of uploaded files by their first bytes."""

from collections.abc import Collection, Mapping

from mock_server.http.errors import (
    NOT_A_CLIP,
    NOT_AN_IMAGE,
    UNSUPPORTED_IMAGE_TYPE,
    ApiError,
    shown,
)
from mock_server.http.exchange import Upload

IMAGE_FIELD = "input_reference"
CLIP_FIELD = "video"
_JPEG, _PNG, _RIFF, _WEBP = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF", b"WEBP"
_EBML = b"\x1a\x45\xdf\xa3"
_BRAND = b"ftyp"


def is_image(start: bytes) -> bool:
    """Whether a file with these first bytes is a JPEG, PNG or WebP image."""
    # A RIFF container names its format from the ninth byte on.
    return start.startswith((_JPEG, _PNG)) or (start.startswith(_RIFF) and start[8:12] == _WEBP)


def is_clip(start: bytes) -> bool:
    """Whether a file with these first bytes is an MP4, QuickTime or WebM video."""
    # The first box of MP4 and QuickTime files has its type from the fifth byte on.
    return start[4:8] == _BRAND or start.startswith(_EBML)


def require_image(files: Mapping[str, Upload], types: Collection[str]) -> None:
    """Require that an uploaded reference has a format that OpenAI's video guide names.

    ``types`` are the content types that its part may declare; the declaration is optional.

    Raises:
        ApiError: 400, the declared type or the content is another one.
    """
    upload = files.get(IMAGE_FIELD)
    if upload is None:
        return
    declared = upload.content_type.partition(";")[0].strip().lower()
    if declared and declared not in types:
        named = ", ".join(f"'{name}'" for name in types)
        message = (
            f"Unsupported mimetype ('{shown(declared)}') for '{IMAGE_FIELD}'; its part may say "
            f"{named}."
        )
        facts = {"got": f"'{shown(declared)}'", "allowed": named}
        raise ApiError(UNSUPPORTED_IMAGE_TYPE, message, param=IMAGE_FIELD, facts=facts)
    if not is_image(upload.body[:12]):
        message = (
            f"'{IMAGE_FIELD}' must be a JPEG, PNG or WebP image; its content is none of these."
        )
        raise ApiError(NOT_AN_IMAGE, message, param=IMAGE_FIELD)


def require_clip(files: Mapping[str, Upload]) -> None:
    """Require that an uploaded clip is a video; which formats upstream accepts is unknown.

    Raises:
        ApiError: 400, it is not a video.
    """
    upload = files.get(CLIP_FIELD)
    if upload is not None and not is_clip(upload.body[:12]):
        message = f"'{CLIP_FIELD}' must be an MP4, MOV or WebM video; its content is none of these."
        raise ApiError(NOT_A_CLIP, message, param=CLIP_FIELD)
