"""A problem of a built contract: what is wrong, and the line that must change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openapi.documents.pointers import Steps, json_pointer


@dataclass(frozen=True, slots=True)
class Problem:
    """``text`` says what is wrong and who says so; ``where`` and ``line`` are set for a page."""

    text: str
    where: str = "contract"
    line: int = 1


def problem_at(contract: Mapping[str, Any], pointer: Steps, what: str) -> Problem:
    """A problem with the part at ``pointer``, told with the source nearest to it."""
    source, node = "", contract
    for step in pointer:
        node = node[step] if isinstance(node, dict | list) and _has(node, step) else {}
        if isinstance(node, dict) and isinstance(node.get("x-source"), str):
            source = f" ({node['x-source']})"
    return Problem(f"{json_pointer(pointer)}: {what}{source}")


def _has(node: Any, step: str | int) -> bool:
    return step in node if isinstance(node, dict) else isinstance(step, int) and step < len(node)
