"""Planes of samples: what is written, where, and what comes back."""

from mock_server.media.canvas import Box, Canvas, Plane


def picture(plane: Plane) -> list[list[int]]:
    """The plane's samples, row by row."""
    return [list(row) for row in plane.rows()]


def test_tiles_share_a_plane_evenly() -> None:
    """Two tiles by two cover a plane in quarters."""
    plane = Plane.blank(4, 2)
    plane.lay_ground([[1, 2], [3, 4]], 1)

    assert picture(plane) == [[1, 1, 2, 2], [3, 3, 4, 4]]


def test_tiles_end_on_the_grain() -> None:
    """An inner edge moves back to a multiple of the grain, the outer edge stays."""
    plane = Plane.blank(10, 1)
    plane.lay_ground([[1, 2]], 4)

    assert picture(plane) == [[1, 1, 1, 1, 2, 2, 2, 2, 2, 2]]


def test_unused_ends_of_rows_are_no_part_of_the_picture() -> None:
    """A plane with padding between its rows keeps its columns straight."""
    plane = Plane(memoryview(bytearray(12)), stride=4, width=3, height=3)
    plane.lay_ground([[1]], 1)
    plane.fill(Box(2, 1, 1, 2), 9)

    assert picture(plane) == [[1, 1, 1], [1, 1, 9], [1, 1, 9]]


def test_a_stamp_shifts_each_row_by_itself() -> None:
    """Runs of different length and offset make forms that are not boxes."""
    plane = Plane.blank(3, 3)
    plane.stamp(Box(0, 0, 3, 3), [(1, b"\1"), (0, b"\2\2\2"), (1, b"\3")])

    assert picture(plane) == [[0, 1, 0], [2, 2, 2], [0, 3, 0]]


def test_restoring_brings_back_the_ground_and_no_more() -> None:
    """What was painted outside the box stays."""
    plane = Plane.blank(4, 1)
    plane.lay_ground([[5]], 1)
    plane.fill(Box(0, 0, 4, 1), 9)
    plane.restore(Box(1, 0, 2, 1))

    assert picture(plane) == [[9, 5, 5, 9]]


def test_pasting_puts_colour_at_half_the_place() -> None:
    """A pasted canvas lands at its place in brightness and at half of it in both colours."""
    sheet, tile = Canvas.blank(4, 4), Canvas.blank(2, 2)
    for sample, plane in enumerate(tile, start=1):
        plane.lay_ground([[sample]], 1)
    sheet.paste(tile, 2, 2)

    assert picture(sheet.y) == [[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 1, 1], [0, 0, 1, 1]]
    assert [picture(sheet.u), picture(sheet.v)] == [[[0, 0], [0, 2]], [[0, 0], [0, 3]]]
