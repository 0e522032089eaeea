"""Holds repairs: one reading is repaired and reported, several are refused, no value changes."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from openapi.errors import SpecError
from openapi.importing.repair import read_repaired

NBSP = "\u00a0"
REPAIRED = (
    ("description: one: two", "one: two", "colon before a blank"),
    ("description: ends with:", "ends with:", "colon before a blank"),
    ("description: it's a: b", "it's a: b", "colon before a blank"),
    ("prompt: Shot 1: a cat", "Shot 1: a cat", "colon before a blank"),
    ("description: see issue #3", "see issue #3", "# after a blank"),
    ("description: #3 is better", "#3 is better", "starts with #"),
    ("description: @user", "@user", "starts with @"),
    ("description: `true`, always", "`true`, always", "starts with `"),
    ("example: %41", "%41", "starts with %"),
    ("description: *Note* this", "*Note* this", "starts with *"),
    ("description: - a list?", "- a list?", "starts with -"),
    ("description: | a bar", "| a bar", "starts with |"),
    ("type:\tstring", "string", "tab after type"),
    ("description:\tone: two", "one: two", "colon before a blank"),
)
AMBIGUOUS = (
    ("a:\n\tb: 1", 2, "tab in the indentation"),
    ("a: one\n  two: three", 2, "goes on over several lines"),
    ("description: one: two\n  three: four", 2, "goes on over several lines"),
    ("type: string required: true", 1, "not allowed"),
    ("example: 'it's'", 1, "expected"),
    ("example: [a, b", 2, "expected"),
    ("tags: [a] b", 1, "expected"),
    ("\u3000a: 1", 1, "unusual blank"),
    ("description: one\n  two #3", 2, "would be lost"),
)


def _read(text: str) -> tuple[dict[str, object], list[tuple[int, str]]]:
    found = read_repaired(text + "\n", "page.md", 10)
    return found.document.data, [(repair.line, repair.what) for repair in found.repairs]


@pytest.mark.parametrize(("line", "value", "reason"), REPAIRED)
def test_a_line_with_one_reading_is_repaired_and_reported(
    line: str, value: str, reason: str
) -> None:
    """The value keeps its text and the report names the raw line and the reason."""
    data, repairs = _read(f"first: 1\n{line}\nlast: 2")
    key = line.partition(":")[0]

    assert data == {"first": 1, key: value, "last": 2}
    assert [number for number, _ in repairs] == [11]
    assert reason in repairs[0][1]


@pytest.mark.parametrize(("text", "line", "why"), AMBIGUOUS)
def test_a_line_with_several_readings_is_refused(text: str, line: int, why: str) -> None:
    """Where repairing would be guessing, the raw line and the reason are reported."""
    with pytest.raises(SpecError, match=why) as refusal:
        _read(text)
    assert refusal.value.line == 9 + line


def test_odd_blanks_in_an_indentation_are_repaired() -> None:
    """A no-break space that indents stands for one space, and nothing else is touched."""
    data, repairs = _read(f"a:\n  b: x{NBSP}y\n{NBSP}{NBSP}c: 2")

    assert data == {"a": {"b": f"x{NBSP}y", "c": 2}}
    assert repairs == [(12, "replaced unusual blanks in the indentation by spaces")]


def test_two_repairs_of_one_line_are_reported_together() -> None:
    """A line that needs two repairs is one row of the report."""
    data, repairs = _read(f"a:\n{NBSP} description: one: two")

    assert data == {"a": {"description": "one: two"}}
    assert len(repairs) == 1
    assert "blanks" in repairs[0][1]
    assert "quoted" in repairs[0][1]


@pytest.mark.parametrize(
    "text", ["a: 1", "a: 'b: c'", "type: string # a comment", "a: |\n  x: y\n  @z #1", "a: {b: c}"]
)
def test_sound_yaml_is_left_alone(text: str) -> None:
    """What reads without loss needs no repair, comments included."""
    data, repairs = _read(text)

    assert repairs == []
    assert data == yaml.safe_load(text + "\n")


@given(st.from_regex(r"[A-Za-z]+ [ -~\u00c0-\u017f\u4e00-\u4e20]*", fullmatch=True))
def test_a_description_is_kept_to_the_letter(words: str) -> None:
    """Whatever a one-line description holds, it is read whole."""
    data, _ = _read(f"type: string\ndescription: {words}\nexample: x")

    assert data["description"] == words.strip(" ")
