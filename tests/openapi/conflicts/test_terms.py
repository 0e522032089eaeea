"""Holds what values mean across pages: forms, families, synonyms and slips of the pen."""

import pytest

from openapi.conflicts.terms import SYNONYMS, family, form, misspelt, quantity


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("720x1280", "width x height"),
        ("16x9", "ratio"),
        ("9:16", "ratio"),
        ("1080p", "resolution"),
        ("10", "number"),
        ("large", "word"),
        ("sora-2", "word"),
        ("a cat", "other"),
    ],
)
def test_a_value_has_one_form(value: str, name: str) -> None:
    """Pixels, ratios, resolutions, numbers and words are kept apart by their form."""
    assert form(value) == name


@pytest.mark.parametrize(
    ("value", "known", "meant"),
    [
        ("ture", ("true", "false"), "true"),
        ("flase", ("true", "false"), "false"),
        ("potrait", ("portrait", "landscape"), "portrait"),
        ("true", ("true", "false"), None),
        ("large", ("small",), None),
        ("sora-3", ("sora-2",), None),
        ("a tree", ("true",), None),
    ],
)
def test_a_slip_is_near_a_known_word(value: str, known: tuple[str, ...], meant: str | None) -> None:
    """Only a word without digits that is nearly a known one is a slip."""
    assert misspelt(value, known) == meant


@pytest.mark.parametrize(
    ("model", "name"), [("sora-2", "sora"), ("veo_3_1", "veo"), ("Veo3", "veo"), ("3d", "")]
)
def test_a_family_is_how_a_model_starts(model: str, name: str) -> None:
    """The letters before the first digit or sign name the family."""
    assert family(model) == name


def test_no_name_holds_two_quantities() -> None:
    """A field name is a synonym of one quantity at most."""
    names = [name for group in SYNONYMS.values() for name in group]

    assert len(names) == len(set(names))
    assert [quantity("seconds"), quantity("prompt")] == ["duration", None]
