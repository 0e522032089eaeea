"""Every size that a clip can have holds all parts of a picture, and its shapes move."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from mock_server.media.h264 import BLOCK
from mock_server.media.layout import LOOP_MS, Layout
from mock_server.media.scene import SHAPES

SIDES = st.integers(64, 2048).map(lambda half: 2 * half)
LAYOUTS = st.builds(Layout, SIDES, SIDES)
STEP_MS = 125


@given(LAYOUTS)
def test_every_row_of_the_mosaic_is_visible(layout: Layout) -> None:
    """Strips, mosaic and lanes follow one another, none is empty or cut off."""
    edges = [layout.margin_rows + layout.text_rows]
    for number, (top, end) in enumerate(layout.mosaic):
        assert top == edges[-1]
        assert end > top
        edges.append(layout.lane(number) + layout.shape_size if number < SHAPES else end)

    assert edges[-1] == layout.footer
    assert layout.footer * BLOCK < layout.height


@given(LAYOUTS)
def test_shapes_stay_clear_of_the_edges(layout: Layout) -> None:
    """A block is free on either side, whose samples go on where a step copies from outside."""
    side = layout.shape_size * BLOCK
    for shape in range(SHAPES):
        for elapsed in range(0, LOOP_MS, STEP_MS):
            left = layout.left(shape, elapsed)

            assert left % 2 == 0
            assert BLOCK <= left <= layout.width - side - BLOCK


@given(LAYOUTS)
def test_shapes_move_all_the_time_and_return(layout: Layout) -> None:
    """Each picture differs from the one before, and a loop ends where it began, on a block."""
    for shape in range(SHAPES):
        places = [layout.left(shape, at) for at in range(0, LOOP_MS + STEP_MS, STEP_MS)]

        assert places[0] == places[-1]
        assert places[0] % BLOCK == 0
        assert all(one != other for one, other in pairwise(places))
