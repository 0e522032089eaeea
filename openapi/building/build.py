"""Builds one contract from pages, overlay and model catalogue; reproducible byte for byte."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openapi import coverage
from openapi.building.check import check_contract
from openapi.catalogue.models import load_catalogue
from openapi.documents.writing import dump
from openapi.errors import SpecError
from openapi.merging.merge import merge
from openapi.overlay.apply import Action, apply, load_overlay
from openapi.overlay.json_counterparts import expand
from openapi.pages.documented import load_pages


@dataclass(frozen=True, slots=True)
class Sources:
    """The files that a contract is built from.

    ``skip_unmatched`` allows overlay and catalogue to name pages that the folder does not have.
    """

    documented: Path
    overlay: Path | None
    models: Path | None
    skip_unmatched: bool = False

    @property
    def heading(self) -> str:
        """The comment at the top of the contract's file."""
        named = [path.name for path in (self.overlay, self.models) if path]
        first = ", ".join((f"{self.documented.resolve().name}/", *named[:-1]))
        return f"# Built by `gateway-spec build` from {' and '.join((first, *named[-1:]))}.\n"


@dataclass(frozen=True, slots=True)
class Built:
    """A contract, and the overlay's actions that were left out because they matched nothing."""

    contract: dict[str, Any]
    left_out: tuple[Action, ...] = ()


def build(sources: Sources) -> Built:
    """Merge the pages, apply overlay and catalogue, check and return the contract.

    Raises:
        SpecError: a source cannot be read, an overlay action matches nothing, catalogue and pages
            disagree, or the result is not valid OpenAPI 3.0 or breaks the contract's rules.
    """
    pages = load_pages(sources.documented)
    contract = merge(pages)
    left_out: tuple[Action, ...] = ()
    if sources.overlay:
        overlay = load_overlay(sources.overlay)
        completed = apply(contract, overlay, skip_unmatched=sources.skip_unmatched)
        contract, left_out = completed.document, completed.unmatched
    expand(contract)
    if sources.models:
        catalogue = load_catalogue(sources.models)
        coverage.extend(contract, catalogue)
        coverage.check(contract, catalogue, some_pages=sources.skip_unmatched)
    check_contract(contract, pages)
    return Built(contract, left_out)


def render(built: Built, sources: Sources) -> str:
    """Render the contract's file: a heading that names its sources, then YAML."""
    return sources.heading + dump(built.contract)


def check_fresh(rendered: str, out: Path) -> None:
    """Compare the committed file with a fresh build, byte for byte.

    Raises:
        SpecError: the file is missing, cannot be read or differs.
    """
    try:
        held = out.read_bytes()
    except FileNotFoundError as error:
        raise _stale(out, "it does not exist") from error
    except OSError as error:
        raise _stale(out, error.strerror or str(error)) from error
    if held != rendered.encode():
        raise _stale(out, "it is not what its sources build to")


def _stale(out: Path, why: str) -> SpecError:
    return SpecError(
        what="the contract is stale",
        where=str(out),
        line=1,
        why=why,
        remedy="run 'gateway-spec build' with the same options and commit the result",
    )
