"""One page's request as a named schema of the contract.

A field takes only documented values if its page lists values for it. With an example alone the
field stays open: an example is not a list.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from openapi.contract.requests import FORM, JSON
from openapi.documents.pointers import Steps
from openapi.merging.bodies import (
    MergedBody,
    capitalised,
    copied_schema,
    lacked,
    operation_words,
    other_rules,
    shown_by,
)
from openapi.merging.fields import field_schema
from openapi.merging.schemas import any_of, is_placeholder
from openapi.merging.settling import (
    YieldedRule,
    body_examples,
    declared_at,
    field_examples,
    settle,
    settle_within,
)
from openapi.pages.field import Cited, Field
from openapi.pages.operation import PageOperation, operations_of

# Methods whose body OpenAPI says to ignore.
BODILESS = ("get", "head", "delete")
_OF_THE_FIRST = ("description", "example", "default")
_SUFFIXES = {FORM: "Form", JSON: "Json"}


@dataclass(frozen=True)
class Request(MergedBody):
    """One request body of one page; ``operation`` is set where several have that media type."""

    operation: str = ""

    @property
    def component(self) -> str:
        """The name of this request's schema in the contract, e.g. ``SoraImageForm``."""
        words = capitalised(f"{self.page.name} {self.operation}")
        return words + _SUFFIXES.get(self.media_type, f"{capitalised(self.media_type)}Body")

    @cached_property
    def settled(self) -> tuple[dict[str, Any], list[YieldedRule]]:
        """Its schema, and the rules of it that yielded to the page's examples; made once."""
        return _settled(self)

    def shown_values(self, name: str) -> Iterator[Cited]:
        """The values that request examples and the field itself show."""
        yield from MergedBody.shown_values(self, name)
        for place in self.fields[name]:
            here = self.page.lead(place)
            declared = self.page.mapping(here)
            for value, step in _examples_of(declared):
                if not is_placeholder(value):
                    yield value, (*here, *step)


def _examples_of(declared: Mapping[str, Any]) -> Iterator[tuple[Any, Steps]]:
    """The example of a schema, or as OpenAPI 3.1 has it, the first of several."""
    several = declared.get("examples")
    if "example" in declared:
        yield declared["example"], ("example",)
    elif isinstance(several, list) and several:
        yield several[0], ("examples", 0)


def requests_of(operation: PageOperation) -> list[Request]:
    """The request bodies that a page describes; none for methods that ignore a body."""
    if operation.method in BODILESS:
        return []
    return [
        Request(body.page, body.pointer, body.media_type, _word(operation, body.media_type))
        for body in operation.bodies()
    ]


def _word(operation: PageOperation, media_type: str) -> str:
    """A name for the operation, where its page describes several with that media type."""
    alike = [
        each
        for each in operations_of(operation.page)
        if each.method not in BODILESS
        and any(body.media_type == media_type for body in each.bodies())
    ]
    words = [operation_words(each.path, each.method) for each in alike]
    own = operation_words(operation.path, operation.method)
    if words.count(own) > 1:
        return operation_words(operation.path, operation.method, with_version=True)
    return own if len(alike) > 1 else ""


def variant(request: Request) -> dict[str, Any]:
    """The schema of one page's request, every field citing the line that documents it."""
    return request.settled[0]


def _settled(request: Request) -> tuple[dict[str, Any], list[YieldedRule]]:
    schema, is_form = _declared(request), request.media_type == FORM
    whole = body_examples(request, () if is_form else shown_by(request))
    if not request.is_object:
        return schema, settle(schema, whole)
    fields = {name: request.field(name) for name in request.fields}
    examples = field_examples(fields, partial(declared_at, request), is_text=is_form)
    rules = settle({"properties": schema["properties"]}, examples)
    rules += settle_within(schema, [request])
    return schema, rules + settle(schema, whole)


def _declared(request: Request) -> dict[str, Any]:
    named = {
        "x-variant": request.page.name,
        "x-source": request.cite_schema(),
        "x-standing": "documented",
    }
    if not request.is_object:
        return copied_schema(request) | named
    is_text = request.media_type == FORM
    properties = {
        name: _property(request.declarations(name), is_text=is_text) for name in request.fields
    }
    return {"type": "object", **named, "properties": properties, **_demands(request)}


def _property(fields: Sequence[Field], *, is_text: bool) -> dict[str, Any]:
    """A field's schema: a union where several alternatives declare it."""
    schemas = [field_schema(each, closed=any(each.listed()), is_text=is_text) for each in fields]
    if len(schemas) == 1:
        return schemas[0]
    lines = dict.fromkeys(schema["x-source"] for schema in schemas)
    return {
        **{key: value for key, value in schemas[0].items() if key in _OF_THE_FIRST},
        **any_of(schemas),
        "x-source": ", ".join(lines),
    }


def _demands(request: Request) -> dict[str, Any]:
    rules = other_rules(request, is_text=request.media_type == FORM)
    required = {name: at for name, at in request.required.items() if name not in lacked(request)}
    if not required:
        return rules
    lines = dict.fromkeys(request.page.cite(place[:-1]) for place in required.values())
    return {
        "required": list(required),
        "x-sources": {"required": ", ".join(lines)},
        **rules,
    }
