"""A seed decides a scene: always the same one, never another seed's."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from mock_server.media.scene import LOOP_MS, SHAPES, Swing, bounce, scene_of

SWINGS = st.builds(
    Swing,
    nearest=st.integers(0, 500),
    reach=st.integers(0, 500),
    phase=st.integers(0, 2000),
    cycles=st.integers(1, 4),
)


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


@given(SWINGS, st.integers(0, 10**6), st.integers(0, 4000))
def test_a_swing_stays_between_the_walls(swing: Swing, elapsed_ms: int, free: int) -> None:
    """No moment takes a shape outside the pixels that are free."""
    assert 0 <= swing.position(elapsed_ms, free) <= free


@given(SWINGS, st.integers(0, 10**6))
def test_a_swing_repeats_with_the_loop(swing: Swing, elapsed_ms: int) -> None:
    """One loop later everything is where it was, which lets the encoder repeat itself."""
    assert swing.position(elapsed_ms, 4000) == swing.position(elapsed_ms + LOOP_MS, 4000)


def test_a_bounce_goes_there_and_back() -> None:
    """The fold of an endless way rises to the far wall and falls to the near one."""
    assert [bounce(way) for way in (0, 400, 1000, 1600, 2000, 2400)] == [0, 400, 1000, 400, 0, 400]


def test_every_shape_moves_far() -> None:
    """In any seed each shape crosses at least a quarter of its way, so a viewer sees it play."""
    for number in range(50):
        for shape in scene_of(f"video_{number}").shapes:
            places = [shape.across.position(ms, 1000) for ms in range(0, LOOP_MS, 100)]

            assert max(places) - min(places) >= 250
