"""Renders media in threads, and caches them.

Callers that ask for the same media at the same time share one rendering.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import blake2b
from threading import Lock
from typing import Final

from cachetools import LRUCache

from mock_server.media.clip import Clip, Media, Variant

Key = tuple[Clip, Variant]
Render = Callable[[Clip, Variant], Media]
_CONTENT_TYPES: Final = {
    Variant.VIDEO: "video/mp4",
    Variant.THUMBNAIL: "image/webp",
    Variant.SPRITESHEET: "image/jpeg",
}


def render(clip: Clip, variant: Variant) -> Media:
    """Render ``clip`` as ``variant``; takes up to a second of processor time, so use a thread.

    The first call loads Pillow.
    """
    # Imported here because many servers never need it, and it takes tens of milliseconds.
    from mock_server.media import film, stills

    draw = {
        Variant.VIDEO: film.film,
        Variant.THUMBNAIL: stills.thumbnail,
        Variant.SPRITESHEET: stills.spritesheet,
    }[variant]
    body = draw(clip)
    etag = f'"{blake2b(body, digest_size=16).hexdigest()}"'
    return Media(body, _CONTENT_TYPES[variant], etag)


class MediaLibrary:
    """A cache of media by clip and variant, the least recently used dropped beyond ``max_bytes``.

    Media are rendered in threads, so that a long one does not hold up other requests.
    """

    def __init__(self, *, max_bytes: int, workers: int, render: Render = render) -> None:
        self._render = render
        self._kept: LRUCache[Key, Media] = LRUCache(max_bytes, getsizeof=_size)
        self._under_way: dict[Key, Future[Media]] = {}
        # Held only for dictionary look-ups, by the event loop and by the workers.
        self._lock = Lock()
        self._workers = ThreadPoolExecutor(workers, thread_name_prefix="media")

    @property
    def under_way(self) -> int:
        """How many media are being rendered or waiting."""
        return len(self._under_way)

    async def get(self, clip: Clip, variant: Variant) -> Media:
        """The media, rendered now if it is not cached.

        Raises what the rendering raises (and forgets it, so the next caller tries again), and
        ``RuntimeError`` after ``close`` for media that is not kept.
        """
        key = clip, variant
        with self._lock:
            if (media := self._kept.get(key)) is not None:
                return media
            future = self._under_way.get(key) or self._start(key)
        # Shielded, because other callers may wait for the work of a cancelled one.
        return await asyncio.shield(asyncio.wrap_future(future))

    def close(self) -> None:
        """Stop: running work is finished, queued work is cancelled."""
        self._workers.shutdown(wait=False, cancel_futures=True)

    def _start(self, key: Key) -> Future[Media]:
        future = self._under_way[key] = self._workers.submit(self._render_and_keep, key)
        return future

    def _render_and_keep(self, key: Key) -> Media:
        try:
            media = self._render(*key)
            with self._lock:
                self._keep(key, media)
            return media
        finally:
            with self._lock:
                del self._under_way[key]

    def _keep(self, key: Key, media: Media) -> None:
        # The cache refuses a value larger than all of it.
        if _size(media) <= self._kept.maxsize:
            self._kept[key] = media


def _size(media: Media) -> int:
    return len(media.body)
