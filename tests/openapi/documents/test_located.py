"""Holds reading YAML: JSON-like scalars, lines that can be opened, refusals that name the line."""

from pathlib import Path

import pytest

from openapi.documents.located import Located, load, parse
from openapi.errors import SpecError
from tests.openapi.page_texts import write

TEXTS = (
    "16x9",
    "1.0.0",
    "3.0.1",
    "2025-01-01",
    "yes",
    "off",
    "12:30",
    "1_000",
    "0x1f",
    "010",
    "1,3",
)
VALUES = (
    ("true", True),
    ("null", None),
    ("~", None),
    ("10", 10),
    ("-3", -3),
    ("0.5", 0.5),
    ("1e3", 1000.0),
)
DOCUMENT = """\
a:
  b: 1
  c:
    - x
    - d: 2
"""
PLACES = (((), 1), (("a",), 1), (("a", "b"), 2), (("a", "c", 0), 4), (("a", "c", 1, "d"), 5))


def _both(folder: Path, text: str) -> list[Located]:
    return [parse(text, "text"), load(write(folder, text, "file.yaml"))]


@pytest.mark.parametrize("text", TEXTS)
def test_what_json_has_no_word_for_stays_text(tmp_path: Path, text: str) -> None:
    """Dates, versions, sizes and the many words for true are text."""
    assert [found.data for found in _both(tmp_path, f"- {text}\n")] == [[text], [text]]


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_json_words_and_numbers_are_values(tmp_path: Path, text: str, value: object) -> None:
    """Null, booleans and numbers are read as JSON reads them."""
    assert [found.data for found in _both(tmp_path, f"- {text}\n")] == [[value], [value]]


MERGED = """\
one: &one {a: 1, b: 1}
two: &two {b: 2, c: 2}
all:
  <<: [*one, *two]
  a: own
"""


def test_a_merge_key_stands_for_the_keys_of_what_it_names(tmp_path: Path) -> None:
    """Own keys win, then those of the first mapping; a line is where a key is written."""
    for found in _both(tmp_path, MERGED):
        assert found.data["all"] == {"a": "own", "b": 1, "c": 2}
        assert [found.line(("all", name)) for name in "abc"] == [5, 1, 2]


def test_a_mapping_may_name_itself_and_only_mappings_are_merged() -> None:
    """An alias that contains itself ends in a refusal, and a text is a value like any other."""
    assert parse("<<: text", "text").data == {"<<": "text"}
    assert parse("a: &a {<<: {b: 1}, c: 2}", "text").data == {"a": {"b": 1, "c": 2}}
    with pytest.raises(SpecError):
        parse("a: &a {b: {<<: *a}}", "text")


def test_keys_are_text() -> None:
    """A status that is written as a number is a key like any other."""
    assert parse("200: a\ntrue: b\n", "text").data == {"200": "a", "true": "b"}


@pytest.mark.parametrize(("pointer", "line"), PLACES)
def test_every_place_has_its_line(pointer: tuple[str | int, ...], line: int) -> None:
    """A key or item is on the line on which a reader finds it."""
    assert parse(DOCUMENT, "text").line(pointer) == line


def test_lines_count_from_where_the_text_starts() -> None:
    """Text out of a larger file is reported with the lines of that file."""
    assert parse(DOCUMENT, "text", first_line=10).line(("a", "b")) == 11


def test_an_index_may_be_text() -> None:
    """The steps of a JSON pointer find an item without being turned into numbers."""
    assert parse(DOCUMENT, "text").line(("a", "c", "1", "d")) == 5


@pytest.mark.parametrize("pointer", [("z",), ("a", "c", 2), ("a", "b", "x"), ("a", "c", -1)])
def test_a_place_that_is_not_there_is_a_key_error(pointer: tuple[str | int, ...]) -> None:
    """Asking for the line of nothing is an error, not the line of something near."""
    with pytest.raises(KeyError):
        parse(DOCUMENT, "text").line(pointer)


def test_pointers_name_every_place_in_order() -> None:
    """Parents come first and items are numbered."""
    found = list(parse(DOCUMENT, "text").pointers())

    assert found == [
        ("a",),
        ("a", "b"),
        ("a", "c"),
        ("a", "c", 0),
        ("a", "c", 1),
        ("a", "c", 1, "d"),
    ]


REFUSED = (
    ("a: 1\na: 2\n", 2, "stands twice"),
    ("a: 1\n? [b]\n: 2\n", 2, "not a word"),
    ("a: 1\nb: !x 2\n", 2, "no meaning"),
    ("a: 1\nb: c: d\n", 2, "not allowed"),
    ("a: 1\nb: \x07\n", 2, "does not allow"),
    ("a: &x\n  b: *x\n", 1, "too deep"),
    ("", 1, "empty"),
)


@pytest.mark.parametrize(("text", "line", "why"), REFUSED)
def test_what_is_no_json_is_refused_with_its_line(
    tmp_path: Path, text: str, line: int, why: str
) -> None:
    """Repeated and odd keys, tags, circular aliases and broken YAML are reported with a line."""
    path = write(tmp_path, text, "file.yaml")

    with pytest.raises(SpecError, match=why) as refusal:
        load(path)
    assert (refusal.value.where, refusal.value.line) == (str(path), line)


@pytest.mark.parametrize(("text", "line", "why"), REFUSED)
def test_text_of_a_page_is_refused_alike(text: str, line: int, why: str) -> None:
    """A block is refused for the same reasons, on the line of its page."""
    with pytest.raises(SpecError, match=why) as refusal:
        parse(text, "page.md", first_line=5)
    assert (refusal.value.where, refusal.value.line) == ("page.md", line + 4)


def test_aliases_are_written_out() -> None:
    """An alias stands for a copy of what it names."""
    assert parse("a: &x {b: 1}\nc: *x\n", "text").data == {"a": {"b": 1}, "c": {"b": 1}}


def test_aliases_that_multiply_are_refused() -> None:
    """A short text that expands to more than anybody can hold is refused, not expanded."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]

    with pytest.raises(SpecError, match="too large"):
        parse("\n".join(lines), "text")


@pytest.mark.parametrize("depth", [150, 20_000])
def test_nesting_without_end_is_refused(depth: int) -> None:
    """Neither the parser's depth nor ours is left to an error of the interpreter."""
    with pytest.raises(SpecError, match="too deep"):
        parse("[" * depth + "]" * depth, "text")


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """A missing file and one that is not UTF-8 are reported as refusals."""
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("a: é".encode("latin-1"))

    for path in (tmp_path / "absent.yaml", latin):
        with pytest.raises(SpecError, match=str(path)):
            load(path)
