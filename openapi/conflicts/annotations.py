"""Notes on pages that no rule can make, from ``remarks.yaml``, each tied to a line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from openapi import FOLDER
from openapi.conflicts.model import Conflict
from openapi.documents.located import Located, load
from openapi.documents.places import METHODS
from openapi.documents.pointers import Steps, json_pointer, steps_of
from openapi.errors import SpecError
from openapi.pages.documented import DocumentedPage
from openapi.pages.node import Claim

ANNOTATIONS = FOLDER / "remarks.yaml"
_KEYS = ("rule", "page", "pointer", "text", "settled", "source", "standing")
_EVIDENCE = ("verified", "inferred")


@dataclass(frozen=True, slots=True)
class Annotation:
    """A note on a place of a page; ``line`` is its line in the file of notes."""

    rule: str
    page: str
    pointer: Steps
    text: str
    settled: str
    source: str
    standing: str
    line: int


def find_annotations(
    pages: Sequence[DocumentedPage], path: Path = ANNOTATIONS
) -> Iterator[Conflict]:
    """The notes on ``pages`` as rows of the report.

    Raises:
        SpecError: a note is incomplete, or the place that it points to does not exist.
    """
    named = {page.name: page for page in pages}
    for annotation in load_annotations(path):
        page = named.get(annotation.page)
        if page is not None:
            yield _conflict(annotation, page, path)


def load_annotations(path: Path = ANNOTATIONS) -> list[Annotation]:
    """Read a file of notes.

    Raises:
        SpecError: a note lacks a key, or its standing is not ``verified`` or ``inferred``.
    """
    located = load(path)
    if not isinstance(located.data, list):
        raise _refusal(path, 1, "the file is not a list", "write one entry for each note")
    return [_annotation(located, index, path) for index in range(len(located.data))]


def _annotation(located: Located, index: int, path: Path) -> Annotation:
    row, line = located.data[index], located.line((index,))
    missing = [
        key for key in _KEYS if not isinstance(row, dict) or not isinstance(row.get(key), str)
    ]
    if missing:
        raise _refusal(path, line, f"{', '.join(missing)} is missing or not text", "write it")
    if row["standing"] not in _EVIDENCE:
        raise _refusal(path, line, "the standing is neither verified nor inferred", "choose one")
    pointer = steps_of(row["pointer"])
    return Annotation(**{**{key: row[key] for key in _KEYS}, "pointer": pointer}, line=line)


def _conflict(annotation: Annotation, page: DocumentedPage, path: Path) -> Conflict:
    try:
        line = page.line(annotation.pointer)
    except KeyError as error:
        why = f"page {page.name} has nothing at {json_pointer(annotation.pointer)} any more"
        remedy = "fix or remove the note"
        raise _refusal(path, annotation.line, why, remedy) from error
    return Conflict(
        rule=annotation.rule,
        scope="page",
        operation=_operation(annotation.pointer),
        field=str(annotation.pointer[-1]),
        claims=(Claim(annotation.text, page.name, line, json_pointer(annotation.pointer)),),
        settled=f"{annotation.settled} Source: {annotation.source} ({annotation.standing}).",
        found="remark",
    )


def _operation(pointer: Steps) -> str:
    match pointer:
        case ("paths", path, method, *_) if method in METHODS:
            return f"{str(method).upper()} {path}"
    return ""


def _refusal(path: Path, line: int, why: str, remedy: str) -> SpecError:
    return SpecError(
        what="the note cannot be used", where=str(path), line=line, why=why, remedy=remedy
    )
