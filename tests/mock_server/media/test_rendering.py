"""Finished media: what any player finds in it, and that the same clip is the same bytes."""

import subprocess
import sys
from hashlib import sha256
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import av
import pytest

from mock_server.media import Clip, Media, Variant, render
from mock_server.media.canvas import Canvas
from mock_server.media.encoding import BLOCK, canvas_on
from mock_server.media.painter import Painter
from mock_server.media.scene import scene_of
from mock_server.media.variants import FRAME_RATE
from tests.ffprobe import Probe, probe

SIZES = [
    (720, 1280), (1280, 720), (1024, 1792), (1792, 1024), (1080, 1920), (1920, 1080),
    (480, 480), (480, 854), (854, 480), (130, 254),
]  # fmt: skip
SMALL = Clip("video_1", 256, 144, 6)


def decoded(media: Media) -> list[Canvas]:
    """Every picture of an MP4, WebP or JPEG as it comes out of a decoder."""
    with av.open(BytesIO(media.body), "r") as container:
        return [canvas_on(frame) for frame in container.decode(video=0)]


def distance(one: Canvas, other: Canvas) -> tuple[int, float]:
    """The largest and the average difference between two samples at the same place."""
    differences = [
        abs(a - b)
        for plane, against in zip(one, other, strict=True)
        for row, beside in zip(plane.rows(), against.rows(), strict=True)
        for a, b in zip(row, beside, strict=True)
    ]
    return max(differences), sum(differences) / len(differences)


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


def test_what_is_decoded_is_what_was_painted() -> None:
    """Repeated loops included, no sample strays further than the quantiser allows."""
    canvas = Canvas.blank(SMALL.width, SMALL.height)
    painter = Painter(scene_of(SMALL.seed), SMALL.seconds, canvas, grain=BLOCK)
    for number, picture in enumerate(decoded(render(SMALL, Variant.VIDEO))):
        painter.paint(number * 1000 // FRAME_RATE)
        worst, average = distance(picture, canvas)

        assert worst < 48, f"picture {number}"
        assert average < 1, f"picture {number}"


def test_a_video_moves_all_the_time() -> None:
    """Each picture differs from the one before it by far more than noise."""
    pictures = decoded(render(SMALL, Variant.VIDEO))

    assert len(pictures) == SMALL.seconds * FRAME_RATE
    for one, other in pairwise(pictures):
        assert distance(one, other)[0] > 60


@pytest.mark.parametrize("variant", Variant)
def test_other_seeds_are_other_pictures(variant: Variant) -> None:
    """Two seeds of equal size and length differ in every variant."""
    one, other = (render(Clip(seed, 256, 144, 1), variant) for seed in ("video_1", "video_2"))

    assert one.etag != other.etag
    assert distance(decoded(one)[0], decoded(other)[0])[1] > 12


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


def test_importing_the_package_does_not_load_ffmpeg() -> None:
    """A server starts without paying for a renderer that it may never need."""
    code = "import sys, mock_server.media; sys.exit('av' in sys.modules)"

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
    (picture,) = decoded(render(Clip("video_1", width, height, 12), Variant.THUMBNAIL))

    assert (picture.y.width, picture.y.height) == (width // 2, height // 2)


def test_a_spritesheet_is_a_grid_of_different_moments() -> None:
    """Its sixteen tiles are of one size, and no two neighbours show the same moment."""
    (sheet,) = decoded(render(Clip("video_1", 1280, 720, 12), Variant.SPRITESHEET))
    width, height = sheet.y.width // 4, sheet.y.height // 4
    rows = list(sheet.y.rows())
    tiles = [
        [row[left : left + width] for row in rows[top : top + height]]
        for top in range(0, sheet.y.height, height)
        for left in range(0, sheet.y.width, width)
    ]

    assert (width, height) == (256, 144)
    assert len(tiles) == 16
    for tile, following in pairwise(tiles):
        assert tile != following
