"""Rules of a schema that an example of its own page breaks: each yields to the example.

A page that shows a value and forbids it contradicts itself. What it shows is accepted: the list
gets the value, the type is united with that of the value, any other rule is left out.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import jsonschema_rs

from openapi.contract.schemas import SchemaCompiler, SchemaError
from openapi.documents.places import is_map_of_names, parts
from openapi.documents.pointers import Steps, keyed, value_at
from openapi.merging.fields import documented_defaults
from openapi.merging.schemas import text_of, widened
from openapi.pages.body import Body, Shown
from openapi.pages.documented import DocumentedPage
from openapi.pages.field import Field
from openapi.pages.node import node_at

# The place on a page of the part of a schema to which a path leads.
Declared = Callable[[Steps], Steps]

_SCALARS = frozenset({"string", "integer", "number", "boolean", "null"})
# Of rules that yield to one example; a page with more errors than that describes something else.
_MOST = 50
_PARTNERS = {
    "exclusiveMinimum": "minimum",
    "exclusiveMaximum": "maximum",
    "minimum": "exclusiveMinimum",
    "maximum": "exclusiveMaximum",
}


@dataclass(frozen=True, slots=True)
class Example:
    """A value that a page shows for a schema.

    Attributes:
        places: where the value stands; for an object made of the examples of single fields, where
            each of these stands.
        declared: the place of each part of the schema.
    """

    page: DocumentedPage
    value: Any
    places: Steps | Mapping[str, Steps]
    declared: Declared

    def place(self, path: Sequence[str | int]) -> Steps:
        """The place of a part of the value, or of the nearest part around it that has one."""
        if isinstance(self.places, Mapping):
            found: Steps = (*self.places[str(path[0])], *path[1:])
        else:
            found = (*self.places, *path)
        while not self.page.has(found):
            found = found[:-1]
        return found


@dataclass(frozen=True, slots=True)
class YieldedRule:
    """A rule that yielded to an example.

    Attributes:
        rule: the path to the rule within its schema; the last step is the keyword.
        declared: the place of the rule on its page.
        example: the place of the value on its page.
        why: how the value breaks it.
    """

    page: DocumentedPage
    rule: Steps
    declared: Steps
    example: Steps
    why: str

    @property
    def keyword(self) -> str:
        """Such as ``maxLength``."""
        return str(self.rule[-1]) if self.rule else "the schema"

    @property
    def field(self) -> str:
        """The field that the rule is about."""
        return str(self.rule[1]) if self.rule[:1] == ("properties",) else "body"


def settle(schema: dict[str, Any], examples: Iterable[Example]) -> list[YieldedRule]:
    """Change a schema in place so that it accepts examples; return the rules that yielded."""
    return [rule for example in examples for rule in _yielding(schema, example)]


def body_examples(body: Body, shown: Iterable[Shown]) -> Iterator[Example]:
    """The examples of a whole body."""
    for each in shown:
        yield Example(body.page, each.value, each.pointer, partial(declared_at, body))


def field_examples(
    fields: Mapping[str, Field], declared: Declared, *, is_text: bool = False
) -> Iterator[Example]:
    """What examples and defaults of single fields show, as objects with one value of each."""
    shown = {name: [*each.shown, *documented_defaults(each)] for name, each in fields.items()}
    for place in range(max(map(len, shown.values()), default=0)):
        having = {name: cited[place] for name, cited in shown.items() if place < len(cited)}
        value = {name: text_of(each) if is_text else each for name, (each, _) in having.items()}
        places = {name: pointer for name, (_, pointer) in having.items()}
        yield Example(next(iter(fields.values())).page, value, places, declared)


def settle_within(schema: dict[str, Any], bodies: Sequence[Body]) -> list[YieldedRule]:
    """Settle the examples and defaults of the schemas within the schema of some bodies."""
    found = []
    for path, inner, keyword in _inner_values(schema):
        body = next((each for each in bodies if _starts(each, path)), bodies[0])
        place = declared_at(body, (*path, keyword))
        example = Example(body.page, inner[keyword], place, partial(nearest, body.page, place[:-1]))
        found += [replace(each, rule=(*path, *each.rule)) for each in _yielding(inner, example)]
    return found


def declared_at(body: Body, path: Steps) -> Steps:
    """The place on its page of a part of a body's schema, or of the nearest part around it."""
    if _starts(body, path):
        return nearest(body.page, body.fields[str(path[1])][0], path[2:])
    start = (*body.pointer, "schema")
    return nearest(body.page, start if body.page.has(start) else body.pointer, path)


