"""One rendering for many callers, kept within bytes, off the event loop."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from threading import Event

import pytest

from mock_server.media import Clip, Media, MediaLibrary, Variant
from mock_server.media.library import Render

WAIT_SECONDS = 30
VIDEO = Variant.VIDEO
NewLibrary = Callable[..., MediaLibrary]


class Studio:
    """Stands in for the renderer: counts its work, and works only while its gate is open."""

    def __init__(self) -> None:
        self.rendered: list[str] = []
        self.gate = Event()
        self.failures = 0

    def render(self, clip: Clip, variant: Variant) -> Media:
        if not self.gate.wait(WAIT_SECONDS):
            raise TimeoutError("the gate was never opened: the event loop was blocked")
        self.rendered.append(f"{clip.seed} {variant}")
        if self.failures:
            self.failures -= 1
            raise RuntimeError("no film left")
        return Media(clip.seed.encode(), "video/mp4", f'"{clip.seed}"')

    async def open_gate(self) -> None:
        self.gate.set()


@pytest.fixture
def studio() -> Studio:
    """A renderer that waits until the test opens a gate."""
    return Studio()


@pytest.fixture
def open_studio(studio: Studio) -> Studio:
    """A renderer that never waits."""
    studio.gate.set()
    return studio


@pytest.fixture
def new_library() -> Iterator[NewLibrary]:
    """A factory of libraries with one worker, each closed at the end of the test."""
    made: list[MediaLibrary] = []

    def make(render: Render, max_bytes: int = 100) -> MediaLibrary:
        made.append(MediaLibrary(max_bytes=max_bytes, workers=1, render=render))
        return made[-1]

    yield make
    for library in made:
        library.close()


def clip(seed: str) -> Clip:
    """A clip that a fake renderer turns into its seed."""
    return Clip(seed, 128, 128, 1)


def outcomes(*work: Coroutine[object, object, Media | None]) -> list[object]:
    """What each coroutine returned or raised, all started in order on one event loop."""

    async def run() -> list[object]:
        return list(await asyncio.gather(*work, return_exceptions=True))

    return asyncio.run(run())


def test_callers_at_the_same_moment_share_one_rendering(
    studio: Studio, new_library: NewLibrary
) -> None:
    """Fifty callers get one and the same media while the event loop stays free to let it begin."""
    library = new_library(studio.render)
    callers = [library.get(clip("a"), VIDEO) for _ in range(50)]
    *media, _ = outcomes(*callers, studio.open_gate())

    assert studio.rendered == ["a video"]
    assert len(media) == 50
    assert len(set(map(id, media))) == 1


def test_kept_media_is_not_rendered_again(open_studio: Studio, new_library: NewLibrary) -> None:
    """A later caller, even on another event loop, gets what is kept."""
    library = new_library(open_studio.render)

    assert outcomes(library.get(clip("a"), VIDEO)) == outcomes(library.get(clip("a"), VIDEO))
    assert open_studio.rendered == ["a video"]


def test_variants_of_one_clip_are_kept_apart(open_studio: Studio, new_library: NewLibrary) -> None:
    """A thumbnail is not answered with the video."""
    library = new_library(open_studio.render)
    for variant in Variant:
        outcomes(library.get(clip("a"), variant))

    assert open_studio.rendered == ["a video", "a thumbnail", "a spritesheet"]


def test_a_caller_who_leaves_takes_nothing_along(studio: Studio, new_library: NewLibrary) -> None:
    """A cancelled caller does not cancel the rendering it began, though it is still queued."""
    library = new_library(studio.render)

    async def run() -> list[object]:
        busy = asyncio.create_task(library.get(clip("b"), VIDEO))
        first = asyncio.create_task(library.get(clip("a"), VIDEO))
        second = asyncio.create_task(library.get(clip("a"), VIDEO))

        async def leave() -> None:
            first.cancel()
            studio.gate.set()

        return list(await asyncio.gather(busy, first, second, leave(), return_exceptions=True))

    _, left, stayed, _ = asyncio.run(run())

    assert isinstance(left, asyncio.CancelledError)
    assert isinstance(stayed, Media)
    assert studio.rendered == ["b video", "a video"]


def test_a_failure_reaches_every_caller_and_is_forgotten(
    studio: Studio, new_library: NewLibrary
) -> None:
    """Those who waited see the error, and the next caller has it rendered again."""
    studio.failures = 1
    library = new_library(studio.render)
    one, other, _ = outcomes(
        library.get(clip("a"), VIDEO), library.get(clip("a"), VIDEO), studio.open_gate()
    )
    (later,) = outcomes(library.get(clip("a"), VIDEO))

    assert [str(one), str(other)] == ["no film left"] * 2
    assert isinstance(later, Media)


def test_the_least_recently_used_goes_first(open_studio: Studio, new_library: NewLibrary) -> None:
    """Room is bounded in bytes, and using media keeps it."""
    library = new_library(open_studio.render, max_bytes=8)
    for seed in ("aaaa", "bbbb", "aaaa", "cccc", "aaaa", "bbbb"):
        outcomes(library.get(clip(seed), VIDEO))

    assert open_studio.rendered == ["aaaa video", "bbbb video", "cccc video", "bbbb video"]


def test_media_larger_than_the_library_is_served_not_kept(
    open_studio: Studio, new_library: NewLibrary
) -> None:
    """A bound too small for one film costs time, never an answer."""
    library = new_library(open_studio.render, max_bytes=3)
    bodies = [outcomes(library.get(clip("aaaa"), VIDEO)) for _ in range(2)]

    assert bodies == [[Media(b"aaaa", "video/mp4", '"aaaa"')]] * 2
    assert len(open_studio.rendered) == 2


def test_a_closed_library_renders_nothing_more(
    open_studio: Studio, new_library: NewLibrary
) -> None:
    """After closing, what is kept is still there and the rest is refused."""
    library = new_library(open_studio.render)
    outcomes(library.get(clip("a"), VIDEO))
    library.close()
    kept, refused = outcomes(library.get(clip("a"), VIDEO), library.get(clip("b"), VIDEO))

    assert isinstance(kept, Media)
    assert isinstance(refused, RuntimeError)
