"""What is written as H.264 is what a decoder finds, whatever the blocks."""

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mock_server.media.h264 import (
    PICTURE_PARAMETERS,
    Blocks,
    SliceHead,
    flat_slice,
    moving_slice,
    sequence_parameters,
)
from mock_server.media.mp4 import Stream, mp4, unit_of_sample
from tests.mock_server.media.decoding import Planes, decoded, drawn
from tests.properties import examples

BLOCK = 16
INKS = st.tuples(*[st.integers(0, 255)] * 3)


@st.composite
def pictures(draw: st.DrawFn) -> Blocks:
    """A few rows of blocks in some inks, some of them with samples of their own."""
    columns, count = draw(st.integers(2, 9)), draw(st.integers(1, 6))
    inks = draw(st.lists(INKS, min_size=1, max_size=5))
    ink = st.integers(0, len(inks) - 1)
    rows = draw(
        st.lists(st.lists(ink, min_size=columns, max_size=columns).map(bytes), min_size=count,
                 max_size=count)
    )  # fmt: skip
    places = draw(st.sets(st.integers(0, columns * count - 1), max_size=6))
    detail = st.one_of(
        st.binary(min_size=BLOCK**2, max_size=BLOCK**2),
        # Of no samples but those of the first ink, at a side at least.
        st.just((bytes([inks[0][0]]) * 15 + b"\0") * BLOCK),
        st.just(bytes([inks[0][0]]) * BLOCK**2),
    )
    return Blocks(rows, inks, {place: draw(detail) for place in sorted(places)})


def painted(blocks: Blocks) -> Planes:
    """The picture that blocks stand for."""
    columns = len(blocks.rows[0])
    image = Image.new("RGB", (columns * BLOCK, len(blocks.rows) * BLOCK))
    for place, ink in enumerate(b"".join(blocks.rows)):
        left, top = place % columns * BLOCK, place // columns * BLOCK
        box = (left, top, left + BLOCK, top + BLOCK)
        image.paste(blocks.inks[ink], box)
        if place in blocks.details:
            y = Image.frombytes("L", (BLOCK, BLOCK), blocks.details[place])
            image.paste(Image.merge("RGB", (y, *image.crop(box).split()[1:])), box)
    return drawn(image)


def film(blocks: Blocks, *samples: bytes) -> list[Planes]:
    """What a decoder makes of the samples, each a picture."""
    size = len(blocks.rows[0]) * BLOCK, len(blocks.rows) * BLOCK
    stream = Stream(*size, 1, sequence_parameters(*size), PICTURE_PARAMETERS)
    return decoded(mp4(stream, [len(each) for each in samples], [0], samples))


@settings(max_examples=examples(60))
@given(pictures())
def test_any_blocks_are_decoded_as_they_were_drawn(blocks: Blocks) -> None:
    """Flat or detailed, of any ink, beside any neighbours: each sample is the one drawn."""
    (found,) = film(blocks, unit_of_sample(flat_slice(SliceHead(0, 0), blocks)))

    assert found.differs_in(painted(blocks)) == []


@settings(max_examples=examples(20))
@given(pictures(), pictures())
def test_a_later_part_may_be_drawn_anew(blocks: Blocks, other: Blocks) -> None:
    """A picture of two slices, the second drawn and the first left as it was."""
    columns, count = len(blocks.rows[0]), len(blocks.rows)
    first, upper = columns * (count - 1), SliceHead(1, 0)
    lower = Blocks([bytes(columns)], other.inks, {})
    key = unit_of_sample(flat_slice(SliceHead(0, 0), blocks))
    parts = [
        *([moving_slice(upper, columns, first, {})] if first else []),
        flat_slice(SliceHead(1, first), lower),
    ]
    _, found = film(blocks, key, b"".join(map(unit_of_sample, parts)))
    ink = painted(Blocks([bytes(columns)] * count, other.inks, {}))
    expected = painted(blocks)
    for plane, fresh in zip(expected.planes, ink.planes, strict=True):
        top = plane.height * (count - 1) // count
        plane.paste(fresh.crop((0, top, plane.width, plane.height)), (0, top))

    assert found.differs_in(expected) == []


@dataclass(frozen=True)
class Move:
    """A rectangle of blocks, and how many pixels to the right its new content is now."""

    left: int
    top: int
    width: int
    height: int
    shift: int


@st.composite
def moves(draw: st.DrawFn) -> Move:
    """A move of blocks that are not in the first row, in 8 columns and 6 rows."""
    left, top = draw(st.integers(0, 7)), draw(st.integers(1, 5))
    width, height = draw(st.integers(1, 8 - left)), draw(st.integers(1, 6 - top))
    return Move(left, top, width, height, 2 * draw(st.integers(-40, 40)))


@settings(max_examples=examples(40))
@given(st.lists(moves(), min_size=1, max_size=3))
def test_moved_blocks_are_copies_and_the_others_stay(steps: list[Move]) -> None:
    """Each step copies a rectangle from the picture before, whose edges go on without end."""
    columns, count = 8, 6
    inks = [(16 + 4 * place, 255 - 4 * place, 3 * place) for place in range(columns * count)]
    rows = [bytes(range(row * columns, (row + 1) * columns)) for row in range(count)]
    blocks = Blocks(rows, inks, {})
    samples = [unit_of_sample(flat_slice(SliceHead(0, 0), blocks))]
    expected = painted(blocks)
    for number, step in enumerate(steps, start=1):
        places = {
            row * columns + column: step.shift
            for row in range(step.top, step.top + step.height)
            for column in range(step.left, step.left + step.width)
        }
        head = SliceHead(number, 0)
        samples.append(unit_of_sample(moving_slice(head, columns, columns * count, places)))
    pictures = film(blocks, *samples)

    assert len(pictures) == len(samples)
    for step, found in zip(steps, pictures[1:], strict=True):
        expected = moved(expected, step)

        assert found.differs_in(expected) == []


def moved(picture: Planes, step: Move) -> Planes:
    """The picture after a step."""
    planes = []
    for plane, side in zip(picture.planes, (BLOCK, BLOCK // 2, BLOCK // 2), strict=True):
        left, top = step.left * side, step.top * side
        right, bottom = left + step.width * side, top + step.height * side
        shift = step.shift * side // BLOCK
        copy = plane.copy()
        for x in range(left, right):
            source = min(plane.width - 1, max(0, x + shift))
            copy.paste(plane.crop((source, top, source + 1, bottom)), (x, top))
        planes.append(copy)
    return Planes(*planes)
