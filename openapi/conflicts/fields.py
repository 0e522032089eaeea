"""Rules on fields: required, reserved, listed and shown values."""

from collections.abc import Iterator, Sequence

from openapi.conflicts.model import Field, Finding, Listing, Operation
from openapi.conflicts.terms import CLOSED, quantity
from openapi.contract.schemas import LIMITS
from openapi.merging.number_patterns import limited_form
from openapi.merging.schemas import is_kept
from openapi.pages.node import Claim, Node, as_written, text


def required_with_default(operation: Operation) -> Iterator[Finding]:
    """A required field has a default value."""
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
    """Fields without a description, in one row for each operation."""
    bare = [field for field in operation.fields() if not text(field.node.get("description"))]
    if bare:
        yield Finding(
            ", ".join(field.name for field in bare),
            tuple(field.node.claim("has no description") for field in bare),
            "The fields are kept as declared; what they mean follows from other pages only where "
            "these say so.",
        )


def reserved_for_other_models(operation: Operation) -> Iterator[Finding]:
    """A field is for models that the page does not list."""
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
                *(found.node.claim(f"lists {', '.join(found.values)}") for found in listings),
            ),
            "The field is accepted with every model of this page's variant; whether a model reads "
            "it is not part of the contract.",
        )


def coupling_unstated(operation: Operation) -> Iterator[Finding]:
    """Optional fields with a common prefix do not say whether they belong together."""
    groups: dict[str, list[Field]] = {}
    for field in operation.body_fields():
        stem, joined, _ = field.name.partition("_")
        if joined:
            groups.setdefault(stem, []).append(field)
    for group in groups.values():
        # A field of a form and of JSON is one field.
        names = dict.fromkeys(field.name for field in group)
        if len(names) > 1 and not any(_names_another(field, group) for field in group):
            yield Finding(
                ", ".join(names),
                tuple(field.node.claim("says nothing of its companion") for field in group),
                "Each field stays optional by itself, because no page says that one needs the "
                "other.",
            )


def _names_another(field: Field, group: list[Field]) -> bool:
    words = text(field.node.get("description"))
    return field.required is not None or any(
        other.name in words for other in group if other.name != field.name
    )


def request_example_outside_list(operation: Operation) -> Iterator[Finding]:
    """A request example shows a value that is not in the page's list."""
    for field in operation.fields():
        listing = field.listing()
        shown = [node for node in field.examples if listing and _is_outside(node, listing)]
        if listing and shown:
            values = ", ".join(repr(as_written(node.value)) for node in shown)
            yield Finding(
                field.name,
                (_lists(listing), *(_shows(node, "the request example") for node in shown)),
                f"A value that a page shows in a request example is documented beside those it "
                f"lists, so {values} is accepted too.",
            )


def response_example_outside_list(operation: Operation) -> Iterator[Finding]:
    """A response example shows a value that is not in the request's list."""
    listings = {field.name: field.listing() for field in operation.fields()}
    for node in _replied(operation):
        listing = listings.get(node.name)
        if listing and _is_outside(node, listing):
            yield Finding(
                node.name,
                (_lists(listing), _shows(node, "the response example")),
                "A response example lists nothing: the request keeps its list, the response field "
                "keeps its declared type and the example is kept as it is.",
            )


def example_not_echoed(operation: Operation) -> Iterator[Finding]:
    """The response example of a page does not match its request example."""
    replied = {node.name: node for node in _replied(operation)}
    for field in operation.body_fields():
        answer = replied.get(field.name)
        if answer is None or not field.examples:
            continue
        asked = field.examples[-1]
        if as_written(asked.value) != as_written(answer.value):
            yield Finding(
                field.name,
                (_shows(asked, "the request example"), _shows(answer, "the response example")),
                "The two examples stem from different calls: both are kept, and a response states "
                "the value of its own request.",
            )


def response_value_in_no_list(operations: Sequence[Operation]) -> Iterator[Finding]:
    """A response example shows a model that no page lists, or shows in a request."""
    fields = [field for operation in operations for field in operation.fields()]
    for operation in operations:
        for node in _replied(operation):
            kin = [field for field in fields if _is_model(field.name) and _is_model(node.name)]
            if kin and as_written(node.value) not in _documented(kin):
                yield Finding(
                    node.name,
                    (
                        _shows(node, "the response example"),
                        *(_lists(found) for field in kin if (found := field.listing())),
                    ),
                    "A response example adds no value to a request's list: the name is kept "
                    "in the example and is not accepted in a request.",
                    operation.title,
                )


