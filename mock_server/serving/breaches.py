"""Finds what is wrong with a body, at a cost that its length does not multiply.

The validator says of each error what it is about, all of it: of a large body one is enough.
"""

from collections.abc import Mapping
from typing import Any

import jsonschema_rs

from mock_server.serving.rules import Variant

_MANY_VALUES = 200
# More characters than any rule allows.
_LONGEST_JUDGED = 100_000


def errors_of(variant: Variant, fields: Mapping[str, Any]) -> list[jsonschema_rs.ValidationError]:
    """What is wrong; of a large body the first thing, since each is told at the body's length."""
    if _is_small(fields):
        return list(variant.validator.iter_errors(fields))
    return first_error(variant, fields)


def first_error(variant: Variant, fields: Mapping[str, Any]) -> list[jsonschema_rs.ValidationError]:
    """The first thing that is wrong; nothing where all is right."""
    try:
        variant.validator.validate(fields)
    except jsonschema_rs.ValidationError as error:
        return [error]
    return []


def brief_form(value: Any) -> Any:
    """A body without the ends of texts that are too long for any rule, which errors repeat."""
    if isinstance(value, str):
        return value[:_LONGEST_JUDGED]
    if isinstance(value, dict):
        return {name: brief_form(part) for name, part in value.items()}
    return [brief_form(part) for part in value] if isinstance(value, list) else value


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
