"""Writes YAML (the same data gives the same bytes), and several files at once."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from openapi.documents.yaml_text import rendered
from openapi.errors import SpecError


def dump(document: Any) -> str:
    """Render plain data as block-style YAML, keys in their order, folded at 100 characters."""
    return rendered(document)


def write_all(texts: Mapping[Path, str]) -> None:
    """Write all files or none: the first is moved into place when all are on the disk.

    Raises:
        SpecError: a folder or file cannot be written.
    """
    with ExitStack() as undo:
        staged = [(_staged(path, text, undo), path) for path, text in texts.items()]
        for temporary, path in staged:
            with _errors_named(path):
                os.replace(temporary, path)


def make_folder(path: Path) -> None:
    """Create a folder if it does not exist; its parent must exist.

    Raises:
        SpecError: the parent does not exist or cannot be written.
    """
    with _errors_named(path):
        path.mkdir(exist_ok=True)


def _staged(path: Path, text: str, undo: ExitStack) -> Path:
    with _errors_named(path):
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        undo.callback(Path(name).unlink, missing_ok=True)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(name, 0o644)  # a temporary file is private; the result is not
    return Path(name)


@contextmanager
def _errors_named(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SpecError(
            what="cannot write",
            where=str(path),
            line=1,
            why=_why(path, error),
            remedy=_remedy(path),
        ) from error


def _remedy(path: Path) -> str:
    return (
        "name a file in it"
        if path.is_dir()
        else "give a folder that is there and can be written to"
    )


def _why(path: Path, error: OSError) -> str:
    if not path.parent.is_dir():
        return f"there is no folder {path.parent}"
    return error.strerror or str(error)