def nearest(page: DocumentedPage, start: Steps, path: Steps) -> Steps:
    """The place at some steps below another, or that of the last of them that exists."""
    node = node_at(page, start)
    for step in path:
        below = node.get(step)
        if below is None:
            break
        node = below
    return node.pointer


def _starts(body: Body, path: Steps) -> bool:
    """Whether a path leads into a field of a body."""
    return len(path) > 1 and path[0] == "properties" and path[1] in body.fields


def _inner_values(schema: Any) -> Iterator[tuple[Steps, dict[str, Any], str]]:
    for path, inner in list(parts(schema)):
        if path and isinstance(inner, dict) and not is_map_of_names(path):
            for keyword in ("example", "default"):
                if keyword in inner:
                    yield path, inner, keyword


def _yielding(schema: dict[str, Any], example: Example) -> Iterator[YieldedRule]:
    for _ in range(_MOST):
        error = next(errors(schema, example.value), None)
        if error is None:
            return
        rule = keyed(schema, error.schema_path[:-1]) + tuple(error.schema_path[-1:])
        place = example.place(keyed(example.value, error.instance_path))
        yield YieldedRule(example.page, rule, example.declared(rule), place, error.message)
        yield_to(schema, error)


def errors(
    schema: Mapping[str, Any], value: Any, compiler: SchemaCompiler | None = None
) -> Iterator[jsonschema_rs.ValidationError]:
    """How a value breaks a schema; a file is not compared with what stands for it on a page."""
    try:
        validator = (compiler or SchemaCompiler({})).compile(schema)
    except SchemaError:
        return  # The check of the whole contract names the schema.
    for error in validator.iter_errors(value):
        if _holder(schema, error.schema_path).get("format") != "binary":
            yield error


def yield_to(schema: Any, error: jsonschema_rs.ValidationError) -> None:
    """Change the rule of a schema that a value breaks, so that the value keeps it."""
    holder = _holder(schema, error.schema_path)
    rule = str(error.schema_path[-1]) if error.schema_path else ""
    if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Required):
        _demand_less(holder, error.kind.property)
    elif rule == "enum" and isinstance(holder.get("enum"), list):
        holder["enum"] = [*holder["enum"], error.instance]
    elif rule == "type":
        _unite(holder, error.instance)
    elif isinstance(error.kind, jsonschema_rs.ValidationErrorKind.OneOfMultipleValid):
        choices = holder.pop("oneOf")
        holder.setdefault("anyOf", choices)
    else:
        for name in (rule, _PARTNERS.get(rule, "")):
            holder.pop(name, None)


def _holder(schema: Any, path: Sequence[str | int]) -> MutableMapping[str, Any]:
    """The schema whose keyword the last step is."""
    node = value_at(schema, keyed(schema, path[:-1]))
    return node if isinstance(node, MutableMapping) else {}


def _demand_less(holder: MutableMapping[str, Any], name: str) -> None:
    holder["required"] = [each for each in holder["required"] if each != name]
    if not holder["required"]:
        del holder["required"]


def _unite(holder: MutableMapping[str, Any], value: Any) -> None:
    """Unite scalar types; an object or a list beside another type leaves the type open."""
    plain = value is None or isinstance(value, str | int | float)
    united = widened(dict(holder), [value]) if plain and holder.get("type") in _SCALARS else {}
    if united and united != holder:
        holder.clear()
        holder.update(united)
    else:
        del holder["type"]
