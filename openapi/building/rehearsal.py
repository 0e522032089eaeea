"""Imports that are tried on a copy first: what they change in the contract, and that it builds."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openapi
from openapi.building.build import Sources, build
from openapi.contract.contract import Contract
from openapi.diff.contracts import compare_contracts
from openapi.documents.changes import changes
from openapi.errors import SpecError
from openapi.importing.importer import ImportReport, PreparedImport, prepare_import
from openapi.merging.merge import merge
from openapi.pages.documented import load_pages

# A line number moves whenever anything above it does; that is no change of the contract.
_CITATIONS = frozenset({"x-source", "x-sources", "x-enum-sources", "x-left-out"})


def import_and_compare(
    paths: list[Path], documented: Path, name: str | None, *, check: bool = False
) -> ImportReport:
    """Import pages and report what that changes in the contract, overlay aside.

    The contract is built from a copy of the folder first, completed by this package's overlay and
    catalogue. With ``check`` nothing is written.

    Raises:
        SpecError: as ``import_pages``, or the folder's pages could not be built any more; nothing
            is written then.
    """
    prepared = prepare_import(paths, documented, name)
    after = _rehearsed(prepared, paths)
    try:
        before = _merged(documented) if prepared.texts else after
    except SpecError:
        # This import may fix what cannot be merged now.
        before = None
    report = prepared.report if check else prepared.write()
    if before is None:
        return report
    if before is after:
        return replace(report, contract=(), differences=())
    found = tuple(compare_contracts(Contract(before), Contract(after)))
    plain = changes(_without_citations(before), _without_citations(after))
    return replace(report, contract=tuple(plain), differences=found)


def _rehearsed(prepared: PreparedImport, paths: list[Path]) -> dict[str, Any]:
    """What the folder's pages will merge to, once a copy of them has been built."""
    with TemporaryDirectory() as scratch:
        copy = Path(scratch)
        for file in prepared.documented.glob("*.yaml"):
            shutil.copy(file, copy)
        for file, text in prepared.texts.items():
            (copy / file.name).write_text(text, encoding="utf-8", newline="\n")
        try:
            sources = Sources(copy, openapi.OVERLAY, openapi.MODELS, skip_unmatched=True)
            return build(sources).merged
        except SpecError as error:
            own = prepared.at_origin(error)
            is_of_page = own is not error
            kept = str(error).replace(f"{copy}/", "as it would be kept, ")
            raise SpecError(
                what="with the page imported, the contract cannot be built",
                where=own.where if is_of_page else str(paths[0]),
                line=own.line if is_of_page else 1,
                why=f"{own.what}: {own.why}" if is_of_page else kept,
                remedy="correct the page, or import it into a folder of its own (--documented)",
            ) from error


def _merged(documented: Path) -> dict[str, Any] | None:
    """What the folder's pages merge to; None while it holds no page."""
    return merge(load_pages(documented)) if any(documented.glob("*.yaml")) else None


def _without_citations(node: Any) -> Any:
    if isinstance(node, Mapping):
        return {
            key: _without_citations(value) for key, value in node.items() if key not in _CITATIONS
        }
    return [_without_citations(item) for item in node] if isinstance(node, list) else node
