"""An import together with what it changes in the contract: merged before, merged after."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from openapi.changes import changes
from openapi.documents import load_pages
from openapi.importing import ImportReport, import_pages
from openapi.merge import merge

# A line number moves whenever anything above it does; that is no change of the contract.
_CITATIONS = frozenset({"x-source", "x-sources", "x-enum-sources"})


def import_and_compare(paths: list[Path], documented: Path, name: str | None) -> ImportReport:
    """Import pages and report what that changes in the contract, overlay aside.

    Raises:
        SpecError: as ``import_pages``; nothing is written then.
    """
    before = _merged(documented)
    report = import_pages(paths, documented, name)
    if before is None:
        return report
    return replace(report, contract=tuple(changes(before, _merged(documented))))


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
