"""A stream says which decoders can play it."""

import pytest

from mock_server.media.h264 import sequence_parameters


@pytest.mark.parametrize(
    ("width", "height", "level"),
    [
        (720, 576, 30),
        (1280, 720, 31),
        (1920, 1080, 40),
        (4096, 128, 40),
        (128, 4096, 40),
        (2560, 1440, 50),
        (4096, 2160, 51),
        (4096, 4096, 60),
    ],
)
def test_the_level_is_the_lowest_that_has_the_size(width: int, height: int, level: int) -> None:
    """The level bounds the blocks of a picture and, by its root, each side (table A-1)."""
    assert sequence_parameters(width, height)[3] == level
