"""Places the nodes of a graph in rows, so that edges lead downwards, cross little and bend little.

An edge across several rows is led through a bend in each row between. Nodes of one row are ordered
by the mean place of their neighbours, from the top down and from the bottom up, several times, and
then moved towards their neighbours as far as the others of their row allow.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

Edge = tuple[str, str]
Width = Callable[[str], float]
_SWEEPS = 24


@dataclass(frozen=True, slots=True)
class Layout:
    """Rows of nodes and bends from the top down, the stations of each edge, the middle of each."""

    rows: Sequence[Sequence[str]]
    routes: Mapping[Edge, Sequence[str]]
    middles: Mapping[str, float]


def placed(ranks: Mapping[str, int], edges: Sequence[Edge], width: Width, gap: float) -> Layout:
    """A layout of nodes whose rows are given; an edge must lead to a lower row."""
    rows: list[list[str]] = [[] for _ in range(max(ranks.values()) + 1)]
    for node, rank in ranks.items():
        rows[rank].append(node)
    routes: dict[Edge, list[str]] = {}
    for upper, lower in edges:
        between = range(ranks[upper] + 1, ranks[lower])
        bends = [f"{upper} to {lower} in {rank}" for rank in between]
        for rank, bend in zip(between, bends, strict=True):
            rows[rank].append(bend)
        routes[upper, lower] = [upper, *bends, lower]
    above: dict[str, list[str]] = {}
    below: dict[str, list[str]] = {}
    for upper, lower in (pair for route in routes.values() for pair in pairwise(route)):
        below.setdefault(upper, []).append(lower)
        above.setdefault(lower, []).append(upper)
    _order(rows, above, below)
    return Layout(rows, routes, _middles(rows, (above, below), width, gap))


def ranks_of(nodes: Sequence[str], edges: Sequence[Edge]) -> dict[str, int]:
    """The row of each node: above everything that it has an edge to, as low as that allows.

    A node without any edge stands in the topmost row.
    """
    height: dict[str, int] = {}

    def height_of(node: str, above: frozenset[str]) -> int:
        if node not in height:
            below = [lower for upper, lower in edges if upper == node and lower not in above]
            height[node] = 1 + max((height_of(each, above | {node}) for each in below), default=-1)
        return height[node]

    highest = max(height_of(node, frozenset()) for node in nodes)
    tied = {node for edge in edges for node in edge}
    return {node: highest - height[node] if node in tied else 0 for node in nodes}


def _order(
    rows: list[list[str]], above: Mapping[str, list[str]], below: Mapping[str, list[str]]
) -> None:
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        neighbours = above if down else below
        for row in rows if down else reversed(rows):
            place = {
                node: (index + 0.5) / len(each) for each in rows for index, node in enumerate(each)
            }
            row.sort(key=lambda node: _mean(node, neighbours, place))


def _mean(node: str, neighbours: Mapping[str, list[str]], place: Mapping[str, float]) -> float:
    near = neighbours.get(node)
    return sum(place[each] for each in near) / len(near) if near else place[node]


def _middles(
    rows: list[list[str]], sides: tuple[Mapping[str, list[str]], ...], width: Width, gap: float
) -> dict[str, float]:
    total = max(sum(width(node) + gap for node in row) for row in rows)
    middles: dict[str, float] = {}
    for row in rows:
        spread = (total - sum(map(width, row))) / len(row)
        x = 0.0
        for node in row:
            middles[node] = x + (spread + width(node)) / 2
            x += spread + width(node)
    for sweep in range(_SWEEPS):
        for row in rows if sweep % 2 else reversed(rows):
            near = {node: [each for side in sides for each in side.get(node, ())] for node in row}
            wanted = [_mean(node, near, middles) for node in row]
            middles.update(zip(row, _apart(row, wanted, width, gap), strict=True))
    return middles


def _apart(row: list[str], wanted: list[float], width: Width, gap: float) -> list[float]:
    """The middles nearest to the wanted ones that keep the order and a gap between boxes."""
    offsets = [0.0]
    for left, right in pairwise(row):
        offsets.append(offsets[-1] + (width(left) + width(right)) / 2 + gap)
    # Without its offset, each box wants to stand at or right of the box before it: where it does
    # not, both stand at their mean, as one block.
    blocks: list[list[float]] = []
    for middle, offset in zip(wanted, offsets, strict=True):
        blocks.append([middle - offset])
        while len(blocks) > 1 and _average(blocks[-2]) > _average(blocks[-1]):
            last = blocks.pop()
            blocks[-1] += last
    found = [_average(block) for block in blocks for _ in block]
    return [middle + offset for middle, offset in zip(found, offsets, strict=True)]


def _average(values: list[float]) -> float:
    return sum(values) / len(values)
