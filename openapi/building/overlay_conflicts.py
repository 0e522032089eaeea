"""What an overlay infers of operations that pages document otherwise, as rows of the report."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from openapi.conflicts.model import Conflict, Severity
from openapi.documents.pointers import json_pointer
from openapi.merging.merge import merge
from openapi.overlay.apply import apply, load_overlay
from openapi.overlay.gaps import Difference
from openapi.pages.documented import DocumentedPage
from openapi.pages.node import Claim

_DEPTH = 3
_LONGEST = 120


def overlay_conflicts(pages: Sequence[DocumentedPage], overlay: Path) -> Iterator[Conflict]:
    """One row for each part of a documented operation that an overlay has otherwise.

    Raises:
        SpecError: the pages cannot be merged, or the overlay cannot be read or applied.
    """
    completed = apply(merge(pages), load_overlay(overlay), skip_unmatched=True)
    for difference in completed.differences:
        yield _row(completed.document, difference, overlay)


def _row(document: dict[str, Any], difference: Difference, overlay: Path) -> Conflict:
    _, path, method = difference.pointer[:_DEPTH]
    inside = json_pointer(difference.pointer[_DEPTH:])
    source = str(document["paths"][path][method]["x-source"]).partition(",")[0]
    page, _, line = source.rpartition(":")
    return Conflict(
        rule="overlay-differs",
        scope="page",
        operation=f"{str(method).upper()} {path}",
        field=inside,
        claims=(
            Claim(f"documents {_shown(difference.documented)}", page, int(line), inside),
            Claim(f"infers {_shown(difference.inferred)}", overlay.name, difference.line, inside),
        ),
        settled="The page stands: an overlay fills only what a documented operation leaves out.",
        found="rule",
        severity=Severity.GAP,
    )


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
