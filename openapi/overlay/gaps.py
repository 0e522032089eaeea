"""An operation that pages document stands; an overlay that inferred it fills only its gaps."""

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openapi.contract.paths import parameter_names, path_form
from openapi.documents.places import METHODS, operations
from openapi.documents.pointers import Steps

# Given by the merge because no page names it; the overlay's is the one that links and handlers use.
_NAME = "operationId"


@dataclass(frozen=True, slots=True)
class Difference:
    """What an overlay says otherwise of a documented part: its place, and both values.

    ``line`` is that of the overlay's action.
    """

    pointer: Steps
    documented: Any
    inferred: Any
    line: int


def with_paths_named_as(document: dict[str, Any], paths: Sequence[str]) -> dict[str, Any]:
    """A document with the parameters of its paths called as the same paths of another one are."""
    wanted = {path_form(path): path for path in paths}
    if "paths" not in document:
        return document
    renamed = {}
    for path, item in document["paths"].items():
        name = wanted.get(path_form(path), path)
        renamed[name] = item if name == path else _renamed(item, path, name)
    return {**document, "paths": renamed}


def documented_operations(document: Mapping[str, Any]) -> frozenset[Steps]:
    """The places of the operations of a document."""
    return frozenset(tuple(pointer) for pointer, _ in operations(document))


def fill_paths(
    document: dict[str, Any], update: Mapping[str, Any], documented: frozenset[Steps], line: int
) -> tuple[dict[str, Any], list[Difference]]:
    """Fill the gaps of documented operations; return what is left of an update of ``paths``."""
    rest: dict[str, Any] = {}
    found: list[Difference] = []
    for path, item in update.items():
        kept = dict(item)
        for method in METHODS:
            pointer = ("paths", path, method)
            if method in item and pointer in documented:
                held = document["paths"][path][method]
                found += _Filling(line).fill(held, kept.pop(method), pointer)
        if kept or path not in document.get("paths", {}):
            rest[path] = kept
    return rest, found


@dataclass(frozen=True, slots=True)
class _Filling:
    line: int

    def fill(
        self, held: dict[str, Any], update: Mapping[str, Any], here: Steps
    ) -> Iterator[Difference]:
        """Add what ``held`` does not have; yield what it has otherwise."""
        for key, value in update.items():
            step = (*here, key)
            if key not in held or key == _NAME:
                held[key] = copy.deepcopy(value)
            elif key == "parameters":
                yield from self._parameters(held[key], value, step)
            elif _are_objects(held[key], value) and "$ref" not in (*held[key], *value):
                yield from self.fill(held[key], value, step)
            elif held[key] != value:
                yield Difference(step, held[key], value, self.line)

    def _parameters(
        self, held: list[dict[str, Any]], update: Sequence[Mapping[str, Any]], here: Steps
    ) -> Iterator[Difference]:
        known = {(each.get("in"), each.get("name")): index for index, each in enumerate(held)}
        for parameter in update:
            index = known.get((parameter.get("in"), parameter.get("name")))
            if index is None:
                held.append(copy.deepcopy(dict(parameter)))
            else:
                yield from self.fill(held[index], parameter, (*here, index))


def _are_objects(*values: Any) -> bool:
    return all(isinstance(value, Mapping) for value in values)


def _renamed(item: dict[str, Any], path: str, name: str) -> dict[str, Any]:
    """A path item whose path parameters have the names of another template of the same form."""
    names = dict(zip(parameter_names(path), parameter_names(name), strict=True))
    found = copy.deepcopy(item)
    holders = [found, *(found[method] for method in METHODS if method in found)]
    for parameter in (each for holder in holders for each in holder.get("parameters", ())):
        if parameter.get("in") == "path" and parameter.get("name") in names:
            parameter["name"] = names[parameter["name"]]
    return found
