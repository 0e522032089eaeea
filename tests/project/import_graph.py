"""The import table as a graph: packages and wings are nodes, an edge is a permitted import.

A wing is a folder or module in a package's root. Only the wings of the fake are shown one by one;
the other packages are one node each, and one more for each row of the table inside them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.project.rules import LAYERS, Layer
from tests.project.source import PACKAGES, modules

DETAILED = "mock_server"
_SIGNS = ("__init__", "__main__")


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes by name, those that have no row of their own, and who may import whom directly."""

    nodes: tuple[str, ...]
    free: frozenset[str]
    edges: Mapping[str, frozenset[str]]

    def reduced(self) -> Mapping[str, frozenset[str]]:
        """The edges that do not follow from others."""
        return {
            node: frozenset(
                target
                for target in targets
                if not any(target in self._reached(other) for other in targets - {target})
            )
            for node, targets in self.edges.items()
        }

    def _reached(self, node: str) -> frozenset[str]:
        """Every node behind this one, itself left out unless it stands in a circle."""
        seen: set[str] = set()
        ahead = list(self.edges.get(node, ()))
        while ahead:
            each = ahead.pop()
            if each not in seen:
                seen.add(each)
                ahead.extend(self.edges.get(each, ()))
        return frozenset(seen)


def graph_of(layers: Sequence[Layer], wings: Iterable[str]) -> Graph:
    """The graph of a table; ``wings`` are those that exist, with or without a row."""
    rows = [layer.where for layer in layers]
    names = dict.fromkeys([*rows, *PACKAGES, *wings])
    edges = {layer.where: frozenset(_targets(layer, names)) - {layer.where} for layer in layers}
    free = frozenset(names) - frozenset(rows)
    return Graph(tuple(names), free, edges)


def _targets(layer: Layer, names: Iterable[str]) -> Iterator[str]:
    """The nodes that a row permits; a package's own row does not repeat its wings."""
    known = set(names)
    for name in layer.ours:
        node = name
        while node not in known:
            node = node.rpartition(".")[0]
        if not layer.where.startswith(f"{node}."):
            yield node


def wings() -> Iterator[str]:
    """The folders and modules in the root of the package whose wings are shown."""
    for module in modules(DETAILED):
        parts = module.name.split(".")
        if len(parts) > 1 and parts[1] not in _SIGNS:
            yield ".".join(parts[:2])


def import_graph() -> Graph:
    """The graph of this project's import table."""
    return graph_of(LAYERS, dict.fromkeys(wings()))
