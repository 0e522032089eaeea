"""What several pages' bodies of one kind become in the contract: fields, rules and examples."""

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openapi.documents.pointers import Steps
from openapi.merging.schema_copies import copied, is_placeholder
from openapi.pages.body import CHOICES, Body, Shown
from openapi.pages.field import Cited, Field

# What is read part by part; every other keyword holds for the body as a whole.
_READ = frozenset({"type", "properties", "required", "allOf", "example"})
_OF_FIELDS = frozenset({"type", "properties", "x-prose"})


@dataclass(frozen=True)
class MergedBody(Body):
    """A body of one page, as merging reads it."""

    def shown_values(self, name: str) -> Iterator[Cited]:
        """The values that examples of the whole body show for a field."""
        for shown in shown_by(self):
            if isinstance(shown.value, Mapping) and name in shown.value:
                yield shown.value[name], (*shown.pointer, name)

    def declarations(self, name: str) -> list[Field]:
        """A field as each of its places declares it; several are of alternatives."""
        return [self._field(name, place) for place in self.fields[name]]

    def field(self, name: str) -> Field:
        """A field as the first of its places declares it."""
        return self._field(name, self.fields[name][0])

    def _field(self, name: str, place: Steps) -> Field:
        return Field(self.page, place, self.page.lead(place), tuple(self.shown_values(name)))


def shown_by(body: Body) -> list[Shown]:
    """The examples of a body; templates with ``{{...}}`` are none."""
    return [shown for shown in body.examples if not is_placeholder(shown.value)]


def examples(bodies: Sequence[Body]) -> dict[str, Any]:
    """Every page's examples of one body under the page's name."""
    return {
        shown.name: {"value": copy.deepcopy(shown.value), "x-source": body.page.cite(shown.pointer)}
        for body in bodies
        for shown in shown_by(body)
    }


def copied_schema(body: Body) -> dict[str, Any]:
    """The body's schema as it is, for a body that is not an object."""
    return copied(body.page, (*body.pointer, "schema")) if "schema" in body.media else {}


def other_rules(body: Body, *, is_text: bool = False) -> dict[str, Any]:
    """What the schema demands besides fields, such as ``additionalProperties``.

    With ``is_text``, for a form, alternatives keep what they require; the fields are held to their
    declarations as text, once for all alternatives.
    """
    rules = []
    for part in body.parts:
        whole = copied(body.page, part)
        rule = {key: value for key, value in whole.items() if key not in _READ}
        if rule := _without_fields(rule) if is_text else rule:
            rules.append(rule)
    return rules[0] if len(rules) == 1 else ({"allOf": rules} if rules else {})


def _without_fields(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule whose alternatives declare no fields; those that are all the same then are none."""
    kept = dict(rule)
    for word in CHOICES:
        choices = rule.get(word, ())
        if any("properties" in choice for choice in choices):
            del kept[word]
            bare = [
                _without_fields({key: one[key] for key in one if key not in _OF_FIELDS})
                for one in choices
            ]
            if {} not in bare:
                # What differed by its fields may fit several alternatives now.
                kept["anyOf"] = bare
    return kept
