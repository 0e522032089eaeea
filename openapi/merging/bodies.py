"""Bodies of pages as parts of the contract: their names, fields, rules and examples."""

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openapi.documents.pointers import Steps
from openapi.merging.schemas import copied, is_placeholder
from openapi.pages.body import CHOICES, Body, Shown
from openapi.pages.field import Cited, Field

_VERSION = re.compile(r"^v[0-9]+$")
_OTHER = re.compile(r"[^A-Za-z0-9]+")


def capitalised(text: str) -> str:
    """The words of ``text`` as one name: ``sora-image`` is ``SoraImage``."""
    return "".join(word[:1].upper() + word[1:] for word in _OTHER.split(text))


def operation_id(path: str, method: str) -> str:
    """E.g. ``get_v1_videos_by_video_id``."""
    words = (re.sub(r"[{}]", "", re.sub(r"^(?={)", "by_", step)) for step in path.split("/")[1:])
    return "_".join((method, *words))


def operation_words(path: str, method: str, *, with_version: bool = False) -> str:
    """E.g. ``VideoCreate``; the method leads where it is not a post.

    The version is left out unless two operations differ in nothing else.
    """
    steps = [step for step in path.split("/") if with_version or not _VERSION.match(step)]
    words = [capitalised(f"by {step}" if step.startswith("{") else step) for step in steps]
    return ("" if method == "post" else method.capitalize()) + "".join(words)


# Keywords that are read part by part; every other keyword holds for the whole body.
_READ = frozenset({"type", "properties", "required", "allOf", "example"})
_OF_FIELDS = frozenset({"type", "properties", "x-prose"})


@dataclass(frozen=True)
class MergedBody(Body):
    """A body of one page with the values that it shows for its fields."""

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
    """The examples of a body without templates such as ``{{...}}``."""
    return [shown for shown in body.examples if not is_placeholder(shown.value)]


def lacked(body: Body) -> frozenset[str]:
    """The fields that a page demands and an example of its own leaves out: they are not needed."""
    shown = [each.value for each in shown_by(body) if isinstance(each.value, Mapping)]
    return frozenset(name for name in body.required for value in shown if name not in value)


def examples(bodies: Sequence[Body]) -> dict[str, Any]:
    """Every page's examples of one body under the page's name."""
    return {
        shown.name: {"value": copy.deepcopy(shown.value), "x-source": body.page.cite(shown.pointer)}
        for body in bodies
        for shown in shown_by(body)
    }


def copied_schema(body: Body) -> dict[str, Any]:
    """A copy of the body's schema, for a body that is not an object."""
    return copied(body.page, (*body.pointer, "schema")) if "schema" in body.media else {}


def other_rules(body: Body, *, is_text: bool = False) -> dict[str, Any]:
    """The rules of the schema besides fields, such as ``additionalProperties``.

    With ``is_text``, for a form, alternatives keep their required fields only: the fields are
    declared as text for all alternatives together.
    """
    rules = []
    for part in body.parts:
        whole = copied(body.page, part)
        rule = {key: value for key, value in whole.items() if key not in _READ}
        if rule := _without_fields(rule) if is_text else rule:
            rules.append(rule)
    return rules[0] if len(rules) == 1 else ({"allOf": rules} if rules else {})


def _without_fields(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule without the fields of its alternatives; without them where one is then empty."""
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
                # A body may fit several alternatives that differed only by their fields.
                kept["anyOf"] = bare
    return kept
