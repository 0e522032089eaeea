"""Rules on values: what a page lists against what its examples show."""

from collections.abc import Iterator, Sequence

from openapi.conflicts.conflict import Finding
from openapi.conflicts.view import Field, Listing, Operation
from openapi.conflicts.vocabulary import CLOSED, quantity
from openapi.merging.form_texts import is_kept
from openapi.merging.number_patterns import LIMITS, limited_form
from openapi.pages.node import Claim, Node, as_written, text


def request_example_outside_list(operation: Operation) -> Iterator[Finding]:
    """A request example shows a value that the page's own list does not have."""
    for field in operation.fields():
        listing = field.listing()
        shown = [spot for spot in field.examples if listing and _is_outside(spot, listing)]
        if listing and shown:
            values = ", ".join(repr(as_written(spot.value)) for spot in shown)
            yield Finding(
                field.name,
                (_lists(listing), *(_shows(spot, "the request example") for spot in shown)),
                f"A value that a page shows in a request example is documented beside those it "
                f"lists, so {values} is accepted too.",
            )


def response_example_outside_list(operation: Operation) -> Iterator[Finding]:
    """A response example shows a value that the request's list does not have."""
    listings = {field.name: field.listing() for field in operation.fields()}
    for spot in _replied(operation):
        listing = listings.get(spot.name)
        if listing and _is_outside(spot, listing):
            yield Finding(
                spot.name,
                (_lists(listing), _shows(spot, "the response example")),
                "A response example lists nothing: the request keeps its list, the response field "
                "keeps its declared type and the example is kept as it is.",
            )


def example_not_echoed(operation: Operation) -> Iterator[Finding]:
    """The response example of a page does not answer its request example."""
    replied = {spot.name: spot for spot in _replied(operation)}
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
    """A response example shows a model that no page lists or shows in a request."""
    fields = [field for operation in operations for field in operation.fields()]
    for operation in operations:
        for spot in _replied(operation):
            kin = [field for field in fields if _is_model(field.name) and _is_model(spot.name)]
            if kin and as_written(spot.value) not in _documented(kin):
                yield Finding(
                    spot.name,
                    (
                        _shows(spot, "the response example"),
                        *(_lists(found) for field in kin if (found := field.listing())),
                    ),
                    "A response example adds no value to a request's vocabulary: the name is kept "
                    "in the example and is not accepted in a request.",
                    operation.title,
                )


def values_only_in_prose(operation: Operation) -> Iterator[Finding]:
    """A closed list of values stands in running text, with no enum a program could read."""
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
    """Running text announces values, and not all of what follows was understood."""
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
    """A lowest and a highest value stand in running text only."""
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
    """A form's number has limits that its text is not held to."""
    for field in operation.form_fields():
        limits = [found for name in LIMITS if (found := field.schema.get(name)) is not None]
        if not limits or field.schema.get("enum") or field.type not in ("integer", "number"):
            continue
        form = limited_form(field.schema.value)
        outside = [spot for spot in field.examples if form and not is_kept(form, [spot.value])]
        if form is None or outside:
            yield Finding(
                field.name,
                (
                    *(limit.claim(f"declares {limit.name} {limit.value}") for limit in limits),
                    *(_shows(spot, "the request example") for spot in outside),
                ),
                "A form carries text, which is held to the form of a number and not to these "
                "limits: they cannot be written as a pattern, or the page's own example breaks "
                "them.",
            )


def values_not_listed(operation: Operation) -> Iterator[Finding]:
    """A field that takes a few values, by what it means, lists none."""
    for field in operation.body_fields():
        stated = field.listing() or field.prose("unclear") or field.prose("range")
        limited = any(field.schema.get(keyword) for keyword in LIMITS)
        if stated or limited or not _should_list(field):
            continue
        demanded = (field.required.claim(f"demands {field.name}"),) if field.required else ()
        shown = tuple(_shows(spot, "the request example") for spot in field.examples)
        yield Finding(
            field.name,
            (field.spot.claim("lists no values"), *demanded, *shown),
            "An example is no list, so the page closes nothing: a model, a size and a length "
            "take what the rows of the model catalogue have, other fields any value.",
        )


def _should_list(field: Field) -> bool:
    return quantity(field.name) in CLOSED


def _is_outside(spot: Node, listing: Listing) -> bool:
    plain = not isinstance(spot.value, dict | list) and spot.value is not None
    return plain and as_written(spot.value) not in listing.values


def _is_model(name: str) -> bool:
    return quantity(name) == "model"


def _documented(fields: Sequence[Field]) -> set[str]:
    listed = {value for field in fields if (found := field.listing()) for value in found.values}
    return listed | {as_written(spot.value) for field in fields for spot in field.examples}


def _replied(operation: Operation) -> Iterator[Node]:
    """The fields of every example of success."""
    for reply in operation.responses():
        for example in reply.examples if reply.succeeded else ():
            yield from example.children()


def _lists(listing: Listing) -> Claim:
    return listing.spot.claim(f"lists {', '.join(listing.values)}")


def _shows(spot: Node, where: str) -> Claim:
    shown = text(spot) or as_written(spot.value)
    return spot.claim(f"{where} shows {shown!r}")
