"""Words for the limits of a number that a form carries as text.

The contract holds such a text to a pattern or a list made of its limits; a client wants the limits.
"""

from collections.abc import Mapping
from typing import Any

from openapi.contract.schemas import LIMITS


def is_limited_number(field: Mapping[str, Any]) -> bool:
    """Whether a form field is a number with limits on its page."""
    declared = field.get("x-declared", {})
    return declared.get("type") in ("integer", "number") and any(
        each in declared for each in LIMITS
    )


def number_in_words(declared: Mapping[str, Any]) -> str:
    """E.g. ``a whole number between 4 and 12``, of what the page declares."""
    kind = "a whole number" if declared["type"] == "integer" else "a number"
    low, high = (_limit(declared, keyword) for keyword in ("minimum", "maximum"))
    step = f"a multiple of {declared['multipleOf']}" if "multipleOf" in declared else ""
    if low and high and not any(strict for _, strict in (low, high)):
        within = f"between {low[0]} and {high[0]}"
    else:
        within = " and ".join(
            f"{word if strict else f'at {end}'} {value}"
            for word, end, (value, strict) in (
                ("above", "least", low or ("", False)),
                ("below", "most", high or ("", False)),
            )
            if value != ""
        )
    return ", ".join(filter(None, (f"{kind} {within}".rstrip(), step)))


def _limit(declared: Mapping[str, Any], keyword: str) -> tuple[Any, bool] | None:
    """A limit and whether it is excluded itself, in the words of OpenAPI 3.0 or 3.1."""
    exclusive = declared.get(f"exclusive{keyword.capitalize()}")
    if isinstance(exclusive, int | float) and not isinstance(exclusive, bool):
        return exclusive, True
    return (declared[keyword], exclusive is True) if keyword in declared else None
