"""Raw documentation pages into ``documented/``: every page is read before the first is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openapi import DOCUMENTED
from openapi.documents.changes import Change, changes
from openapi.documents.located import Located, load
from openapi.documents.pointers import Steps, json_pointer
from openapi.documents.writing import dump, make_folder, write_all
from openapi.importing.markdown import check_openapi, read_page
from openapi.importing.naming import Names
from openapi.importing.repair import Repair, read_repaired
from openapi.importing.rewriting import rewrite
from openapi.importing.wording import Wording, load_wording

_BOOKKEEPING = ("x-page", "x-repairs")


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Prose kept as the page has it because nobody has worded it: raw line, pointer, text."""

    line: int
    pointer: str
    text: str


@dataclass(frozen=True, slots=True)
class ImportedPage:
    """What became of one page. ``changes`` is None for a page that was not there before."""

    name: str
    source: Path
    file: Path
    repairs: tuple[Repair, ...]
    verbatim: tuple[Verbatim, ...]
    changes: tuple[Change, ...] | None


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, one entry a page in the order given.

    ``contract`` is what it changed in the built contract; None when nobody compared.
    """

    pages: tuple[ImportedPage, ...]
    contract: tuple[Change, ...] | None = None


def import_pages(
    paths: Sequence[Path],
    documented: Path = DOCUMENTED,
    name: str | None = None,
    *,
    wording: Wording | None = None,
) -> ImportReport:
    """Read raw pages and keep each as a file of ``documented``.

    Raises:
        SpecError: a page cannot be read or has no name of its own; nothing has been written then.
    """
    wording = wording or load_wording()
    existing = {file: load(file) for file in sorted(documented.glob("*.yaml"))}
    names = Names(documented, existing, wording)
    texts: dict[Path, str] = {}
    imported = []
    for path in paths:
        document, repairs = _read(path)
        chosen = names.choose(document, path, name)
        file = documented / f"{chosen}.yaml"
        kept, verbatim = _kept(document, chosen, repairs, wording)
        texts[file] = dump(kept)
        before = existing.get(file)
        found = None if before is None else tuple(_changed(before.data, kept))
        imported.append(ImportedPage(chosen, path, file, repairs, verbatim, found))
    make_folder(documented)
    write_all(texts)
    return ImportReport(tuple(imported))


def _read(path: Path) -> tuple[Located, tuple[Repair, ...]]:
    raw = read_page(path)
    repaired = read_repaired(raw.text, str(path), raw.first_line)
    check_openapi(repaired.document)
    return repaired.document, repaired.repairs


def _kept(
    document: Located, name: str, repairs: tuple[Repair, ...], wording: Wording
) -> tuple[dict[str, Any], tuple[Verbatim, ...]]:
    rewritten = rewrite(document.data, wording)
    lines = dict(document.lines())
    kept = {
        "openapi": rewritten.document["openapi"],
        "x-page": name,
        "x-repairs": [_repair(repair, lines) for repair in repairs],
    }
    verbatim = tuple(
        Verbatim(lines[pointer], json_pointer(pointer), _at(document.data, pointer))
        for pointer in rewritten.verbatim
    )
    return kept | rewritten.document, verbatim


def _repair(repair: Repair, lines: Mapping[Steps, int]) -> dict[str, Any]:
    row: dict[str, Any] = {"line": repair.line, "what": repair.what}
    where = [pointer for pointer, line in lines.items() if line == repair.line]
    return row | ({"at": json_pointer(where[-1])} if where else {})


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    return changes(
        *(
            {key: value for key, value in document.items() if key not in _BOOKKEEPING}
            for document in (before, after)
        )
    )


def _at(node: Any, pointer: Steps) -> Any:
    for step in pointer:
        node = node[step]
    return node
