"""Rules on fields: what a page demands, reserves or leaves unsaid about them."""

from collections.abc import Iterator

from openapi.conflicts.conflict import Finding
from openapi.conflicts.view import Field, Operation
from openapi.conflicts.vocabulary import quantity
from openapi.pages.node import text


def required_with_default(operation: Operation) -> Iterator[Finding]:
    """A field must be sent although a value applies when it is not."""
    for field in operation.fields():
        default = field.schema.get("default") or field.prose("default")
        if field.required and default:
            yield Finding(
                field.name,
                (
                    field.required.claim(f"demands {field.name}"),
                    default.claim(f"says {default.value!r} applies by default"),
                ),
                "The field stays required in this page's variant, and the default is noted beside "
                "it.",
            )


def undescribed_field(operation: Operation) -> Iterator[Finding]:
    """Fields that no word explains, one row an operation."""
    bare = [field for field in operation.fields() if not text(field.spot.get("description"))]
    if bare:
        yield Finding(
            ", ".join(field.name for field in bare),
            tuple(field.spot.claim("has no description") for field in bare),
            "The fields are kept as declared; what they mean follows from other pages only where "
            "these say so.",
        )


def reserved_for_other_models(operation: Operation) -> Iterator[Finding]:
    """A field is for models of which the page lists none."""
    fields = list(operation.body_fields())
    models = [field for field in fields if quantity(field.name) == "model"]
    listings = [listing for field in models if (listing := field.listing())]
    for field in fields:
        reserved = field.prose("reserved_for")
        suffix = text(reserved).casefold()
        if not reserved or any(
            value.casefold().endswith(suffix) for listing in listings for value in listing.values
        ):
            continue
        yield Finding(
            field.name,
            (
                reserved.claim(f"is for models that end in {text(reserved)}"),
                *(found.spot.claim(f"lists {', '.join(found.values)}") for found in listings),
            ),
            "The field is accepted with every model of this page's variant; whether a model reads "
            "it is not part of the contract.",
        )


def coupling_unstated(operation: Operation) -> Iterator[Finding]:
    """Optional fields that share a first word say nothing about going together."""
    groups: dict[str, list[Field]] = {}
    for field in operation.body_fields():
        stem, joined, _ = field.name.partition("_")
        if joined:
            groups.setdefault(stem, []).append(field)
    for group in groups.values():
        if len(group) > 1 and not any(_names_another(field, group) for field in group):
            yield Finding(
                ", ".join(field.name for field in group),
                tuple(field.spot.claim("says nothing of its companion") for field in group),
                "Each field stays optional by itself, because no page says that one needs the "
                "other.",
            )


def _names_another(field: Field, group: list[Field]) -> bool:
    words = text(field.spot.get("description"))
    return field.required is not None or any(
        other.name in words for other in group if other is not field
    )
