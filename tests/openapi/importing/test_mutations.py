"""Holds `import` to 150 mutations of our own pages: each is accepted, or refused with its line."""

import json
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

import openapi
from openapi.cli.import_pages import import_command

PAGES = sorted(openapi.DOCUMENTED.glob("*.yaml"))
Mutation = Callable[[str, random.Random], str | bytes]


def fenced(text: str, fence: str = "```", language: str = "yaml") -> str:
    """A page of Markdown around a document."""
    return f"# A page\n\n{fence}{language}\n{text}\n{fence}\n"


def line_changed(change: Callable[[str], str]) -> Mutation:
    """Change one line that the generator draws."""

    def mutate(text: str, draw: random.Random) -> str:
        lines = text.split("\n")
        at = draw.randrange(5, len(lines) - 1)
        lines[at] = change(lines[at])
        return fenced("\n".join(lines))

    return mutate


def put_in(more: str) -> Mutation:
    """Add text before the paths."""
    return lambda text, _: fenced(text.replace("paths:\n", f"{more}\npaths:\n", 1))


def replaced(old: str, new: str) -> Mutation:
    """Replace the first of a pattern."""
    return lambda text, _: fenced(re.sub(old, new.replace("\\", "\\\\"), text, count=1))


def _cut(text: str, draw: random.Random) -> str:
    return fenced(text[: draw.randrange(200, len(text))])


MUTATIONS: dict[str, Mutation] = {
    "UTF-16": lambda text, _: fenced(text).encode("utf-16"),
    "Latin-1": lambda text, _: fenced(text).encode() + b"\xe9",
    "byte order mark": lambda text, _: b"\xef\xbb\xbf" + fenced(text).encode(),
    "carriage returns": lambda text, _: fenced(text).replace("\n", "\r\n"),
    "a zero byte": lambda text, _: fenced(text).replace("paths", "pa\0ths", 1),
    "a tab": line_changed(lambda line: "\t" + line),
    "a blank that breaks no line": line_changed(lambda line: "\u00a0" + line),
    "an indentation more": line_changed(lambda line: "   " + line),
    "a line without its colon": line_changed(lambda line: line.replace(":", "", 1)),
    "an open quote": line_changed(lambda line: line.replace(": ", ": '", 1)),
    "an open bracket": line_changed(lambda line: line.replace(": ", ": [", 1)),
    "a colon in a text": line_changed(lambda line: f"{line} and: more: here"),
    "a line twice": line_changed(lambda line: f"{line}\n{line}"),
    "a line less": line_changed(lambda line: ""),
    "an anchor": put_in("x-a: &a {b: 1}\nx-b: *a"),
    "a merge key": put_in("x-a: &a {b: 1}\nx-b: {<<: *a}"),
    "a tag": put_in("x-a: !!python/object:os.system ls"),
    "a second document": put_in("---"),
    "a number of 5,000 digits": put_in(f"x-a: {'9' * 5000}"),
    "a word of 8,000 letters": put_in(f"x-a: {'a' * 8000}"),
    "deep nesting": put_in(f"x-a: {'[' * 300}{']' * 300}"),
    "many fields": put_in("x-a:\n" + "".join(f"  k{n}: {n}\n" for n in range(2000))),
    "a lost reference": replaced(r"type: string", "$ref: '#/components/schemas/Nobody'"),
    "a reference to itself": replaced(r"type: string", "$ref: '#/paths'"),
    "a reference to a file": replaced(r"type: string", "$ref: other.yaml#/a"),
    "a type that does not exist": replaced(r"type: string", "type: strng"),
    "an empty key": replaced(r"summary: .*", "summary:"),
    "a cut": _cut,
    "JSON": lambda text, _: fenced(json.dumps(yaml.safe_load(text)), language="json"),
    "an open fence": lambda text, _: f"```yaml\n{text}\n",
}


@pytest.mark.long
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutated_page_is_accepted_or_refused_by_its_line(
    tmp_path: Path, name: str, page: Path
) -> None:
    """No other error, and nothing half-written: a folder with the page, or none."""
    mutated = MUTATIONS[name](
        page.read_text(encoding="utf-8"), random.Random(f"{name} {page.stem}")
    )
    raw = tmp_path / "raw.md"
    raw.write_bytes(mutated if isinstance(mutated, bytes) else mutated.encode())
    folder = tmp_path / "kept"

    result = CliRunner().invoke(import_command, [str(raw), "--documented", str(folder)])

    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    if result.exit_code == 0:
        assert len(list(folder.iterdir())) == 1
    else:
        assert result.exit_code == 1
        assert re.search(rf"{re.escape(str(raw))}:\d+: ", result.output), result.output
        assert not folder.exists()
