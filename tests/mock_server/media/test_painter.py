"""One scene at any moment: the same picture whatever was painted before it."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_server.media.canvas import Canvas
from mock_server.media.painter import Painter
from mock_server.media.scene import LOOP_MS, scene_of
from tests.properties import examples

SECONDS = 12
WIDTH, HEIGHT = 256, 144
MOMENTS = st.integers(0, SECONDS * 1000 - 1)


def picture(canvas: Canvas) -> list[bytes]:
    """All rows of a canvas, brightness first."""
    return [row for plane in canvas for row in plane.rows()]


def painted(seed: str, *moments: int) -> list[bytes]:
    """The samples after painting `moments` one after the other on one canvas."""
    canvas = Canvas.blank(WIDTH, HEIGHT)
    painter = Painter(scene_of(seed), SECONDS, canvas, grain=2)
    for moment in moments:
        painter.paint(moment)
    return picture(canvas)


def bar(rows: list[bytes]) -> bytes:
    """The lowest row of brightness, which holds the progress bar."""
    return rows[HEIGHT - 1]


@settings(max_examples=examples(30))
@given(st.lists(MOMENTS, max_size=3), MOMENTS)
def test_a_picture_depends_on_its_moment_alone(before: list[int], moment: int) -> None:
    """Shapes, counter and bar of earlier moments, in any order, leave no trace."""
    assert painted("video_1", *before, moment) == painted("video_1", moment)


@pytest.mark.parametrize(("moment", "filled"), [(0, 1), (6500, 7), (11_999, 12)])
def test_the_bar_fills_with_the_seconds(moment: int, filled: int) -> None:
    """The bar counts the second that runs, so the last one shows it full."""
    done = bar(painted("video_1", moment)).count(235)

    assert done == WIDTH * filled // SECONDS


def test_only_shapes_move_within_a_second() -> None:
    """Counter and bar stand still from one key frame to the next, while the stage moves."""
    early, late = painted("video_1", 2000), painted("video_1", 2999)
    strip = 11

    assert early[:strip] == late[:strip]
    assert bar(early) == bar(late)
    assert early[strip : HEIGHT - 8] != late[strip : HEIGHT - 8]


def test_the_stage_repeats_while_the_counter_goes_on() -> None:
    """One loop later the shapes are back and the counter is not."""
    early, late = painted("video_1", 500), painted("video_1", 500 + LOOP_MS)

    assert early[11 : HEIGHT - 8] == late[11 : HEIGHT - 8]
    assert early[:11] != late[:11]
    assert bar(early) != bar(late)


def test_seeds_give_clearly_different_pictures() -> None:
    """Between any two of twenty seeds the average sample differs by a twentieth of its range."""
    pictures = [b"".join(painted(f"video_{number}", 0)) for number in range(20)]

    for one, other in combinations(pictures, 2):
        distance = sum(abs(a - b) for a, b in zip(one, other, strict=True))

        assert distance / len(one) > 12


@pytest.mark.parametrize("size", [(128, 128), (4096, 128), (128, 4096), (130, 134)])
def test_every_size_a_clip_can_have_is_painted(size: tuple[int, int]) -> None:
    """Narrow, tiny and unevenly divided canvases hold every part."""
    canvas = Canvas.blank(*size)
    Painter(scene_of("a caption longer than fits"), 600, canvas, grain=16).paint(599_999)

    assert bytes(canvas.y.view).count(235) > size[0]
