"""References of a page that lead nowhere or back to themselves: each is left out."""

from collections.abc import Iterable
from typing import Any

from openapi.documents.places import is_name
from openapi.documents.pointers import Steps, target, value_at
from openapi.pages.invalid_parts import InvalidPart


def without_lost_references(data: Any) -> list[InvalidPart]:
    """Leave such references out of a document, in place; what they stood for stays open.

    The walk follows references and meets each part once. ``inside`` holds the parts that it is in:
    a reference to one of them would never end.
    """
    found: list[InvalidPart] = []
    seen: set[Steps] = set()
    inside: set[Steps] = set()
    # A part that is entered, or one that is left again.
    left: list[tuple[Steps, bool]] = [(("paths",), True)] if "paths" in data else []
    while left:
        pointer, enters = left.pop()
        if not enters or pointer in seen:
            inside -= set() if enters else {pointer}
            continue
        seen.add(pointer)
        inside.add(pointer)
        left.append((pointer, False))
        node = value_at(data, pointer)
        reference = node.get("$ref") if isinstance(node, dict) else None
        if reference is not None:
            goal = target(data, reference) if isinstance(reference, str) else None
            if goal is None or goal in inside:
                found.append(InvalidPart(pointer, _why(reference, exists=goal is not None)))
                del node["$ref"]
            else:
                left.append((goal, True))
        left += [((*pointer, step), True) for step in reversed(_members(node, pointer))]
    return found


def _members(node: Any, pointer: Steps) -> list[Any]:
    if isinstance(node, list):
        return list(range(len(node)))
    names: Iterable[Any] = node if isinstance(node, dict) else ()
    return [name for name in names if not is_value((*pointer, name))]


def is_value(pointer: Steps) -> bool:
    """Whether a place holds plain data, in which ``$ref`` is not a reference."""
    if is_name(pointer):
        return False
    *above, key = pointer
    return str(key).startswith("x-") or (
        key in ("example", "default", "enum", "const")
        or (key == "value" and "examples" in above[-2:])
    )


def _why(reference: Any, *, exists: bool) -> str:
    if exists:
        return f"the reference {reference} leads back to itself"
    if isinstance(reference, str) and not reference.startswith("#/"):
        return f"the reference {reference} leads out of this page"
    return f"the reference {reference} names nothing on this page"
