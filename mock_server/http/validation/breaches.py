"""Finds what is wrong with a body, at a cost that its length does not multiply.

The validator says of each error what it is about, all of it: of a large body one is enough.
"""

from collections.abc import Mapping
from typing import Any

import jsonschema_rs

from openapi.contract.requests import RequestVariant

_MANY_VALUES = 200
# More characters than any rule allows.
_LONGEST_JUDGED = 100_000


class Judge:
    """Holds one body to the rules of variants."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        """Look at the body once, for all variants."""
        plain = _is_plain(fields)
        self.fields = fields
        self._brief = fields if plain else _brief(fields)
        self._small = plain or _is_small(fields)

    def errors(self, variant: RequestVariant) -> list[jsonschema_rs.ValidationError]:
        """What is wrong; of a large body the first thing, since each is told at its length."""
        if self._small:
            return list(variant.validator.iter_errors(self._brief))
        return _first_error(variant, self._brief)

    def first(self, variant: RequestVariant) -> list[jsonschema_rs.ValidationError]:
        """The first thing that is wrong with all of it; nothing where all is right."""
        return _first_error(variant, self.fields)


def _first_error(
    variant: RequestVariant, fields: Mapping[str, Any]
) -> list[jsonschema_rs.ValidationError]:
    try:
        variant.validator.validate(fields)
    except jsonschema_rs.ValidationError as error:
        return [error]
    return []


def _is_plain(fields: Mapping[str, Any]) -> bool:
    """Whether it is a few short texts, as most bodies are."""
    return len(fields) <= _MANY_VALUES and all(
        type(value) is str and len(value) <= _LONGEST_JUDGED for value in fields.values()
    )


def _brief(value: Any) -> Any:
    """A body without the ends of texts that are too long for any rule, which errors repeat."""
    if isinstance(value, str):
        return value[:_LONGEST_JUDGED]
    if isinstance(value, dict):
        return {name: _brief(part) for name, part in value.items()}
    return [_brief(part) for part in value] if isinstance(value, list) else value


def _is_small(fields: Mapping[str, Any]) -> bool:
    """Whether it has no more values than anybody needs."""
    seen = 0
    parts: list[Any] = [fields]
    while parts and seen <= _MANY_VALUES:
        part = parts.pop()
        inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
        seen += len(inner)
        parts.extend(inner)
    return seen <= _MANY_VALUES
