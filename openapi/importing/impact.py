"""An import together with what it changes in the contract: merged before, merged after."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from openapi.documents.changes import changes
from openapi.errors import SpecError
from openapi.importing.importer import (
    ImportReport,
    PreparedImport,
    import_pages,
    prepare_import,
)
from openapi.merging.merge import merge
from openapi.pages.documented import load_pages

# A line number moves whenever anything above it does; that is no change of the contract.
_CITATIONS = frozenset({"x-source", "x-sources", "x-enum-sources", "x-left-out"})


def import_and_compare(paths: list[Path], documented: Path, name: str | None) -> ImportReport:
    """Import pages and report what that changes in the contract, overlay aside.

    Raises:
        SpecError: as ``import_pages``, or the folder's pages could not be merged any more; nothing
            is written then.
    """
    try:
        before = _merged(documented)
    except SpecError:
        # What cannot be merged now may be what this import mends.
        return import_pages(paths, documented, name)
    prepared = prepare_import(paths, documented, name)
    after = _rehearsed(prepared, paths)
    report = prepared.write()
    return report if before is None else replace(report, contract=tuple(changes(before, after)))


def _rehearsed(prepared: PreparedImport, paths: list[Path]) -> Any:
    """What the folder's pages will merge to, tried on a copy of the folder."""
    with TemporaryDirectory() as scratch:
        copy = Path(scratch)
        for file in prepared.documented.glob("*.yaml"):
            shutil.copy(file, copy)
        for file, text in prepared.texts.items():
            (copy / file.name).write_text(text, encoding="utf-8", newline="\n")
        try:
            return _merged(copy)
        except SpecError as error:
            raise SpecError(
                what="with the page imported, the pages cannot be merged",
                where=str(paths[0]),
                line=1,
                why=str(error).replace(f"{copy}/", "as it would be kept, "),
                remedy="correct the page, or import it into a folder of its own (--documented)",
            ) from error


def _merged(documented: Path) -> Any:
    """What the folder's pages merge to, without citations; None while it holds no page."""
    if not any(documented.glob("*.yaml")):
        return None
    return _without_citations(merge(load_pages(documented)))


def _without_citations(node: Any) -> Any:
    if isinstance(node, Mapping):
        return {
            key: _without_citations(value) for key, value in node.items() if key not in _CITATIONS
        }
    return [_without_citations(item) for item in node] if isinstance(node, list) else node
