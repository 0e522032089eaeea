"""A seed decides a scene: always the same one, never another seed's."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.media.scene import SHAPES, Colour, scene_of


@given(st.text())
def test_any_text_is_a_seed(seed: str) -> None:
    """Every text, lone surrogates included, gives one scene with all its shapes."""
    scene = scene_of(seed)

    assert scene == scene_of(seed)
    assert len(scene.shapes) == SHAPES


def test_lone_surrogates_are_text_too() -> None:
    """JSON may carry half a surrogate pair, and two of them are two seeds."""
    assert scene_of("\ud800").shapes != scene_of("\ud801").shapes


def test_neighbouring_seeds_share_nothing_visible() -> None:
    """Seeds that differ in one letter differ in mosaic and in shapes."""
    scenes = [scene_of(f"video_{number}") for number in range(50)]

    for one, other in combinations(scenes, 2):
        assert one.mosaic != other.mosaic
        assert one.shapes != other.shapes


def test_shapes_are_brighter_than_the_mosaic() -> None:
    """A viewer of any film sees its shapes move, in front of lanes that are darker."""
    for number in range(50):
        scene = scene_of(f"video_{number}")
        for shape in scene.shapes:
            assert shape.colour.y > max(scene.dark.y, scene.light.y, shape.lane.y) + 20


@pytest.mark.parametrize(
    ("colour", "rgb"),
    [
        (Colour(16, 128, 128), (0, 0, 0)),
        (Colour(235, 128, 128), (255, 255, 255)),
        (Colour(81, 90, 240), (255, 0, 0)),
        (Colour(41, 240, 110), (0, 0, 255)),
    ],
)
def test_a_colour_is_the_one_that_players_show(colour: Colour, rgb: tuple[int, int, int]) -> None:
    """The primary colours of the standard come out within one step of their own."""
    assert max(abs(one - other) for one, other in zip(colour.rgb, rgb, strict=True)) <= 1
