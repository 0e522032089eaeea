"""Reads what is compared: a contract, a folder of documented pages, or either at a git revision."""

import io
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from openapi.contract.contract import Contract
from openapi.documents.located import load
from openapi.documents.places import operations
from openapi.documents.text import FILE_LIMIT
from openapi.errors import SpecError
from openapi.merging.merge import merge
from openapi.pages.documented import load_pages

_WAIT_S = 60
_REMEDY = "name a contract, a folder of documented pages, or REVISION:PATH of a git repository"


def read_side(name: str, other: str = "") -> Contract:
    """Read one side of a comparison.

    Args:
        name: a path, or ``REVISION:PATH``, or a revision alone, which stands for the path of the
            other side at that revision.
        other: the other side.

    Raises:
        SpecError: there is no such thing, or it is neither a contract nor a folder of pages.
    """
    if Path(name).exists():
        return _read(Path(name), name)
    revision, _, path = name.partition(":")
    path = path or (other if Path(other).exists() else other.partition(":")[2])
    if not revision or not path or revision.startswith("-"):
        raise _refusal(name, "no such file, folder or git revision")
    with _checked_out(revision, Path(path), name) as found:
        return _read(found, name)


def _read(path: Path, name: str) -> Contract:
    if path.is_dir():
        if not any(path.glob("*.yaml")):
            raise _refusal(name, "the folder holds no documented page (*.yaml)")
        return Contract(merge(load_pages(path)))
    document = load(path).data
    if not isinstance(document, dict) or not isinstance(document.get("paths"), dict):
        raise _refusal(name, "it is no OpenAPI document: the key 'paths' is missing")
    found = Contract(document)
    for _, node in operations(document):
        if "operationId" not in node or "responses" not in node:
            raise _refusal(name, "an operation has no 'operationId' or no 'responses'")
    return found


@contextmanager
def _checked_out(revision: str, path: Path, name: str) -> Iterator[Path]:
    """The path as it was at a revision, in a folder that goes away again."""
    folder = next(each for each in path.parents if each.is_dir())
    inside = path.relative_to(folder)
    command = ["git", "archive", "--format=tar", revision, "--", f"./{inside}"]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, timeout=_WAIT_S, check=False
        )
    except FileNotFoundError as error:
        raise _refusal(name, "there is no such file, and git is not installed to ask") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _refusal(name, f"git cannot be asked: {error}") from error
    if done.returncode:
        why = done.stderr.decode(errors="replace").strip().splitlines() or ["git found nothing"]
        raise _refusal(name, f"there is no such file, and as a git revision: {why[-1]}")
    with TemporaryDirectory() as scratch:
        _unpack(done.stdout, Path(scratch), name)
        yield Path(scratch) / inside


def _unpack(archive: bytes, folder: Path, name: str) -> None:
    if len(archive) > FILE_LIMIT:
        raise _refusal(name, f"it is larger than {FILE_LIMIT} bytes")
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(folder, filter="data")


def _refusal(name: str, why: str) -> SpecError:
    return SpecError(what="cannot be compared", where=name, line=1, why=why, remedy=_REMEDY)
