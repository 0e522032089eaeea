"""Applies an OpenAPI Overlay 1.0 and stamps what it adds with its source; knows nothing of pages.

House rules: every action names ``x-source`` and ``x-standing``; an action that matches nothing is
an error, so that an overlay never outlives the document it completes.
"""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonpath

from openapi.errors import SpecError
from openapi.located import Located, load
from openapi.provenance import STANDINGS, Provenance, merge_in


@dataclass(frozen=True, slots=True)
class Action:
    """One overlay action: what it targets, what it adds or removes, and who says so."""

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
        SpecError: the file is no Overlay 1.0 document, or an action lacks a target, a change, a
            source or a known standing; the message names the action's line.
    """
    located = load(path)
    data = located.data
    if not isinstance(data, dict) or not str(data.get("overlay", "")).startswith("1.0"):
        raise SpecError(
            what="not an Overlay document",
            where=str(path),
            line=1,
            why="it has no 'overlay: 1.0.0'",
            remedy="start the file with 'overlay: 1.0.0', 'info' and 'actions'",
        )
    return Overlay(path, tuple(_read_actions(path, located)))


def _read_actions(path: Path, located: Located) -> Iterator[Action]:
    for index, raw in enumerate(located.data.get("actions") or []):
        line = located.line(("actions", index))
        problem = _problem_of(raw)
        if problem:
            raise SpecError(
                what=f"overlay action {index + 1} cannot be used",
                where=str(path),
                line=line,
                why=problem,
                remedy="give every action a target, an update or remove, x-source and x-standing",
            )
        provenance = Provenance(source=raw["x-source"], standing=raw["x-standing"])
        yield Action(raw["target"], raw.get("update"), bool(raw.get("remove")), provenance, line)


def _problem_of(raw: object) -> str | None:
    if not isinstance(raw, Mapping) or not isinstance(raw.get("target"), str):
        return "it has no target"
    if "update" not in raw and not raw.get("remove"):
        return "it neither updates nor removes anything"
    if not isinstance(raw.get("x-source"), str):
        return "it does not name its source"
    if raw.get("x-standing") not in STANDINGS:
        return f"its x-standing is none of {', '.join(STANDINGS)}"
    return None


def apply(document: Mapping[str, Any], overlay: Overlay) -> dict[str, Any]:
    """Return a copy of ``document`` with every action of ``overlay`` carried out.

    Raises:
        SpecError: a target is no JSONPath or matches nothing, or an update does not fit there.
    """
    result = copy.deepcopy(dict(document))
    for action in overlay.actions:
        matches = list(_matches(result, action, overlay.path))
        if not matches:
            raise _refusal(action, overlay.path, "its target matches nothing in the document")
        for match in matches:
            _carry_out(match, action, overlay.path)
    return result


def _matches(
    document: dict[str, Any], action: Action, path: Path
) -> Iterator[jsonpath.JSONPathMatch]:
    try:
        yield from list(jsonpath.finditer(action.target, document))
    except jsonpath.JSONPathError as error:
        raise _refusal(action, path, f"its target is no JSONPath ({error})") from error


def _carry_out(match: jsonpath.JSONPathMatch, action: Action, path: Path) -> None:
    if action.remove:
        if match.parent is None:
            raise _refusal(action, path, "it would remove the whole document")
        parent: Any = match.parent.obj
        del parent[match.parts[-1]]
        return
    try:
        merge_in(match.obj, action.update, action.provenance, tuple(map(str, match.parts)))
    except TypeError as error:
        raise _refusal(action, path, str(error)) from error


def _refusal(action: Action, path: Path, why: str) -> SpecError:
    return SpecError(
        what=f"overlay action '{action.target}' cannot be applied",
        where=str(path),
        line=action.line,
        why=why,
        remedy="correct the target or the update, or delete the action",
    )
