"""The contract as the documentation page shows it: forms a person can fill in.

Swagger UI makes no inputs for a form that is one of several; it shows a text area and sends one
part a character. So the page's own copy shows each form once, with the fields of all its variants.
"""

import copy
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mock_server.http.bodies.reading import FORM
from openapi.contract.schemas import Schema
from openapi.documents.pointers import follow


def page_view(contract: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of the contract with JSON before forms and every choice of forms as one form."""
    view: dict[str, Any] = copy.deepcopy(dict(contract))
    for item in view.get("paths", {}).values():
        for operation in item.values():
            if isinstance(operation, dict) and "requestBody" in operation:
                content = operation["requestBody"]["content"]
                ordered = sorted(content, key=lambda media_type: media_type == FORM)
                operation["requestBody"]["content"] = {name: content[name] for name in ordered}
                _merge_choices(content.get(FORM, {}), view)
    return view


def _merge_choices(media: dict[str, Any], view: Mapping[str, Any]) -> None:
    if "anyOf" not in media.get("schema", {}):
        return
    choices = [follow(view, choice) for choice in media["schema"]["anyOf"]]
    properties: dict[str, Any] = {}
    for name, field in _fields(choices):
        properties[name] = _united(properties[name], field) if name in properties else field
    needed = set.intersection(*(set(choice.get("required", ())) for choice in choices))
    media["schema"] = {"type": "object", "properties": properties, "required": sorted(needed)}


def _fields(choices: Iterable[Schema]) -> Iterator[tuple[str, Schema]]:
    for choice in choices:
        yield from choice.get("properties", {}).items()


def _united(one: Schema, other: Schema) -> dict[str, Any]:
    """One field that takes what either takes."""
    if "enum" not in one or "enum" not in other:
        return {key: value for key, value in one.items() if key != "enum"}
    return {**one, "enum": list(dict.fromkeys([*one["enum"], *other["enum"]]))}
