"""Holds writing: text stays text for every reader of YAML, and files are written all or none."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from openapi.documents.located import parse
from openapi.documents.writing import dump, write_all
from openapi.errors import SpecError

texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]))
documents = st.recursive(
    texts | st.booleans() | st.integers() | st.none(),
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=10,
)
TRICKY = ("16x9", "yes", "1.0.0", "010", "0o17", "1e3", ".5", "12:30", "2025-01-01", "~", "-", "08")


@given(documents)
def test_both_generations_of_readers_read_what_was_written(document: Any) -> None:
    """A reader of YAML 1.1 and our JSON-like reader get the same data back."""
    text = dump({"top": document})

    assert yaml.safe_load(text) == {"top": document}
    assert parse(text, "text").data == {"top": document}


@pytest.mark.parametrize("text", TRICKY)
def test_text_that_looks_like_something_else_stays_text(text: str) -> None:
    """Whatever some reader takes for a number, a date or a boolean is quoted."""
    assert parse(dump([text]), "text").data == [text]
    assert yaml.safe_load(dump([text])) == [text]


@pytest.mark.parametrize("text", ["0o17", "1e3", "08", ".5", "010"])
def test_numbers_of_yaml_1_2_are_quoted(text: str) -> None:
    """PyYAML reads these as text, a reader of YAML 1.2 does not."""
    assert dump([text]) in (f"  - '{text}'\n", f"- '{text}'\n")


def test_keys_keep_their_order_and_no_alias_is_written() -> None:
    """The same data give the same bytes, shared parts written out."""
    shared = {"z": 1, "a": [1]}

    assert dump({"b": shared, "a": shared}) == (
        "b:\n  z: 1\n  a:\n    - 1\na:\n  z: 1\n  a:\n    - 1\n"
    )


def test_files_are_written(tmp_path: Path) -> None:
    """A file has its text, and nothing temporary stays behind."""
    target = tmp_path / "a.yaml"

    write_all({target: "a: 1\n"})

    assert target.read_text() == "a: 1\n"
    assert list(tmp_path.iterdir()) == [target]


def test_no_folder_is_made_unasked(tmp_path: Path) -> None:
    """A misspelt folder is named, and not there afterwards."""
    with pytest.raises(SpecError, match=r"there is no folder .*new. give a folder that is there"):
        write_all({tmp_path / "new" / "a.yaml": "a: 1\n"})

    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_when_one_file_cannot_be(tmp_path: Path) -> None:
    """A file whose folder is a file fails the others with it."""
    (tmp_path / "blocked").write_text("")
    good, bad = tmp_path / "a.yaml", tmp_path / "blocked" / "b.yaml"
    good.write_text("old")

    with pytest.raises(SpecError, match="cannot write"):
        write_all({good: "new", bad: "new"})
    assert good.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.yaml", "blocked"]
