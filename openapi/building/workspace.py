"""Everything that another gateway's pages need, made from the pages alone."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import openapi
from openapi import coverage
from openapi.building.build import Built, Sources, build, render
from openapi.catalogue.models import load_catalogue
from openapi.contract.document import load_contract
from openapi.coverage.skeleton import skeleton
from openapi.errors import SpecError
from openapi.importing.importer import ImportReport, PreparedImport, prepare_import

_OVERLAY = """\
# What the pages leave out: each action names its target (JSONPath), its source and its evidence.
# With --skip-unmatched, `gateway-spec build` leaves out actions that match nothing.
overlay: 1.0.0
info: {title: Completions, version: 1.0.0}
actions:
  - target: $.info
    x-source: this file
    x-standing: inferred
    update: {title: Video gateway, version: 1.0.0}
"""


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder with the documented pages of a gateway and what is built from them."""

    folder: Path

    @property
    def documented(self) -> Path:
        """The facts of each page."""
        return self.folder / "documented"

    @property
    def overlay(self) -> Path:
        """What the pages leave out; to be edited."""
        return self.folder / "overlay.yaml"

    @property
    def models(self) -> Path:
        """A row for each model; to be edited."""
        return self.folder / "models.yaml"

    @property
    def contract(self) -> Path:
        """The built contract."""
        return self.folder / "gateway.yaml"


def create_workspace(folder: Path, pages: Sequence[Path]) -> tuple[Workspace, ImportReport]:
    """Import pages into a new folder and build their contract there; all of it or nothing.

    Raises:
        SpecError: the folder has something in it or cannot be made, or a page cannot be used.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise _refusal(folder, "it exists and is not an empty folder", "name a new folder")
    if not folder.parent.is_dir():
        raise _refusal(folder, f"there is no folder {folder.parent}", "make that one first")
    with (
        TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as scratch,
        _named_as_given(pages, scratch) as imported,
    ):
        made = Workspace(Path(scratch) / folder.name)
        made.folder.mkdir()
        imported.append(prepare_import(pages, made.documented))
        report = imported[0].write()
        made.overlay.write_text(_OVERLAY, encoding="utf-8")
        sources = Sources(made.documented, made.overlay, None, skip_unmatched=True)
        rows = skeleton(build(sources).contract, load_catalogue(openapi.MODELS))
        made.models.write_text(rows, encoding="utf-8")
        sources = Sources(made.documented, made.overlay, made.models, skip_unmatched=True)
        made.contract.write_text(render(build(sources), sources), encoding="utf-8")
        if folder.exists():
            folder.rmdir()
        os.replace(made.folder, folder)
    return Workspace(folder), report


@contextmanager
def contract_of(pages: Sequence[Path]) -> Iterator[Path]:
    """The contract of some pages, completed by this package's overlay, as a temporary file.

    Raises:
        SpecError: a page cannot be used.
    """
    with TemporaryDirectory(prefix="gateway-pages-") as scratch:
        documented = Path(scratch) / "documented"
        with _named_as_given(pages, scratch) as imported:
            imported.append(prepare_import(pages, documented))
            imported[0].write()
            sources = Sources(documented, openapi.OVERLAY, openapi.MODELS, skip_unmatched=True)
            built: Built = build(sources)
        contract = Path(scratch) / "gateway.yaml"
        contract.write_text(render(built, sources), encoding="utf-8")
        shutil.rmtree(documented)
        yield contract


@contextmanager
def _named_as_given(pages: Sequence[Path], scratch: str) -> Iterator[list[PreparedImport]]:
    """Errors about files of a temporary folder name the pages that the user gave, and their lines.

    The import is to be added to the list.
    """
    imported: list[PreparedImport] = []
    try:
        yield imported
    except SpecError as error:
        if not error.where.startswith((scratch, "contract")):
            raise
        own = imported[0].at_origin(error) if imported else error
        if own is not error:
            raise own from error
        raise SpecError(
            what=error.what,
            where=", ".join(map(str, pages)),
            line=1,
            why=error.why,
            remedy=error.remedy,
        ) from error


def missing_models(contract: Path, models: Path) -> list[str]:
    """The models of a contract that a catalogue has no row for.

    Raises:
        SpecError: one of the files cannot be read.
    """
    return coverage.missing_models(load_contract(contract), load_catalogue(models))


def missing_rows(contract: Path, models: Path) -> str:
    """A catalogue file with rows for those models, to be filled in.

    Raises:
        SpecError: one of the files cannot be read.
    """
    return skeleton(load_contract(contract), load_catalogue(models))


def _refusal(folder: Path, why: str, remedy: str) -> SpecError:
    return SpecError(
        what="the folder cannot be made", where=str(folder), line=1, why=why, remedy=remedy
    )
