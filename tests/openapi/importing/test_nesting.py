"""YAML of any depth is read or refused: a file never ends the process."""

from pathlib import Path

import pytest

from contract_tests.findings.deviations import DeviationsError, read_deviations
from openapi.documents.located import load
from openapi.errors import SpecError

DEEP = ("[" * 60_000, "[" * 60_000 + "]" * 60_000, "{a: " * 60_000, "- " * 60_000 + "x")
LEVELS = ["a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]"] + [
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
]
BOMB = "\n".join(LEVELS)


@pytest.mark.parametrize("text", DEEP, ids=lambda text: text[:4])
def test_what_is_nested_too_deep_is_refused(text: str, tmp_path: Path) -> None:
    """Tens of thousands of levels are an error with the file and the line."""
    path = tmp_path / "deep.yaml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(SpecError, match=r"deep\.yaml:1: .*nested too deep"):
        load(path)


def test_known_deviations_are_bounded_as_well(tmp_path: Path) -> None:
    """Aliases that stand for millions of items, and endless levels, are refused with a reason."""
    path = tmp_path / "known.yaml"
    for text, why in ((DEEP[0], "nested too deep"), (f"{BOMB}\ndeviations: *i", "aliases")):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(DeviationsError, match=why):
            read_deviations(path)
