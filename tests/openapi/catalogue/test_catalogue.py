"""Holds the model catalogue: what a row gives, and how a bad one is reported."""

from pathlib import Path

import pytest

import openapi
from openapi.catalogue.models import Catalogue, Model, Price, Size, load_catalogue
from openapi.errors import SpecError
from tests.openapi.samples import write

GOOD = """\
sizes:
  small: {width: 1280, height: 720, turns: true}
  720x1280: {width: 720, height: 1280}
models:
  plain:
    family: sora
    status: available
    pages: [a-page]
    sizes: [small, 720x1280]
    seconds: [4, 8]
    default_size: small
    default_seconds: 4
    price: {per: second, usd: 0.1, usd_by_size: {720x1280: 0.2}, source: a list, standing: verified}
    timing: {queued_s: 1.5, per_second_s: 0.25, source: a run, standing: inferred}
"""


def load(folder: Path, text: str = GOOD) -> Catalogue:
    """A catalogue from text."""
    return load_catalogue(write(folder / "models.yaml", text))


def test_a_row_gives_a_model(tmp_path: Path) -> None:
    """Every key of a row is a fact of the model, with the line it stands on."""
    assert load(tmp_path).models["plain"] == Model(
        name="plain",
        family="sora",
        status="available",
        price=Price("second", 0.1, {"720x1280": 0.2}, "a list", "verified"),
        pages=("a-page",),
        like=(),
        sizes=("small", "720x1280"),
        seconds=(4, 8),
        default_size="small",
        default_seconds=4,
        queued_ms=1500,
        per_second_ms=250,
        retired_on=None,
        line=5,
    )


def test_a_size_word_that_turns_follows_the_orientation() -> None:
    """Upright turns it, everything else leaves it; a size in pixels never turns."""
    small, fixed = Size(1280, 720, turns=True), Size(1280, 720)

    assert small.turned("portrait") == (720, 1280)
    assert small.turned("landscape") == small.turned(None) == (1280, 720)
    assert fixed.turned("portrait") == (1280, 720)


@pytest.mark.parametrize(
    ("per", "size", "seconds", "cost"),
    [
        ("second", "small", 4, 0.4),
        ("second", "large", 3, 0.6),
        ("second", "small", 0, 0),
        ("job", "small", 25, 0.1),
        ("job", "large", 25, 0.2),
    ],
)
def test_a_job_costs_by_second_or_by_job_and_by_size(
    per: str, size: str, seconds: int, cost: float
) -> None:
    """A price of a size goes before the general price."""
    price = Price(per, 0.1, {"large": 0.2}, "a list", "inferred")

    assert price.of(size, seconds) == pytest.approx(cost, abs=0)


# What is changed in the good text; the reported line; a word of the reason.
BAD = {
    "an unknown status": ("available", "avialable", 7, '"avialable" is not one of'),
    "a misspelt key": ("    seconds:", "    secnods:", 10, "'secnods' is not known"),
    "a price without its unit": ("per: second, ", "", 13, "'per' is missing"),
    "a price by the minute": ("per: second", "per: minute", 13, '"minute" is not one of'),
    "a price in words": ("usd: 0.1,", "usd: cheap,", 13, "number"),
    "a price below nothing": ("usd: 0.1,", "usd: -1,", 13, "minimum"),
    "a price nobody vouches for": ("source: a list, ", "", 13, "'source' is missing"),
    "a documented price": ("standing: verified", "standing: documented", 13, "is not one of"),
    "a price for a size it has not": (
        "{720x1280: 0.2}",
        "{9x9: 0.2}",
        5,
        "price for the size '9x9'",
    ),
    "a size without pixels": ("[small, 720", "[large, 720", 5, "'large' has no width and height"),
    "a default size of another model": ("default_size: small", "default_size: big", 5, "'big'"),
    "a default length of another model": (
        "default_seconds: 4",
        "default_seconds: 5",
        5,
        "5 is not one of",
    ),
    "pages as one word": ("[a-page]", "a-page", 8, "array"),
    "a page twice": ("[a-page]", "[a-page, a-page]", 8, "unique"),
    "half a second": ("[4, 8]", "[4, 8.5]", 10, "integer"),
    "no length": ("[4, 8]", "[0, 8]", 10, "minimum"),
    "an odd width": ("width: 720,", "width: 721,", 3, "multiple of 2"),
    "a size without height": (", height: 1280", "", 3, "'height' is missing"),
    "a timing in words": ("queued_s: 1.5", "queued_s: soon", 14, "number"),
    "a spread of one number": (
        "queued_s: 1.5",
        "spread: [1], queued_s: 1.5",
        14,
        "less than 2 items",
    ),
    "a spread that falls": ("queued_s: 1.5", "spread: [2, 1], queued_s: 1.5", 5, "do not rise"),
    "no timing": ("    timing:", "    x-timing:", 14, "'x-timing' is not known"),
    "no family": ("    family: sora\n", "", 5, "'family' is missing"),
    "a row that is a word": (GOOD[GOOD.index("    family") :], "", 5, "object"),
    "models in a list": (GOOD[GOOD.index("  plain") :], "  [a]", 4, "object"),
    "no models": (GOOD[GOOD.index("models") :], "", 1, "'models' is missing"),
}


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_row_is_reported_by_its_line(tmp_path: Path, bad: str) -> None:
    """File, line and reason are reported, and never a trace."""
    old, new, line, why = BAD[bad]
    assert old in GOOD
    with pytest.raises(SpecError, match="the model catalogue cannot be used") as caught:
        load(tmp_path, GOOD.replace(old, new, 1))

    assert (caught.value.where, caught.value.line) == (str(tmp_path / "models.yaml"), line)
    assert why in caught.value.why


def test_what_is_for_sale_can_be_made(tmp_path: Path) -> None:
    """Sizes, lengths, defaults and timing may be missing for a retired model only."""
    bare = (
        GOOD[: GOOD.index("    pages")] + GOOD[GOOD.index("    price") : GOOD.index("    timing")]
    )
    retired = bare.replace("available", "retired").replace("usd_by_size: {720x1280: 0.2}, ", "")
    with pytest.raises(SpecError, match="is missing"):
        load(tmp_path, bare)

    assert load(tmp_path, retired).models["plain"].status == "retired"


def test_our_catalogue_has_a_source_for_every_figure() -> None:
    """Prices and timings say who says so, and a retired model says since when."""
    for model in load_catalogue(openapi.MODELS).models.values():
        assert model.price.source, model.name
        assert (model.retired_on is not None) == (model.status == "retired"), model.name
