"""Repairs YAML that an exporter quoted badly, where only one reading is possible.

Only the line that the parser reports is changed, by quotes or by white space around the value, so
that no value's text changes. Everything else is refused.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import yaml

from openapi.documents.located import Located, loader_for, parse, require_shallow
from openapi.errors import SpecError

# Keys whose value is never prose: more text on the line may be a lost line break.
_NO_TEXT = frozenset(
    (
        *("type", "in", "required", "deprecated", "nullable", "format", "openapi", "version"),
        *("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems"),
        *("readOnly", "writeOnly", "allowEmptyValue", "explode"),
    )
)
# Keys whose value is always prose.
_TEXT = frozenset(("description", "summary", "title", "example"))
_ENTRY = re.compile(
    r"^(?P<lead>[ ]*(?:- +)*)(?P<key>'[^']+'|\"[^\"]+\"|[^\s'\"#&*!|>%@`?,\[\]{}-][^:]*?):"
    r"(?P<gap>[ \t]+)(?P<value>\S(?:.*[^ \t])?)[ \t]*$"
)
# Each repair parses the block again, of which so many characters are read in all.
MOST_REPAIRS = 100
MOST_READ = 16_000_000
# Unusual characters in an indentation: those for a space, and those for nothing.
_BLANKS = str.maketrans(
    {"\u00a0": " ", "\u2007": " ", "\u202f": " ", "\u200b": None, "\ufeff": None}
)
_INDENTATION = re.compile(r"^[\s\u200b\ufeff]*")


@dataclass(frozen=True, slots=True)
class Repair:
    """A line of the raw page, and what was changed there."""

    line: int
    what: str


@dataclass(frozen=True, slots=True)
class Repaired:
    """The parsed document and its repairs, in line order."""

    document: Located
    repairs: tuple[Repair, ...]


def read_repaired(text: str, file: str, first_line: int) -> Repaired:
    """Read a page's YAML block, fixing what can be fixed without guessing.

    Raises:
        SpecError: the block is not YAML and a line of it has no single obvious reading.
    """
    lines = text.split("\n")
    repairs: dict[int, str] = {}
    while (trouble := _trouble("\n".join(lines))) is not None:
        fixed = _fix(lines, trouble, repairs)
        if len(repairs) == MOST_REPAIRS or len(repairs) * len(text) > MOST_READ:
            raise _too_many(trouble, file, first_line)
        if fixed is None:
            raise _refusal(lines, trouble, file, first_line)
        number, lines[number], repairs[number] = fixed[0], fixed[1], fixed[2]
    report = tuple(Repair(number + first_line, what) for number, what in sorted(repairs.items()))
    return Repaired(parse("\n".join(lines), file, first_line), report)


@dataclass(frozen=True, slots=True)
class _Trouble:
    """Lines (from 0) the parser points at, most likely culprit first, and its complaint."""

    lines: tuple[int, ...]
    why: str


def _trouble(text: str) -> _Trouble | None:
    loader = loader_for(text)
    try:
        require_shallow(text, "", 1, loader)
        root = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        marks = (error.problem_mark, error.context_mark)
        lines = tuple(dict.fromkeys(mark.line for mark in marks if mark))
        return _Trouble(lines, error.problem or "it is not YAML")
    except (yaml.reader.ReaderError, RecursionError, SpecError):
        return None  # reported by the parse that follows
    return next(_silent_troubles(root, text.split("\n")), None)


def _silent_troubles(root: yaml.Node | None, lines: list[str]) -> Iterator[_Trouble]:
    """Places that the parser accepts although text is lost or a key moves to another level."""
    for key, value in _entries(root):
        if isinstance(key, yaml.ScalarNode) and not key.style and key.value != key.value.strip():
            yield _Trouble((key.start_mark.line,), "an unusual blank stands in the indentation")
        elif _text_after(key, value, lines):
            yield _Trouble((value.end_mark.line,), "the text after ' #' would be lost")


def _entries(node: yaml.Node | None) -> Iterator[tuple[yaml.Node, yaml.Node]]:
    pending = [node]
    seen: set[int] = set()
    while pending:
        current = pending.pop()
        if current is None or id(current) in seen or isinstance(current, yaml.ScalarNode):
            continue
        seen.add(id(current))
        if isinstance(current, yaml.MappingNode):
            yield from current.value
            pending.extend(value for _, value in current.value)
        else:
            pending.extend(current.value)


def _text_after(key: yaml.Node, value: yaml.Node, lines: list[str]) -> bool:
    """Whether prose continues after what YAML takes for the start of a comment."""
    if not isinstance(value, yaml.ScalarNode) or value.style or key.value not in _TEXT:
        return False
    if not value.tag.endswith((":str", ":null")):
        return False  # `example: 10 # seconds` is a number and a comment
    if value.end_mark.line >= len(lines):
        return False  # YAML also ends lines at characters that end none here
    rest = lines[value.end_mark.line][value.end_mark.column :]
    return rest.lstrip().startswith("#")


def _fix(lines: list[str], trouble: _Trouble, done: dict[int, str]) -> tuple[int, str, str] | None:
    for number in trouble.lines:
        if number >= len(lines):
            continue
        for fix in _FIXES:
            found = fix(lines[number])
            if found is not None and (number not in done or found[1] not in done[number]):
                what = f"{done[number]}; {found[1]}" if number in done else found[1]
                return number, found[0], what
    return None


_Fix = tuple[str, str]


def _fix_blanks(line: str) -> _Fix | None:
    indentation = _INDENTATION.match(line)
    found = indentation.group() if indentation else ""
    fixed = found.translate(_BLANKS)
    if fixed == found or fixed.strip(" "):
        return None
    return fixed + line[len(found) :], "replaced unusual blanks in the indentation by spaces"


def _fix_tab(line: str) -> _Fix | None:
    entry = _ENTRY.match(line)
    if entry is None or "\t" not in entry["gap"]:
        return None
    fixed = f"{entry['lead']}{entry['key']}: {entry['value']}"
    return fixed, f"replaced the tab after {_bare(entry['key'])} by a space"


def _fix_text(line: str) -> _Fix | None:
    entry = _ENTRY.match(line)
    if entry is None or _bare(entry["key"]) in _NO_TEXT:
        return None
    reason = _why_quote(_bare(entry["key"]), entry["value"])
    if reason is None:
        return None
    quoted = "'" + entry["value"].replace("'", "''") + "'"
    fixed = f"{entry['lead']}{entry['key']}: {quoted}"
    return fixed, f"quoted the value of {_bare(entry['key'])}, {reason}"


def _why_quote(key: str, value: str) -> str | None:
    """Why a value must be quoted to be read as text; None where it may be something else."""
    if value[0] in "@`%":
        return f"which starts with {value[0]}"
    if value[0] in "\"'[{&":
        return None
    if value[0] in "*!|>,?-#":
        return f"which starts with {value[0]}" if key in _TEXT else None
    if ": " in value or value.endswith(":"):
        return "which holds a colon before a blank"
    return "which holds a # after a blank" if " #" in value and key in _TEXT else None


def _bare(key: str) -> str:
    return key.strip("'\"")


def _refusal(lines: list[str], trouble: _Trouble, file: str, first_line: int) -> SpecError:
    number = trouble.lines[0] if trouble.lines else 0
    line = lines[number] if number < len(lines) else ""
    why, remedy = trouble.why, "put the value in quotes, or fix the line in the page"
    if line[: len(line) - len(line.lstrip())].count("\t"):
        why, remedy = "a tab in the indentation has no known width", "indent with spaces"
    elif _goes_on(lines, number):
        why = f"{why}, and the value goes on over several lines, so where it ends is a guess"
    return SpecError(
        what="the YAML of this page cannot be repaired without guessing",
        where=file,
        line=number + first_line,
        why=why,
        remedy=remedy,
    )


def _too_many(trouble: _Trouble, file: str, first_line: int) -> SpecError:
    return SpecError(
        what="the YAML of this page needs too many repairs",
        where=file,
        line=(trouble.lines[0] if trouble.lines else 0) + first_line,
        why=f"at most {MOST_REPAIRS} lines are repaired, fewer in a large page, and this one is "
        "wrong as well",
        remedy="export the page again",
    )


def _goes_on(lines: list[str], number: int) -> bool:
    """Whether the line continues prose of the line before."""
    if number == 0:
        return False
    before = _ENTRY.match(lines[number - 1])
    indent = len(lines[number]) - len(lines[number].lstrip())
    return before is not None and indent > len(before["lead"])


_FIXES: tuple[Callable[[str], _Fix | None], ...] = (_fix_blanks, _fix_tab, _fix_text)
