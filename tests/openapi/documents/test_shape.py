"""Holds shapes: a document that breaks one is reported with line, in words a reader can act on."""

from pathlib import Path

import pytest

import openapi
from openapi.documents.located import load, parse
from openapi.documents.shape import Shape
from openapi.errors import SpecError

CATALOGUE = Shape("catalogue", what="no catalogue", remedy="fix it")
ROW = "models:\n  m:\n    family: f\n    status: retired\n"
PRICE = "    price: {per: job, usd: 1, source: s, standing: inferred}\n"


def test_a_document_of_the_shape_passes() -> None:
    """Nothing is said of a document as it should be."""
    CATALOGUE.hold(parse(ROW + PRICE, "m.yaml"))


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        (ROW, 2, "/models/m: 'price' is missing"),
        (ROW + PRICE + "    pagse: []\n", 6, "/models/m: the key 'pagse' is not known here"),
        (ROW + PRICE.replace("job", "mile"), 5, '/models/m/price/per: "mile" is not one of'),
        (ROW + PRICE.replace("usd", "us"), 5, "/models/m/price: the key 'us' is not known here"),
        ("[]", 1, "is not of type"),
    ],
)
def test_a_breach_is_reported_by_line(text: str, line: int, why: str) -> None:
    """A missing key is reported at its holder, a misspelt one at its own line and first."""
    with pytest.raises(SpecError) as caught:
        CATALOGUE.hold(parse(text, "m.yaml"))

    assert (caught.value.where, caught.value.line) == ("m.yaml", line)
    assert caught.value.why.startswith(why) or why in caught.value.why


def test_the_first_breach_by_line_is_reported() -> None:
    """A reader repairs a file from the top."""
    text = ROW.replace("f\n", "7\n") + PRICE.replace("usd: 1", "usd: -1")
    with pytest.raises(SpecError) as caught:
        CATALOGUE.hold(parse(text, "m.yaml"))

    assert caught.value.line == 3


def test_a_long_value_is_not_repeated_whole() -> None:
    """A message stays readable whatever stands in the file."""
    text = "models: [" + "x, " * 2000 + "x]"
    with pytest.raises(SpecError) as caught:
        CATALOGUE.hold(parse(text, "m.yaml"))

    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("file", sorted((openapi.FOLDER / "shapes").glob("*.yaml")), ids=str)
def test_every_shape_can_be_used(file: Path) -> None:
    """Each file of the folder is a JSON Schema that compiles and refuses a list."""
    assert load(file).data["type"] == "object"
    with pytest.raises(SpecError):
        Shape(file.stem, what="a", remedy="b").hold(parse("[]", "x.yaml"))