def values_only_in_prose(operation: Operation) -> Iterator[Finding]:
    """The allowed values are only in prose, without an enum."""
    for field in operation.fields():
        listing = field.listing()
        if listing and field.schema.get("enum") is None:
            yield Finding(
                field.name,
                (_lists(listing), field.schema.claim("declares no enum")),
                "The values of the text become the enum of this page's variant, together with the "
                "value its request example shows.",
            )


def values_not_understood(operation: Operation) -> Iterator[Finding]:
    """A list of values in prose was not fully understood."""
    for field in operation.fields():
        if unclear := field.prose("unclear"):
            yield Finding(
                field.name,
                (
                    unclear.claim(
                        f"lists values in a text that was not understood: {text(unclear)}"
                    ),
                ),
                "A list that is not understood whole closes nothing: the field takes any value of "
                "its type.",
            )


def range_only_in_prose(operation: Operation) -> Iterator[Finding]:
    """A minimum and a maximum are only in prose."""
    for field in operation.fields():
        bounds = field.prose("range")
        if bounds is None or {"minimum", "maximum"} & set(field.schema.value):
            continue
        low, high = map(as_written, bounds.value)
        yield Finding(
            field.name,
            (bounds.claim(f"allows {low} to {high}"), field.schema.claim("declares no limit")),
            f"The limits of the text become those of the field when it is a number, which the "
            f"page declares as {field.type or 'of any type'}; a text takes any value.",
        )


def limits_not_enforced(operation: Operation) -> Iterator[Finding]:
    """The limits of a number in a form are not checked."""
    for field in operation.form_fields():
        limits = [found for name in LIMITS if (found := field.schema.get(name)) is not None]
        if not limits or field.schema.get("enum") or field.type not in ("integer", "number"):
            continue
        form = limited_form(field.schema.value)
        outside = [node for node in field.examples if form and not is_kept(form, [node.value])]
        if form is None or outside:
            yield Finding(
                field.name,
                (
                    *(limit.claim(f"declares {limit.name} {limit.value}") for limit in limits),
                    *(_shows(node, "the request example") for node in outside),
                ),
                "A form carries text, which is held to the form of a number and not to these "
                "limits: they cannot be written as a pattern, or the page's own example breaks "
                "them.",
            )


def values_not_listed(operation: Operation) -> Iterator[Finding]:
    """A field that can only have a few values lists none."""
    for field in operation.body_fields():
        stated = field.listing() or field.prose("unclear") or field.prose("range")
        limited = any(field.schema.get(keyword) for keyword in LIMITS)
        if stated or limited or not _should_list(field):
            continue
        demanded = (field.required.claim(f"demands {field.name}"),) if field.required else ()
        shown = tuple(_shows(node, "the request example") for node in field.examples)
        yield Finding(
            field.name,
            (field.node.claim("lists no values"), *demanded, *shown),
            "An example is no list, so the page closes nothing: a model, a size and a length "
            "take what the rows of the model catalogue have, other fields any value.",
        )


def _should_list(field: Field) -> bool:
    return quantity(field.name) in CLOSED


def _is_outside(node: Node, listing: Listing) -> bool:
    plain = not isinstance(node.value, dict | list) and node.value is not None
    return plain and as_written(node.value) not in listing.values


def _is_model(name: str) -> bool:
    return quantity(name) == "model"


def _documented(fields: Sequence[Field]) -> set[str]:
    listed = {value for field in fields if (found := field.listing()) for value in found.values}
    return listed | {as_written(node.value) for field in fields for node in field.examples}


def _replied(operation: Operation) -> Iterator[Node]:
    """The fields of every example of success."""
    for reply in operation.responses():
        for example in reply.examples if reply.succeeded else ():
            yield from example.children()


def _lists(listing: Listing) -> Claim:
    return listing.node.claim(f"lists {', '.join(listing.values)}")


def _shows(node: Node, where: str) -> Claim:
    shown = text(node) or as_written(node.value)
    return node.claim(f"{where} shows {shown!r}")
