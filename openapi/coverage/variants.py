"""The request variants of a contract, and the fields by which a model's row holds them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

LENGTH_FIELDS = ("seconds", "duration")
SIZE_FIELDS = ("size", "aspect_ratio")


def variants(contract: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every request variant of the contract: component name and schema."""
    for name, schema in contract["components"]["schemas"].items():
        if "x-variant" in schema:
            yield name, schema


def models_of(schema: Mapping[str, Any]) -> Sequence[str]:
    """The models a variant is for; of an open field the one that its page shows."""
    field = schema.get("properties", {}).get("model", {})
    shown = [field["example"]] if "example" in field else []
    found: Sequence[str] = field.get("enum", shown)
    return found
