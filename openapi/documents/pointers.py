"""JSON pointers (RFC 6901) and the local references (``$ref``) that are made of them."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

Steps = tuple[str | int, ...]
# The longest chain of references; a longer one is a cycle.
_HOPS = 20


def json_pointer(steps: Steps) -> str:
    """Render steps as a pointer."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def steps_of(pointer: str) -> tuple[str, ...]:
    """The steps of a pointer as text: only the document shows which are indexes."""
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])


def component_name(node: Mapping[str, Any]) -> str:
    """The last step of a node's reference, which is a component's name; empty without one."""
    return str(node.get("$ref", "")).rpartition("/")[2]


def target(document: Any, reference: str) -> Steps | None:
    """The place of a reference's target; None where it is in another document or does not exist."""
    if not reference.startswith("#/"):
        return None
    node, steps = document, list[str | int]()
    for step in steps_of(unquote(reference)):
        key: str | int = int(step) if isinstance(node, list) and step.isdecimal() else step
        try:
            node = node[key]
        except (IndexError, KeyError, TypeError):
            return None
        steps.append(key)
    return tuple(steps)


def keyed(document: Any, path: Sequence[str | int]) -> Steps:
    """The steps of a validator's path, which has a key of digits as a number."""
    steps: list[str | int] = []
    for step in path:
        steps.append(str(step) if isinstance(document, Mapping) else step)
        document = document[steps[-1]]
    return tuple(steps)


def value_at(document: Any, steps: Steps) -> Any:
    """The value at a place that exists."""
    for step in steps:
        document = document[step]
    return document


def resolve(document: Any, reference: str) -> Any:
    """The target of a reference; None where it does not exist."""
    steps = target(document, reference)
    return None if steps is None else value_at(document, steps)


def follow(document: Any, node: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the node itself, or the target of its reference; empty if that does not exist."""
    for _ in range(_HOPS):
        reference = node.get("$ref")
        if not isinstance(reference, str):
            return node
        node = resolve(document, reference) or {}
    return {}
