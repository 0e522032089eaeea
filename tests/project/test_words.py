"""Holds the glossary: words that only this project would understand stand nowhere in its text."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project.source import ROOT, files

# What a newcomer would have to learn, and what is written instead.
WORDS = {
    r"manners": "behaviour; the dialect used for responses",
    r"told|tell|tells|telling": "sent, reported, rendered, named",
    r"desks?": "JobService, WebhookService",
    r"courses?": "scenario, job plan",
    r"worlds?": "tenant, TenantState, TenantDefaults",
    r"standings?": "evidence",
    r"situations?": "error kind, case",
    r"magic|vocabulary|vocabularies": "trigger; allowed values",
    r"speech|speeches|spoken": "DialectContract, DialectContracts",
    r"twins?": "JSON counterpart",
    r"remarks?": "annotation",
    r"mend|mends|mended|mending": "fix",
    r"made[-_ ]up": "unknown",
    r"twists?": "mutation",
    r"whoever": "anyone who",
}
# Names on the wire, in stored data and in files, which do not change.
EXCEPTIONS = (
    (r"x-standing|x-vocabulary", "extensions of OpenAPI in the contract"),
    (r"\bstandings?\b", "the key of data that says how well a fact is supported"),
    (r"(?:/_mock)?/world\b|(?:get|reset|forget)World\b|world_not_found", "the control API"),
    (r"[\"'`]worlds?[\"'`]|\bworlds: \{type|, worlds,", "keys of the control API's responses"),
    (r"(?:FROM|INTO|TABLE|UPDATE) worlds\b|\"worlds \(|\}:worlds?\b", "tables and keys of stores"),
    (r"[\"'`]course[\"'`]|\bcourse[:=]|\.course\b", "a key of stored tenants"),
    (r"--remarks|remarks\\?\.yaml|[\"'`]remarks?[\"'`]", "an option and the file it names"),
    (r"x-json-twin|vocabularies-differ-in-form", "a key of overlays, a conflict rule"),
    (r"known_deviations_to_mend", "a key of the report"),
    (r"\bof course\b", "English"),
)
# The pages' own texts, the contract that is built from them, and what names the words itself.
FOREIGN = (
    "openapi/documented/",
    "openapi/completions.yaml",
    "openapi/gateway.yaml",
    "docs/glossary.md",
    "tests/project/test_words.py",
)
READ = (".py", ".md", ".yaml", ".toml", ".json", ".mjs")

_WORD = re.compile(rf"(?<![a-z])(?:{'|'.join(WORDS)})(?![a-z])", re.IGNORECASE)
_STAYS = re.compile("|".join(pattern for pattern, _ in EXCEPTIONS))
# `TenantWorld` is two words.
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


def private_words(text: str) -> Iterator[tuple[int, str]]:
    """Each such word of a text with its line."""
    for number, line in enumerate(text.splitlines(), 1):
        for found in _WORD.finditer(_HUMP.sub(" ", _STAYS.sub("", line))):
            yield number, found[0]


def _read(path: Path) -> bool:
    name = path.relative_to(ROOT).as_posix()
    return path.suffix in READ and not name.startswith(FOREIGN)


def test_the_glossary_is_kept() -> None:
    """Names, docstrings, comments, messages and pages use the terms of the field."""
    found = [
        f"{path.relative_to(ROOT)}:{line} {word}"
        for path in filter(_read, files())
        for line, word in private_words(path.read_text(encoding="utf-8"))
    ]

    assert found == []


def test_files_are_named_in_these_terms() -> None:
    """A folder or a file has no such word in its name."""
    names = (path.relative_to(ROOT).as_posix() for path in files())

    assert [name for name in names if list(private_words(name))] == []


@pytest.mark.parametrize(
    "text",
    ["The manners", "class World:", "TenantWorld", "worlds_of", "a made-up key", "Told", "MAGIC"],
)
def test_a_private_word_is_found(text: str) -> None:
    """A word is found in prose and as a part of a name, whatever its case."""
    assert list(private_words(text))


@pytest.mark.parametrize("text", ["x-standing: inferred", '{"standing": 1}', "GET /_mock/world"])
def test_a_name_on_the_wire_stays(text: str) -> None:
    """Names on the wire and keys of files are no words of the project."""
    assert not list(private_words(text))
