"""Holds `import` to pages that were made to hurt: each is kept or refused with its line, soon."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from openapi.cli.import_pages import import_command
from openapi.importing.markdown import PAGE_LIMIT
from openapi.importing.prose import field_facts, title_facts
from openapi.importing.repair import MOST_REPAIRS, read_repaired
from tests.openapi.page_texts import markdown, write

HEAD = """openapi: 3.0.1
info: {title: '', version: 1.0.0}
paths:
  /v1/video/create:
    post:
      summary: Make a clip
      responses: {'200': {description: ok}}
"""
BOMB = "x-a: &a [1, 2]\n" + "".join(
    f"x-{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
# Each with the words that the refusal says why with, and the line it names.
REFUSED = {
    "number": (f"x-n: {'9' * 5000}\n", "a number of 5000 characters", 12),
    "float": ("x-n: 1e999\n", "beyond what is read", 12),
    "nesting": (f"x-n: {'[' * 150}{']' * 150}\n", "nested too deep", 12),
    "recursion": (f"x-n: {'[' * 1200}{']' * 1200}\n", "nested too deep", 12),
    "aliases": (BOMB, "too large once its aliases are expanded", 12),
    "loop": ("x-n: &n [*n]\n", "an alias contains itself", 12),
    "surrogate": ('x-n: "\\ud800"\n', "stands alone", 12),
    "key": ('"\\udfff": 1\n', "stands alone", 12),
    "control": ("x-n: a\0b\n", "a character YAML does not allow", 12),
}


def imported(folder: Path, content: bytes) -> tuple[int, str]:
    """Exit status and output of an import of a page with that content."""
    page = folder / "page.md"
    page.write_bytes(content)
    result = CliRunner().invoke(
        import_command, [str(page), "--documented", str(folder / "kept")], env={"COLUMNS": "400"}
    )
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_kept_is_refused_with_its_line(name: str, tmp_path: Path) -> None:
    """Numbers, nesting, aliases and characters beyond what is read are named, and none is kept."""
    more, why, line = REFUSED[name]

    status, said = imported(tmp_path, markdown(HEAD + more).encode())

    assert status == 1
    assert why in said
    assert f"page.md:{line}: " in said
    assert not (tmp_path / "kept").exists()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"a" * (PAGE_LIMIT + 1), f"at most {PAGE_LIMIT} bytes are read"),
        ("# Seite".encode("utf-16"), "not UTF-8"),
        (b"\0" * 100, "no fenced block holds an OpenAPI document"),
        (b"```yaml\n\x1b[2J\n```\n", "a character YAML does not allow"),
    ],
    ids=["too large", "UTF-16", "NUL", "escape"],
)
def test_what_is_no_page_is_refused(content: bytes, why: str, tmp_path: Path) -> None:
    """A file that is too large or no text at all is refused with the limit or the reason."""
    status, said = imported(tmp_path, content)

    assert status == 1
    assert why in said
    assert "\x1b" not in said


def test_text_of_a_page_never_commands_a_terminal(tmp_path: Path) -> None:
    """An escape sequence inside a page's text is kept as data and shown as an escape."""
    page = HEAD.replace("Make a clip", '"\\e[2J\\u202eMake a clip"')

    status, said = imported(tmp_path, markdown(page).encode())

    assert status == 0
    assert "\\x1b[2J\\u202eMake a clip" in said
    assert "\x1b[2J" not in said


def test_a_page_with_too_many_faults_is_refused(tmp_path: Path) -> None:
    """Repairs are bounded, since each is found by reading the block again."""
    faults = "".join(f"x-{n}: @a\n" for n in range(MOST_REPAIRS + 1))

    status, said = imported(tmp_path, markdown(HEAD + faults).encode())

    assert status == 1
    assert f"at most {MOST_REPAIRS} lines are repaired" in said


@pytest.mark.parametrize("end", ["\x85", "\u2028", "\u2029"])
def test_a_line_ended_in_an_unusual_way_is_read(end: str, tmp_path: Path) -> None:
    """A character at which only YAML ends a line leads to no traceback."""
    page = write(tmp_path, markdown(HEAD + f"description: a{end}  b{end}{end} # c\n"))

    assert imported(tmp_path, page.read_bytes())[0] in (0, 1)


UNITS = (
    *("a", "x", "1x1", "a-", "a.", "a:", "a/", "enum:a,", "one of a, ", "a, ", "a和", "default: "),
    *("default is a ", "仅-a", " -a", "可选值a、", "(", "a (", "a generally ", "sora-", "kling_1."),
    *("1", "12x", "only supports a,", "only a ", "values are ", " ", "\n", "\t", "`a` ", "a or "),
)  # fmt: skip
FACTS: tuple[Callable[[str], object], ...] = (field_facts, title_facts)


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("end", ["", "!", "\n!"])
def test_long_prose_is_read_in_time_that_grows_with_its_length(unit: str, end: str) -> None:
    """Fifty thousand characters of anything are read: squares of that would take hours."""
    text = unit * (50_000 // len(unit)) + end

    for facts in FACTS:
        assert facts(text) is not None


@pytest.mark.parametrize("unit", [" ", "- ", "a ", "\t", ": ", "'", " #", "a: "])
def test_a_long_line_is_repaired_in_time_that_grows_with_its_length(unit: str) -> None:
    """Fifty thousand characters in a line with a fault are repaired: nothing tries all ways."""
    value = unit * (50_000 // len(unit))

    repaired = read_repaired(f"description: @{value}b", "page.md", 1)

    assert repaired.document.data["description"].startswith("@")


def test_a_word_beyond_any_value_states_none() -> None:
    """A word of thousands of letters is neither a default nor a listed value, nor is its start."""
    assert field_facts(f"default: {'a' * 8000}") == {}
    assert field_facts(f"allowed values: {'a' * 8000}") == {}
