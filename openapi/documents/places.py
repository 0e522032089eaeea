"""Places in an OpenAPI document: keywords and names, operations, and the nearest cited source."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openapi.documents.pointers import Steps, json_pointer

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
# Keywords whose members are names, which are never keywords.
_MAPS = frozenset(
    {"callbacks", "content", "encoding", "examples", "headers", "links", "parameters", "paths"}
    | {"patternProperties", "properties", "requestBodies", "responses", "schemas"}
    | {"securitySchemes", "variables"}
)
# Keywords that hold plain data.
VALUES = frozenset({"example", "examples", "default", "enum"})
_OPERATION_DEPTH = 3


def is_map_of_names(pointer: Steps) -> bool:
    """Whether the keys of the part at ``pointer`` are names rather than keywords."""
    return bool(pointer) and pointer[-1] in _MAPS and not is_name(pointer)


def is_name(pointer: Steps) -> bool:
    """Whether the last step is a name or an index, such as a field called ``properties``."""
    return len(pointer) > 1 and is_map_of_names(pointer[:-1])


def is_operation(pointer: Steps) -> bool:
    """Whether ``pointer`` is the place of an operation."""
    return len(pointer) == _OPERATION_DEPTH and pointer[0] == "paths" and pointer[2] in METHODS


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a document.

    Attributes:
        holder: the object or list that contains it.
        owner: the innermost part with an ``x-source`` around it, itself included.
        owner_depth: the number of steps to the owner.
    """

    pointer: Steps = ()
    holder: Any = None
    owner: dict[str, Any] | None = None
    owner_depth: int = 0

    def below(self, holder: Any, step: str | int) -> "Place":
        """The place of the member ``step`` of ``holder``, which is the part at this place."""
        here = (*self.pointer, step)
        absent = isinstance(holder, dict) and step not in holder
        node = None if absent else holder[step]
        if isinstance(node, dict) and "x-source" in node and not is_map_of_names(here):
            return Place(here, holder, node, len(here))
        return Place(here, holder, self.owner, self.owner_depth)

    @property
    def within_owner(self) -> str:
        """The path within the owner, as a JSON pointer without its first slash."""
        return json_pointer(self.pointer[self.owner_depth :])[1:]

    @property
    def keyword(self) -> str:
        """The last step where it is a keyword, else an empty text."""
        return "" if not self.pointer or is_name(self.pointer) else str(self.pointer[-1])


def place_of(document: Any, pointer: Steps) -> Place:
    """The place at ``pointer``."""
    place, node = Place(), document
    for step in pointer:
        place, node = place.below(node, step), node[step]
    return place


def operations(document: Any) -> Iterator[tuple[Steps, dict[str, Any]]]:
    """Every operation object of an OpenAPI document with its pointer, paths in their order.

    A part of unexpected shape is skipped.
    """
    paths = document.get("paths") if isinstance(document, Mapping) else None
    for path, item in paths.items() if isinstance(paths, Mapping) else ():
        for method in METHODS if isinstance(item, Mapping) else ():
            if isinstance(item.get(method), dict):
                yield ("paths", path, method), item[method]


def parts(node: Any, pointer: Steps = ()) -> Iterator[tuple[Steps, Mapping[str, Any]]]:
    """Every object of a document with its pointer, parents first; plain data is left out."""
    if isinstance(node, Mapping):
        if not is_name(pointer) and pointer and pointer[-1] in VALUES:
            return
        yield pointer, node
        for key, member in node.items():
            yield from parts(member, (*pointer, key))
    elif isinstance(node, list):
        for index, member in enumerate(node):
            yield from parts(member, (*pointer, index))
