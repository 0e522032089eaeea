"""Sizes are read in the forms in which requests and pages write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openapi.catalogue.sizes import read_size


@pytest.mark.parametrize(
    ("size", "ratio", "orientation", "sides"),
    [
        ("720P", "16:9", None, (1280, 720)),
        ("720p", "9:16", None, (720, 1280)),
        ("1080p", None, None, (1920, 1080)),
        ("1080P", "1:1", None, (1080, 1080)),
        ("480p", "4:3", "portrait", (480, 640)),
        ("4K", "16:9", None, (3840, 2160)),
        ("large", "9:16", None, (1080, 1920)),
        ("hd", None, "portrait", (720, 1280)),
        ("640x360", None, None, (640, 360)),
        ("640*360", None, "portrait", (360, 640)),
        ("16:9", None, None, (1280, 720)),
        ("9x16", None, "landscape", (1280, 720)),
        ("21:9", None, None, (1680, 720)),
        ("99999x99999", None, None, (3840, 3840)),
        ("1x9999", None, None, (128, 3840)),
    ],
)
def test_a_size_is_read_as_it_is_meant(
    size: str, ratio: str | None, orientation: str | None, sides: tuple[int, int]
) -> None:
    """Pixels, ratios and classes become sides, in the shape that ratio and orientation say."""
    assert read_size(size, ratio, orientation) == sides


@given(st.text(max_size=20), st.none() | st.text(max_size=10))
def test_every_size_that_is_read_can_be_filmed(size: str, ratio: str | None) -> None:
    """Sides are even and within what the encoder takes, and a word that says nothing is none."""
    sides = read_size(size, ratio)

    assert sides is None or all(side % 2 == 0 and 128 <= side <= 3840 for side in sides)
