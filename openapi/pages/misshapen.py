"""Parts of a page that are not of the kind that OpenAPI has at their place: each is left out.

A list of requirements that is a mapping, a parameter without a name, a server without an address:
what remains of the page stands. Only a page without any operation cannot be read.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import jsonschema_rs

from openapi.contract.paths import parameter_names
from openapi.documents.places import METHODS
from openapi.documents.pointers import Steps, keyed, value_at
from openapi.documents.shape import Shape
from openapi.pages.invalid_parts import InvalidPart

# Of parts whose absence leaves no page: the document, its paths, and each of them.
_NEEDED = 2
_ROUNDS = 20
_LONGEST = 120
_STYLES = {
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "path": ("simple", "label", "matrix"),
    "header": ("simple",),
    "cookie": ("form",),
}


@dataclass(frozen=True, slots=True)
class Fitted:
    """A page's document whose parts have their shape.

    Attributes:
        dropped: for each list that lost items, the places of these in the page's own list.
    """

    data: Any
    left_out: list[InvalidPart] = field(default_factory=list)
    dropped: dict[Steps, list[int]] = field(default_factory=dict)

    def original(self, pointer: Steps) -> Steps:
        """The place on the page of a place in the document."""
        found: Steps = ()
        for step in pointer:
            dropped = self.dropped.get(found, ()) if isinstance(step, int) else ()
            found = (*found, _before(int(step), dropped) if dropped else step)
        return found

    def leave_out(self, pointer: Steps, what: str) -> None:
        """Take a part out of the document."""
        place, holder = self.original(pointer), value_at(self.data, pointer[:-1])
        del holder[pointer[-1]]
        if isinstance(holder, list):
            self.dropped.setdefault(place[:-1], []).append(int(place[-1]))
            self.dropped[place[:-1]].sort()
        self.left_out.append(InvalidPart(place, what))


def _before(index: int, dropped: Sequence[int]) -> int:
    """The place that an item of a list had before others were dropped, given in order."""
    for each in dropped:
        index += each <= index
    return index


def fitted(data: Any, shape: Shape) -> Fitted:
    """Leave out of a document, in place, what is not of the shape of a page."""
    found = Fitted(data)
    for holder in list(_parameter_lists(data)):
        _fit_parameters(found, holder)
    for _ in range(_ROUNDS):
        errors = {place: error for error in shape.errors(data) if (place := _place(data, error))}
        # The last of a list first, so that the places of the others stay.
        for place in sorted(_outermost(errors), key=str, reverse=True):
            found.leave_out(place, f"{place[-1]}: {_short(errors[place].message)}")
        if not errors:
            break
    return found


def _place(data: Any, error: jsonschema_rs.ValidationError) -> Steps:
    """The part that is left out; empty where the page cannot do without it."""
    place = keyed(data, error.instance_path)
    for depth in range(len(place) - 1):
        if place[depth] == "parameters" and isinstance(place[depth + 1], int):
            place = place[: depth + 2]  # what is wrong with a parameter leaves none
            break
    return place if len(place) > _NEEDED or place[:1] not in ((), ("paths",)) else ()


def _outermost(places: Mapping[Steps, Any]) -> Iterator[Steps]:
    for place in places:
        if not any(place[:length] in places for length in range(1, len(place))):
            yield place


def _parameter_lists(data: Any) -> Iterator[Steps]:
    paths = data.get("paths") if isinstance(data, Mapping) else None
    for path, item in paths.items() if isinstance(paths, Mapping) else ():
        for steps in ((), *((method,) for method in METHODS)):
            holder = item if not steps else item.get(steps[0]) if isinstance(item, dict) else None
            if isinstance(holder, dict) and isinstance(holder.get("parameters"), list):
                yield ("paths", path, *steps, "parameters")


def _fit_parameters(found: Fitted, holder: Steps) -> None:
    listed: Sequence[Any] = value_at(found.data, holder)
    for index in reversed(range(len(listed))):
        parameter, place = listed[index], (*holder, index)
        if not isinstance(parameter, dict) or "$ref" in parameter:
            continue
        name, where = parameter.get("name"), parameter.get("in")
        if where == "path" and name not in parameter_names(str(holder[1])):
            found.leave_out(place, f"the path has no parameter {name}")
            continue
        if "style" in parameter and parameter["style"] not in _STYLES.get(str(where), ()):
            found.leave_out((*place, "style"), f"style is {parameter['style']!r}")
        if "schema" not in parameter:
            found.left_out.append(
                InvalidPart(found.original(place), f"the parameter {name} has no schema")
            )
            parameter["schema"] = _schema_of_content(parameter)


def _schema_of_content(parameter: dict[str, Any]) -> dict[str, Any]:
    """A parameter may have a media type instead; only its schema can be held."""
    content = parameter.pop("content", None)
    media = next(iter(content.values()), None) if isinstance(content, dict) else None
    schema = media.get("schema") if isinstance(media, dict) else None
    return dict(schema) if isinstance(schema, dict) else {}


def _short(message: str) -> str:
    return message if len(message) <= _LONGEST else f"...{message[-_LONGEST:]}"
