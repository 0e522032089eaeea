"""Renders a clip in a variant; the same arguments give the same bytes."""

from hashlib import blake2b
from typing import Final

from mock_server.media.clip import Clip, Media, Variant

_CONTENT_TYPES: Final = {
    Variant.VIDEO: "video/mp4",
    Variant.THUMBNAIL: "image/webp",
    Variant.SPRITESHEET: "image/jpeg",
}


def render(clip: Clip, variant: Variant) -> Media:
    """Render ``clip`` as ``variant``; takes up to seconds of processor time, so use a thread.

    The first call loads FFmpeg.
    """
    # Imported here because loading FFmpeg takes longer than the rest of the server's start.
    from mock_server.media import variants

    draw = {
        Variant.VIDEO: variants.video,
        Variant.THUMBNAIL: variants.thumbnail,
        Variant.SPRITESHEET: variants.spritesheet,
    }[variant]
    body = draw(clip)
    etag = f'"{blake2b(body, digest_size=16).hexdigest()}"'
    return Media(body, _CONTENT_TYPES[variant], etag)
