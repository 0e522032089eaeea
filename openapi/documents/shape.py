"""Validates YAML documents with the JSON Schemas of ``shapes/``; errors name the line."""

from pathlib import Path
from typing import Any

import jsonschema_rs

from openapi import FOLDER
from openapi.documents.located import Located, load
from openapi.documents.pointers import json_pointer
from openapi.errors import SpecError

_SHAPES = FOLDER / "shapes"
_LONGEST = 200


class Shape:
    """A compiled schema of ``shapes/``; ``what`` and ``remedy`` are texts of its errors."""

    def __init__(self, name: str, *, what: str, remedy: str) -> None:
        """Compile the shape ``name``."""
        self._validator = jsonschema_rs.Draft202012Validator(load(_SHAPES / f"{name}.yaml").data)
        self._what = what
        self._remedy = remedy

    def hold(self, document: Located, path: Path | None = None) -> None:
        """Validate a document; errors name ``path`` instead of the document's own file.

        Raises:
            SpecError: the document is invalid; the line is that of the invalid part.
        """
        breaches = sorted(self.errors(document.data), key=lambda error: _rank(document, error))
        if not breaches:
            return
        error = breaches[0]
        raise SpecError(
            what=self._what,
            where=str(path or document.file),
            line=_line(document, error),
            why=_why(error),
            remedy=self._remedy,
        )

    def errors(self, data: Any) -> list[jsonschema_rs.ValidationError]:
        """Where plain data has another shape."""
        return list(self._validator.iter_errors(data))


def _rank(document: Located, error: jsonschema_rs.ValidationError) -> tuple[int, bool]:
    """Sort by place; an unknown key, which may be a misspelling, before a missing one."""
    is_missing = isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Required)
    return document.line(tuple(error.instance_path)), is_missing


def _line(document: Located, error: jsonschema_rs.ValidationError) -> int:
    """The line of the unexpected key, else of the part itself."""
    pointer: tuple[Any, ...] = tuple(error.instance_path)
    if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.AdditionalProperties):
        pointer = (*pointer, error.kind.unexpected[0])
    return document.line(pointer)


def _why(error: jsonschema_rs.ValidationError) -> str:
    message = error.message
    if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.AdditionalProperties):
        message = f"the key '{error.kind.unexpected[0]}' is not known here"
    elif isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Required):
        message = f"'{error.kind.property}' is missing"
    place = json_pointer(tuple(error.instance_path))
    short = message if len(message) <= _LONGEST else f"...{message[-_LONGEST:]}"
    return f"{place}: {short}" if place else short
