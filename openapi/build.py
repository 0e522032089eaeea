"""Pages, overlay and catalogue to one contract; the same inputs give the same bytes."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openapi import coverage
from openapi.catalogue import load_catalogue
from openapi.check import check_contract
from openapi.documents import load_pages
from openapi.errors import SpecError
from openapi.merge import merge
from openapi.overlay import apply, load_overlay
from openapi.twins import expand
from openapi.writing import dump

_HEADER = "# Built by `gateway-spec build` from documented/, completions.yaml and models.yaml.\n"


@dataclass(frozen=True, slots=True)
class Sources:
    """What a contract is built from."""

    documented: Path
    overlay: Path | None
    models: Path | None


def build(sources: Sources) -> dict[str, Any]:
    """Merge, complete and check; return the contract.

    Raises:
        SpecError: a source cannot be read, an overlay action matches nothing, catalogue and pages
            disagree, or the result is no valid OpenAPI 3.0 document or breaks the contract's rules.
    """
    pages = load_pages(sources.documented)
    contract = merge(pages)
    if sources.overlay:
        contract = apply(contract, load_overlay(sources.overlay))
    expand(contract)
    if sources.models:
        catalogue = load_catalogue(sources.models)
        coverage.extend(contract, catalogue)
        coverage.check(contract, catalogue)
    check_contract(contract, pages)
    return contract


def render(contract: dict[str, Any]) -> str:
    """The contract's file: a header that says where it comes from, then YAML."""
    return _HEADER + dump(contract)


def check_fresh(rendered: str, out: Path) -> None:
    """Hold the committed file to a fresh build.

    Raises:
        SpecError: the file is missing or differs.
    """
    if not out.exists() or out.read_text(encoding="utf-8") != rendered:
        raise SpecError(
            what="the contract is stale",
            where=str(out),
            line=1,
            why="it is not what its sources build to" if out.exists() else "it does not exist",
            remedy="run 'gateway-spec build' and commit the result",
        )
