"""Clips that can be drawn, and the message for those that cannot."""

import pytest

from mock_server.media import Clip, Variant


@pytest.mark.parametrize(("width", "height"), [(1279, 720), (720, 1281), (126, 720), (720, 4098)])
def test_a_side_no_encoder_takes_is_refused(width: int, height: int) -> None:
    """An odd, tiny or huge side is refused by name before anything is drawn."""
    with pytest.raises(ValueError, match=r"clip (width|height) is"):
        Clip("seed", width, height, 4)


@pytest.mark.parametrize("seconds", [-1, 0, 601])
def test_a_length_outside_the_bounds_is_refused(seconds: int) -> None:
    """A clip lasts at least one second and at most ten minutes."""
    with pytest.raises(ValueError, match=f"clip seconds is {seconds}"):
        Clip("seed", 1280, 720, seconds)


def test_variants_have_the_words_of_the_wire() -> None:
    """The query value of a download selects the variant as it is."""
    assert [Variant(word) for word in ("video", "thumbnail", "spritesheet")] == list(Variant)
