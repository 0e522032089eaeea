"""Finished media: what any player finds in it, and that the same clip is the same bytes."""

import subprocess
import sys
from hashlib import sha256
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from mock_server.media import Clip, Media, Variant, drawing, render
from mock_server.media.film import FRAME_RATE
from mock_server.media.scene import scene_of
from mock_server.media.stills import Pictures
from tests.ffprobe import Probe, probe
from tests.mock_server.media.decoding import Planes, decoded, drawn
from tests.properties import examples

SIZES = [
    (720, 1280), (1280, 720), (1024, 1792), (1792, 1024), (1080, 1920), (1920, 1080),
    (480, 480), (480, 854), (854, 480), (130, 254),
]  # fmt: skip
SMALL = Clip("video_1", 256, 144, 6)


SIDES = st.one_of(
    st.sampled_from([128, 130, 144, 240, 480]), st.integers(64, 300).map(lambda n: 2 * n)
)


def pictures(media: Media) -> list[Planes]:
    """Every picture of a film, as it comes out of a decoder."""
    return decoded(media.body)


def expected(clip: Clip) -> list[Planes]:
    """Every picture of a film, drawn by itself at the film's size."""
    inks = drawing.inks_of(scene_of(clip.seed))
    drawings = Pictures(clip, (clip.width, clip.height), inks)
    return [
        drawn(drawings.at(number * 1000 // FRAME_RATE))
        for number in range(clip.seconds * FRAME_RATE)
    ]


def brightness(media: Media) -> Image.Image:
    """The brightness of a medium's first picture."""
    if media.content_type == "video/mp4":
        return pictures(media)[0].y
    return Image.open(BytesIO(media.body)).convert("L")


def light_of(y: Image.Image) -> Image.Image:
    """The brightness of a film as that of a picture, which uses the whole range."""
    return y.point([min(255, max(0, (sample - 16) * 255 // 219)) for sample in range(256)])


def distance(one: Image.Image, other: Image.Image) -> tuple[int, float]:
    """The largest and the average difference between two samples at the same place."""
    found = ImageStat.Stat(ImageChops.difference(one, other))
    return int(found.extrema[0][1]), found.mean[0]


def top_level_boxes(body: bytes) -> list[str]:
    """The names of an MP4's outermost boxes in their order."""
    names, at = [], 0
    while at < len(body):
        names.append(body[at + 4 : at + 8].decode())
        at += int.from_bytes(body[at : at + 4])
    return names


def probed(clip: Clip, folder: Path) -> Probe:
    """What ffprobe says about the clip's video."""
    film = folder / "film.mp4"
    film.write_bytes(render(clip, Variant.VIDEO).body)
    return probe(film)


@pytest.mark.needs("ffprobe")
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_video_has_exactly_the_size_asked_for(width: int, height: int, tmp_path: Path) -> None:
    """Every size gives H.264 that browsers play, with those sides to the pixel."""
    found = probed(Clip("video_1", width, height, 1), tmp_path)

    assert (found.codec, found.profile) == ("h264", "Constrained Baseline")
    assert (found.width, found.height, found.pixel_format) == (width, height, "yuv420p")


@pytest.mark.needs("ffprobe")
@pytest.mark.parametrize("seconds", [1, 3, 4, 5, 8, 10, 12, 15, 16, 20, 25, 60, 120])
def test_a_video_lasts_exactly_as_long_as_asked_for(seconds: int, tmp_path: Path) -> None:
    """Stream and container agree on the length, before and after the first loop."""
    found = probed(Clip("video_1", 144, 256, seconds), tmp_path)

    assert (found.stream_seconds, found.container_seconds) == (seconds, seconds)
    assert found.packets == seconds * FRAME_RATE


@pytest.mark.parametrize("seconds", [1, 120])
def test_a_video_starts_to_play_before_it_is_loaded(seconds: int) -> None:
    """The index comes before the data however long the film is."""
    boxes = top_level_boxes(render(Clip("video_1", 128, 128, seconds), Variant.VIDEO).body)

    assert boxes.index("moov") < boxes.index("mdat")


@settings(max_examples=examples(6))
@given(st.text(max_size=20), SIDES, SIDES, st.sampled_from([1, 2, 4]))
def test_any_film_is_decoded_as_it_was_drawn(
    seed: str, width: int, height: int, seconds: int
) -> None:
    """Of any size and length, after a loop too: no sample of any picture differs."""
    clip = Clip(seed, width, height, seconds)
    film, drawings = pictures(render(clip, Variant.VIDEO)), expected(clip)

    assert len(film) == seconds * FRAME_RATE
    assert [one.differs_in(other) for one, other in zip(film, drawings, strict=True)] == (
        [[]] * len(film)
    )


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1080, 1920), (4096, 128)])
def test_a_large_film_is_decoded_as_it_was_drawn(width: int, height: int) -> None:
    """The sizes that are ordered most, and the widest, to the last sample."""
    clip = Clip("task_0123456789abcdef", width, height, 1)
    film, drawings = pictures(render(clip, Variant.VIDEO)), expected(clip)

    assert [one.differs_in(other) for one, other in zip(film, drawings, strict=True)] == (
        [[]] * FRAME_RATE
    )


def test_a_video_moves_all_the_time() -> None:
    """Each picture differs from the one before it by far more than noise."""
    film = pictures(render(SMALL, Variant.VIDEO))

    assert len(film) == SMALL.seconds * FRAME_RATE
    for one, other in pairwise(film):
        assert distance(one.y, other.y)[0] > 40


@pytest.mark.parametrize(
    ("width", "height", "seconds", "most"),
    [
        (128, 128, 1, 5_300),
        (480, 480, 4, 32_000),
        (1280, 720, 12, 95_000),
        (1920, 1080, 12, 240_000),
    ],
)
def test_a_video_is_small(width: int, height: int, seconds: int, most: int) -> None:
    """A film takes few bytes, of its size and length rather than of its seed."""
    for seed in ("task_0123456789abcdef", "gjpqy_gjpqy_gjpqy_"):
        assert len(render(Clip(seed, width, height, seconds), Variant.VIDEO).body) < most


@pytest.mark.parametrize("variant", Variant)
def test_other_seeds_are_other_pictures(variant: Variant) -> None:
    """Two seeds of equal size and length differ in every variant."""
    one, other = (render(Clip(seed, 256, 144, 1), variant) for seed in ("video_1", "video_2"))

    assert one.etag != other.etag
    assert distance(brightness(one), brightness(other))[1] > 12


@pytest.mark.parametrize("variant", Variant)
def test_the_same_clip_is_the_same_bytes(variant: Variant) -> None:
    """A process of its own, with its own hash seed, renders the same bytes."""
    code = (
        "import sys, hashlib; from mock_server.media import Clip, Variant, render;"
        f"body = render(Clip('video_1', 256, 144, 6), Variant('{variant}')).body;"
        "sys.stdout.write(hashlib.sha256(body).hexdigest())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == sha256(render(SMALL, variant).body).hexdigest()


def test_importing_the_package_does_not_load_the_renderer() -> None:
    """A server starts without paying for a renderer that it may never need."""
    code = "import sys, mock_server.media; sys.exit('PIL' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("variant", "content_type", "signature"),
    [
        (Variant.VIDEO, "video/mp4", b"ftyp"),
        (Variant.THUMBNAIL, "image/webp", b"WEBP"),
        (Variant.SPRITESHEET, "image/jpeg", b"\xff\xd8\xff"),
    ],
)
def test_the_content_type_matches_the_bytes(
    variant: Variant, content_type: str, signature: bytes
) -> None:
    """Each variant is the kind of file that its type names, under a strong validator."""
    media = render(SMALL, variant)

    assert media.content_type == content_type
    assert signature in media.body[:16]
    assert media.etag[0] == media.etag[-1] == '"'


@pytest.mark.parametrize(("width", "height"), SIZES[:7])
def test_a_thumbnail_has_the_shape_of_its_video(width: int, height: int) -> None:
    """It is one picture of half the size, so the proportions are the video's own."""
    picture = brightness(render(Clip("video_1", width, height, 12), Variant.THUMBNAIL))

    assert picture.size == (width // 2, height // 2)


def test_a_spritesheet_is_a_grid_of_different_moments() -> None:
    """Its sixteen tiles are of one size, and no two neighbours show the same moment."""
    sheet = brightness(render(Clip("video_1", 1280, 720, 12), Variant.SPRITESHEET))
    width, height = sheet.width // 4, sheet.height // 4
    tiles = [
        sheet.crop((left, top, left + width, top + height))
        for top in range(0, sheet.height, height)
        for left in range(0, sheet.width, width)
    ]

    assert (width, height) == (256, 144)
    assert len(tiles) == 16
    for tile, following in pairwise(tiles):
        assert distance(tile, following)[0] > 40


@pytest.mark.parametrize(("width", "height"), SIZES[:3])
def test_a_thumbnail_is_a_picture_of_its_film(width: int, height: int) -> None:
    """It is the film's picture of its moment, of which its format loses next to nothing."""
    clip = Clip("video_1", width, height, 3)
    picture = brightness(render(clip, Variant.THUMBNAIL))
    (shown,) = (film.y for film in pictures(render(clip, Variant.VIDEO))[FRAME_RATE:][:1])

    assert distance(picture, light_of(shown).resize(picture.size, Image.Resampling.BOX))[1] < 4
