"""Applies an OpenAPI Overlay 1.0 and records the source of everything that it adds.

Every action must have ``x-source`` and ``x-standing``. An action that matches nothing is an error,
so that an overlay cannot outlive the document that it completes.
"""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openapi.documents.located import Located, load
from openapi.documents.places import place_of
from openapi.documents.shape import Shape
from openapi.errors import SpecError
from openapi.overlay.gaps import (
    Difference,
    documented_operations,
    fill_paths,
    with_paths_named_as,
)
from openapi.overlay.provenance import Merger, Provenance

if TYPE_CHECKING:
    import jsonpath


@dataclass(frozen=True, slots=True)
class Action:
    """One overlay action: its target, what it adds or removes, and its source."""

    target: str
    update: Any
    remove: bool
    provenance: Provenance
    line: int


@dataclass(frozen=True, slots=True)
class Overlay:
    """The actions of one overlay file in the order in which they are applied."""

    path: Path
    actions: tuple[Action, ...]


def load_overlay(path: Path) -> Overlay:
    """Read an overlay file.

    Raises:
        SpecError: the file is not an Overlay 1.0 document, or an action lacks a target, a change, a
            source or a known standing; the message names the line.
    """
    located = load(path)
    Shape(
        "overlay",
        what="not an Overlay 1.0 document",
        remedy="give it 'overlay: 1.0.0', 'info' with title and version, and 'actions', each with "
        "target, update or remove, x-source and x-standing",
    ).hold(located)
    return Overlay(path, read_actions(located, "actions"))


def read_actions(located: Located, key: str) -> tuple[Action, ...]:
    """The actions under ``key`` of a document that has been validated.

    Raises:
        SpecError: an action changes nothing.
    """
    actions = []
    for index, raw in enumerate(located.data.get(key, ())):
        provenance = Provenance(source=raw["x-source"], standing=raw["x-standing"])
        remove, line = raw.get("remove", False), located.line((key, index))
        action = Action(raw["target"], raw.get("update"), remove, provenance, line)
        if "update" not in raw and not remove:
            raise _refusal(action, Path(located.file), "it neither updates nor removes anything")
        actions.append(action)
    return tuple(actions)


@dataclass(frozen=True, slots=True)
class Completed:
    """A document with an overlay applied.

    Attributes:
        unmatched: the actions that found nothing to apply to.
        differences: what the overlay says otherwise of operations that the document has itself.
    """

    document: dict[str, Any]
    unmatched: tuple[Action, ...] = ()
    differences: tuple[Difference, ...] = ()


def apply(
    document: Mapping[str, Any], overlay: Overlay, *, skip_unmatched: bool = False
) -> Completed:
    """Apply every action of ``overlay`` to a copy of ``document``.

    Raises:
        SpecError: a target is not a JSONPath, an update does not fit there, or, without
            ``skip_unmatched``, a target matches nothing.
    """
    result = with_paths_named_as(copy.deepcopy(dict(document)), _paths_of(overlay))
    documented = documented_operations(result)
    unmatched: list[Action] = []
    differences: list[Difference] = []
    for given in overlay.actions:
        action = given
        if _adds_paths(action):
            rest, found = fill_paths(result, action.update, documented, action.line)
            action = replace(action, update=rest)
            differences += found
        matches = _matches(result, action, overlay.path)
        if not matches and not skip_unmatched:
            raise _refusal(action, overlay.path, "its target matches nothing in the document")
        if not matches:
            unmatched.append(action)
        try:
            _carry_out(result, matches, action)
        except TypeError as error:
            raise _refusal(action, overlay.path, str(error)) from error
    return Completed(result, tuple(unmatched), tuple(differences))


def _adds_paths(action: Action) -> bool:
    return action.target == "$.paths" and isinstance(action.update, Mapping)


def _paths_of(overlay: Overlay) -> list[str]:
    return [path for action in overlay.actions if _adds_paths(action) for path in action.update]


def _matches(
    document: dict[str, Any], action: Action, path: Path
) -> "Sequence[jsonpath.JSONPathMatch]":
    """The nodes that the target selects, each once."""
    # Imported here so that a server of a contract without actions starts faster.
    import jsonpath

    try:
        found = list(jsonpath.finditer(action.target, document))
    except jsonpath.JSONPathError as error:
        raise _refusal(action, path, f"its target is not a JSONPath ({error})") from error
    return list({match.parts: match for match in found}.values())


def _carry_out(
    document: dict[str, Any], matches: "Sequence[jsonpath.JSONPathMatch]", action: Action
) -> None:
    if not action.remove:
        merger = Merger(action.provenance)
        for match in matches:
            merger.merge(match.obj, action.update, place_of(document, match.parts))
        return
    # Last item of a list first, so that the others keep their indexes.
    for match in sorted(matches, key=_index, reverse=True):
        if match.parent is None:
            raise TypeError("it would remove the whole document")
        holder: Any = match.parent.obj
        del holder[match.parts[-1]]


def _index(match: "jsonpath.JSONPathMatch") -> int:
    last = match.parts[-1] if match.parts else None
    return last if isinstance(last, int) else -1


def _refusal(action: Action, path: Path, why: str) -> SpecError:
    return SpecError(
        what=f"overlay action '{action.target}' cannot be applied",
        where=str(path),
        line=action.line,
        why=why,
        remedy="correct its target or its update; 'build --skip-unmatched' leaves out actions that "
        "complete pages you do not have",
    )
