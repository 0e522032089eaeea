"""Builds one contract from pages, overlay and model catalogue; reproducible byte for byte."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openapi import coverage
from openapi.building.check import check_contract
from openapi.catalogue.models import load_catalogue
from openapi.documents.pointers import follow
from openapi.documents.writing import dump
from openapi.errors import SpecError
from openapi.merging.merge import merge
from openapi.merging.responses import replies_of
from openapi.overlay.apply import Action, apply, load_overlay
from openapi.overlay.json_counterparts import expand
from openapi.pages.documented import DocumentedPage, load_pages
from openapi.pages.operation import operations_of


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
    """A contract.

    Attributes:
        merged: what the pages alone say; without an overlay the contract itself.
        left_out: the overlay's actions that were left out because they matched nothing.
    """

    contract: dict[str, Any]
    merged: dict[str, Any]
    left_out: tuple[Action, ...] = ()


def build(sources: Sources) -> Built:
    """Merge the pages, apply overlay and catalogue, check and return the contract.

    Raises:
        SpecError: a source cannot be read, an overlay action matches nothing, catalogue and pages
            disagree, or the result is not valid OpenAPI 3.0 or breaks the contract's rules.
    """
    pages = load_pages(sources.documented)
    contract = merged = merge(pages)
    left_out: tuple[Action, ...] = ()
    if sources.overlay:
        overlay = load_overlay(sources.overlay)
        completed = apply(contract, overlay, skip_unmatched=sources.skip_unmatched)
        contract, left_out = completed.document, completed.unmatched
        _demand_nothing_that_examples_lack(contract, pages)
    expand(contract)
    if sources.models:
        catalogue = load_catalogue(sources.models)
        coverage.extend(contract, catalogue)
        if not sources.skip_unmatched:
            coverage.check(contract, catalogue)
    check_contract(contract, pages)
    return Built(contract, merged, left_out)


def _demand_nothing_that_examples_lack(
    contract: dict[str, Any], pages: Sequence[DocumentedPage]
) -> None:
    """Take back what an overlay demands of a response although a page shows one without it."""
    for page in pages:
        for reply in (each for operation in operations_of(page) for each in replies_of(operation)):
            path = contract["paths"].get(reply.path, {})
            responses = path.get(reply.method, {}).get("responses", {})
            content = follow(contract, responses.get(reply.status, {})).get("content", {})
            schema = follow(contract, content.get(reply.media_type, {}).get("schema", {}))
            shown = [each.value for each in reply.objects()]
            if "required" in schema and isinstance(schema, dict):
                kept = [name for name in schema["required"] if all(name in it for it in shown)]
                schema |= {"required": kept}
                if not kept:
                    del schema["required"]


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
