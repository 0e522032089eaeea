"""Reads and checks the query parameters that an operation declares."""

from typing import Any
from urllib.parse import parse_qsl

from mock_server.domain.truncation import quote
from mock_server.http.errors import (
    DUPLICATE_PARAMETER,
    INVALID_TYPE,
    INVALID_VALUE,
    MISSING_PARAMETER,
    ApiError,
)
from mock_server.http.modes.lenient import substitute
from openapi.contract.requests import QueryParameter

_MOST_DIGITS = 18
# Characters of the validator's message, which repeats the whole value before the rule.
_LONGEST_DEMAND = 200


def read_query(
    raw: bytes, rules: tuple[QueryParameter, ...], problems: list[ApiError] | None = None
) -> dict[str, Any]:
    """The values of the declared query parameters; others are ignored.

    With a list of ``problems`` a value out of bounds is added to that and replaced by the nearest.

    Raises:
        ApiError: one is missing, repeated, or not allowed by the contract.
    """
    given: dict[str, str] = {}
    declared = {rule.name for rule in rules}
    for name, value in parse_qsl(raw.decode("latin-1"), keep_blank_values=True):
        if name in given and name in declared:
            message = f"The query parameter '{name}' is given more than once."
            raise ApiError(DUPLICATE_PARAMETER, message, param=name)
        given[name] = value
    return {rule.name: _substituted(rule, given.get(rule.name), problems) for rule in rules}


def _substituted(rule: QueryParameter, text: str | None, problems: list[ApiError] | None) -> Any:
    try:
        return _value(rule, text)
    except ApiError as problem:
        if problems is None or text is None:
            raise
        value = substitute(rule, text, problem)
        problems.append(problem)
        return value


def _value(rule: QueryParameter, text: str | None) -> Any:
    if text is None:
        if rule.required:
            message = f"Missing required parameter: '{rule.name}' ({rule.source})."
            raise ApiError(MISSING_PARAMETER, message, param=rule.name)
        return rule.default
    value: Any = text
    if rule.integer:
        # int() would take underscores, blanks and other scripts' digits as well.
        digits = text.removeprefix("-")
        if not (text.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS):
            message = f"'{rule.name}' must be an integer ({rule.source})."
            raise ApiError(INVALID_TYPE, message, param=rule.name)
        value = int(text)
    for error in rule.validator.iter_errors(value):
        what = f"Invalid value for '{rule.name}': {quote(value)}"
        message = f"{what}; {error.message[-_LONGEST_DEMAND:]} ({rule.source})."
        raise ApiError(INVALID_VALUE, message, param=rule.name)
    return value
