"""The contract for a documentation page with inputs: what is filled in can be sent as it stands."""

import copy
from collections.abc import Mapping
from typing import Any

from openapi.contract.requests import FORM
from openapi.documents.places import operations
from openapi.documents.pointers import follow
from openapi.editions.forms import one_form, variants_of
from openapi.editions.shown import add_examples, shortest


def documentation_edition(contract: Mapping[str, Any], *, ids: bool = True) -> dict[str, Any]:
    """Derive a copy of the contract with JSON first, one form for each body, and examples.

    Swagger UI makes no inputs for a form that is one of several; it shows a text area and sends
    one part a character. Parameters that a request can do without get no example, for it would be
    sent. ``ids`` is whether the ids of examples can exist; else those of paths are typed in.
    """

    def shown(parameter: Mapping[str, Any]) -> bool:
        return parameter.get("required", False) and (ids or parameter["in"] != "path")

    edition: dict[str, Any] = copy.deepcopy(dict(contract))
    contents = [
        follow(edition, operation.get("requestBody", {})).get("content", {})
        for _, operation in operations(edition)
    ]
    for media in (media for content in contents for media in content.values()):
        variants = variants_of(edition, media.get("schema", {}))
        if len(variants) > 1 and not {"example", "examples"} & set(media):
            media.update(shortest(edition, variants))
    add_examples(edition, wanted=shown)
    for content in contents:
        if FORM in content:
            content[FORM] = _filled_in(edition, content.pop(FORM))
    return edition


def _filled_in(edition: Mapping[str, Any], form: Mapping[str, Any]) -> dict[str, Any]:
    """One form whose inputs hold the request of its example, and nothing else.

    Swagger UI fills an input in with the example or default of its field, not with the form's.
    """
    variants = variants_of(edition, form.get("schema", {}))
    if not variants:
        return dict(form)
    schema = one_form(variants) if len(variants) > 1 else dict(*variants.values())
    request = form.get("example", {})
    schema["properties"] = {
        name: _input(follow(edition, field), request.get(name))
        for name, field in schema.get("properties", {}).items()
    }
    return {**form, "schema": schema}


def _input(field: Mapping[str, Any], value: Any) -> dict[str, Any]:
    left = {key: member for key, member in field.items() if key != "example"}
    return left if value is None or field.get("format") == "binary" else {**left, "example": value}
