"""Raw documentation pages into documented pages, and what that changes in the contract."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openapi import DOCUMENTED
from openapi.diff.difference import Difference
from openapi.documents.changes import Change, changes
from openapi.documents.located import Located, load
from openapi.documents.pointers import Steps, json_pointer, value_at
from openapi.documents.writing import dump, make_folder, write_all
from openapi.errors import SpecError
from openapi.importing.markdown import RawPage, check_openapi, read_pages
from openapi.importing.naming import Names, api_id
from openapi.importing.repair import Repair, read_repaired
from openapi.importing.wording import Wording, load_wording, rewrite

_BOOKKEEPING = ("x-page", "x-repairs")
_ADDRESS = re.compile(r"^(?:https?://[^/]*|\{\{[^}/]*\}\})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Prose that is kept as on the page because ``wording.yaml`` has no entry for it.

    ``line`` is a line of the raw page.
    """

    line: int
    pointer: str
    text: str


@dataclass(frozen=True, slots=True)
class ImportedPage:
    """The result for one page.

    Attributes:
        changes: None for a page that is new.
        replaced: the id of the page that it replaces, if that is another one.
    """

    name: str
    source: Path
    file: Path
    repairs: tuple[Repair, ...]
    verbatim: tuple[Verbatim, ...]
    changes: tuple[Change, ...] | None
    replaced: str | None = None


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The result of an import, one entry for each page in the order given.

    Attributes:
        contract: the changes of the merged contract, value by value; None when not compared.
        differences: the same as what they mean and whom they break, most serious first.
    """

    pages: tuple[ImportedPage, ...]
    contract: tuple[Change, ...] | None = None
    differences: tuple[Difference, ...] | None = None

    @property
    def changed(self) -> bool:
        """Whether the import brings anything that was not there before."""
        return any(page.changes is None or page.changes or page.replaced for page in self.pages)


@dataclass(frozen=True, slots=True)
class Origin:
    """The raw page that a documented one was made from; ``lines`` are those of its places."""

    path: Path
    lines: Mapping[tuple[str, ...], int]

    def line_of(self, kept: Located, line: int) -> int:
        """The line of the raw page for a line of the documented one, or of the part around it."""
        before = [pointer for pointer, place in kept.lines() if place <= line]
        place = tuple(map(str, before[-1])) if before else ()
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


@dataclass(frozen=True, slots=True)
class PreparedImport:
    """An import that was read whole and has written nothing yet.

    Attributes:
        texts: what is to be written, by file.
        origins: where each documented page comes from, by the name of its file.
    """

    documented: Path
    report: ImportReport
    texts: Mapping[Path, str]
    origins: Mapping[str, Origin]

    def write(self) -> ImportReport:
        """Write every page, or none.

        Raises:
            SpecError: the folder or a file cannot be written.
        """
        make_folder(self.documented)
        write_all(self.texts)
        return self.report

    def at_origin(self, error: SpecError) -> SpecError:
        """The error with the user's own file and line where it names one of the written files."""
        kept = Path(error.where)
        origin = self.origins.get(kept.name)
        if origin is None:
            return error
        return SpecError(
            what=error.what,
            where=str(origin.path),
            line=origin.line_of(load(kept), error.line),
            why=error.why,
            remedy=error.remedy,
        )


def import_pages(
    paths: Sequence[Path],
    documented: Path = DOCUMENTED,
    name: str | None = None,
    *,
    wording: Wording | None = None,
) -> ImportReport:
    """Read raw pages and keep each as a file of ``documented``.

    Raises:
        SpecError: a page cannot be read or named; nothing has been written then.
    """
    return prepare_import(paths, documented, name, wording=wording).write()


def prepare_import(
    paths: Sequence[Path],
    documented: Path,
    name: str | None = None,
    *,
    wording: Wording | None = None,
) -> PreparedImport:
    """Read raw pages as ``import_pages`` does, and write nothing.

    Raises:
        SpecError: a page cannot be read or has no name of its own.
    """
    wording = wording or load_wording()
    existing = {file: load(file) for file in sorted(documented.glob("*.yaml"))}
    names = Names(documented, existing, wording)
    texts: dict[Path, str] = {}
    origins: dict[str, Origin] = {}
    imported = []
    for raw in _raw_pages(paths, name):
        document, repairs = _read(raw)
        chosen = names.choose(document, raw, name)
        file = documented / f"{chosen}.yaml"
        lines = {tuple(map(str, pointer)): line for pointer, line in document.lines()}
        origins[file.name] = Origin(raw.path, lines)
        kept, verbatim = _kept(document, chosen, repairs, wording)
        # A file that says the same stays as it is, comments included.
        if file not in existing or existing[file].data != kept:
            texts[file] = dump(kept)
        imported.append(
            ImportedPage(
                chosen, raw.path, file, repairs, verbatim, *_compared(existing.get(file), kept)
            )
        )
    return PreparedImport(documented, ImportReport(tuple(imported)), texts, origins)


def _raw_pages(paths: Sequence[Path], name: str | None) -> Iterator[RawPage]:
    for path in paths:
        pages = read_pages(path)
        if name and len(pages) > 1:
            raise SpecError(
                what="the page has no name",
                where=str(path),
                line=pages[1].first_line,
                why=f"the file holds {len(pages)} pages, and --name is for a single one",
                remedy="leave --name out",
            )
        yield from pages


def _read(raw: RawPage) -> tuple[Located, tuple[Repair, ...]]:
    repaired = read_repaired(raw.text, str(raw.path), raw.first_line)
    check_openapi(repaired.document)
    return repaired.document, repaired.repairs


def _kept(
    document: Located, name: str, repairs: tuple[Repair, ...], wording: Wording
) -> tuple[dict[str, Any], tuple[Verbatim, ...]]:
    rewritten = rewrite(document.data, wording)
    lines = dict(document.lines())
    paths = rewritten.document["paths"]
    written = {path: _path_of(path) for path in paths}
    rewritten.document["paths"] = {written[path]: item for path, item in paths.items()}
    repairs += tuple(
        Repair(lines["paths", path], f"wrote the path {path} as {better}")
        for path, better in written.items()
        if path != better
    )
    places = {line: pointer for pointer, line in lines.items()}
    kept = {
        "openapi": rewritten.document["openapi"],
        "x-page": name,
        "x-repairs": [_repair(repair, places) for repair in repairs],
    }
    verbatim = tuple(
        Verbatim(lines[pointer], json_pointer(pointer), value_at(document.data, pointer))
        for pointer in rewritten.verbatim
    )
    return kept | rewritten.document, verbatim


def _path_of(path: str) -> str:
    """A path without the server's address, which an exporter puts in front, and with its slash."""
    if path.startswith(("/", "x-")):
        return path
    bare = _ADDRESS.sub("", path)
    return bare if bare.startswith("/") else f"/{bare}"


def _repair(repair: Repair, places: Mapping[int, Steps]) -> dict[str, Any]:
    row: dict[str, Any] = {"line": repair.line, "what": repair.what}
    where = places.get(repair.line)
    return row | ({"at": json_pointer(where)} if where else {})


def _compared(
    before: Located | None, kept: Mapping[str, Any]
) -> tuple[tuple[Change, ...] | None, str | None]:
    """What changed in a page, and the id of the page that it replaces."""
    if before is None:
        return None, None
    old, new = api_id(before.data), api_id(kept)
    return tuple(_changed(before.data, kept)), old if new and old != new else None


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    return changes(
        *(
            {key: value for key, value in document.items() if key not in _BOOKKEEPING}
            for document in (before, after)
        )
    )
