"""Differences between two pages, at least one for each rule that compares pages."""

from typing import Any

from tests.openapi.conflicts.case import Case, both, field
from tests.openapi.page_texts import Change, fields, reply, schema


def _to_other_operation(page: dict[str, Any]) -> None:
    page["paths"] = {path.replace("/v1/", "/v2/"): item for path, item in page["paths"].items()}


def _rename(old: str, new: str, **values: Any) -> Change:
    return lambda page: fields(page).update({new: fields(page).pop(old) | values})


def _other_job(page: dict[str, Any]) -> None:
    for item in page["paths"].values():
        for each in item.values():
            each["responses"]["200"]["content"]["application/json"]["example"]["id"] = "video_2"


def _host(page: dict[str, Any]) -> None:
    page["servers"] = [{"url": "https://two.example"}]


VEO = {"enum": ["veo_3"], "example": "veo_3"}
BETWEEN = (
    Case("the same page", lambda page: None, ()),
    Case(
        "a longer required list",
        lambda page: schema(page)["required"].append("size"),
        ("required-lists-differ",),
    ),
    Case("the same list in another order", lambda page: schema(page)["required"].reverse(), ()),
    Case(
        "a ratio for a size",
        field("size", enum=["16:9"], example="16:9"),
        ("vocabularies-differ-in-form",),
    ),
    Case("another size of the same form", field("size", enum=["640x480"], example="640x480"), ()),
    Case(
        "a length of another type",
        field("seconds", type="integer", enum=[4], example=4),
        ("same-quantity-differently",),
    ),
    Case(
        "an image of another name",
        _rename("input_reference", "images"),
        ("same-quantity-differently",),
    ),
    Case(
        "a look of another type",
        both(
            lambda page: fields(page)["style"].pop("enum"),
            field("style", type="array", items={"type": "string"}),
        ),
        ("types-differ",),
    ),
    Case("a field less", lambda page: fields(page).pop("style"), ("field-only-on-some-pages",)),
    Case("another host with another job", both(_host, _other_job), ()),
    Case("another host with the same job", _host, ("copied-example",)),
    Case(
        "another shape of answer",
        lambda page: reply(page)["schema"]["properties"].pop("created_at"),
        ("response-shapes-differ", "response-example-undeclared"),
    ),
    Case(
        "the title of another family",
        both(field("model", **VEO), lambda page: reply(page)["example"].update(model="veo_3")),
        ("same-title",),
    ),
    Case("another operation", both(_to_other_operation), ()),
    Case(
        "another operation with fields of its own",
        both(field("voice", type="string"), _to_other_operation),
        ("field-only-on-some-pages",),
    ),
    Case(
        "a value one slip from the sister's",
        both(field("style", example="anmie"), lambda page: fields(page)["style"].pop("enum")),
        ("misspelt-value",),
    ),
)
