"""Draws docs/imports.svg from the import table; `make docs` writes it.

It is drawn without a background, and takes its colours from the reader's light or dark theme.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import svg

from tests.project.import_graph import DETAILED, Graph, import_graph
from tests.project.layered import Edge, Layout, Width, placed, ranks_of
from tests.project.source import ROOT

PICTURE = ROOT / "docs" / "imports.svg"

_ROW, _BOX, _LETTER, _SMALL_LETTER, _PADDING, _BEND = 80, 36, 7.3, 4.6, 22, 10
_GAP, _RADIUS, _HEAD, _LEAST = 14, 6, 5, 66
_STYLE = """
text { font: 12px -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328;
  text-anchor: middle; }
.frame { fill: none; stroke: #1a7f37; }
.label { fill: #1a7f37; text-anchor: start; font-weight: 600; }
.note { font-size: 9px; fill: #59636e; }
.box { fill: #ddf4ff; stroke: #0969da; } .package { fill: #dafbe1; stroke: #1a7f37; }
.free { fill: #f6f8fa; stroke: #59636e; stroke-dasharray: 4 3; }
.arrow { fill: none; stroke: #59636e; stroke-width: 1.2; } .head { fill: #59636e; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; } .label { fill: #3fb950; }
  .note { fill: #9198a1; }
  .box { fill: #121d2f; stroke: #4493f8; } .package { fill: #12261e; stroke: #3fb950; }
  .free { fill: #151b23; stroke: #9198a1; } .frame { stroke: #3fb950; }
  .arrow { stroke: #9198a1; } .head { fill: #9198a1; }
}
"""


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of the picture; a box is one, and so is the frame around the wings."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height

    @property
    def middle(self) -> float:
        """Halfway between its left and its right edge."""
        return self.left + self.width / 2


def picture(graph: Graph) -> str:
    """The graph as SVG: the fake's wings in a frame, the other packages above and below it."""
    edges = [
        (node, target) for node, targets in graph.reduced().items() for target in sorted(targets)
    ]
    inside = [node for node in graph.nodes if node.startswith(f"{DETAILED}.")]
    within = [(upper, lower) for upper, lower in edges if upper in inside and lower in inside]
    notes = {
        node: ", ".join(sorted(each for each in graph.edges.get(node, ()) if each not in inside))
        for node in inside
    }
    width = _measured(notes)
    layout = placed(ranks_of(inside, within), within, width, _GAP)
    frame = _frame(layout, width)
    areas = _wings(layout, width) | {DETAILED: frame} | _packages(graph, edges, frame)
    outer = [edge for edge in edges if edge[0] not in inside]
    right = frame.right + _GAP * (len(outer) + 1)
    bottom = max(area.bottom for area in areas.values()) + _GAP
    elements: list[svg.Element] = [svg.Style(text=_STYLE), _arrowhead(), *_framed(frame)]
    for route in layout.routes.values():
        elements.append(_curve(_stations(route, layout, areas)))
    elements += _around(outer, areas, frame)
    for node, area in areas.items():
        if node != DETAILED and " " not in node:
            elements += _box(node, area, graph, notes.get(node, ""))
    drawing = svg.SVG(
        viewBox=svg.ViewBoxSpec(0, 0, round(right), round(bottom)),
        width=round(right),
        height=round(bottom),
        elements=elements,
    )
    return f"{drawing}\n"


def _measured(notes: Mapping[str, str]) -> Width:
    """How wide a box has to be for its name and its note."""

    def width(node: str) -> float:
        if " " in node:
            return _BEND
        note = _SMALL_LETTER * len(notes.get(node, ""))
        return max(_LEAST, round(max(_LETTER * len(_name(node)), note)) + _PADDING)

    return width


def _name(node: str) -> str:
    return node.removeprefix(f"{DETAILED}.")


def _frame(layout: Layout, width: Width) -> Area:
    """Around all wings and bends; the row of the packages above it has room over it."""
    left = min(middle - width(node) / 2 for node, middle in layout.middles.items())
    right = max(middle + width(node) / 2 for node, middle in layout.middles.items())
    height = _ROW * (len(layout.rows) - 1) + _BOX + 4 * _GAP
    return Area(_GAP, _ROW, round(right - left) + 2 * _GAP, height)


def _wings(layout: Layout, width: Width) -> dict[str, Area]:
    left = min(middle - width(node) / 2 for node, middle in layout.middles.items())
    return {
        node: Area(
            round(layout.middles[node] - left - width(node) / 2 + 2 * _GAP, 1),
            _ROW + 3 * _GAP + rank * _ROW,
            round(width(node), 1),
            _BOX,
        )
        for rank, row in enumerate(layout.rows)
        for node in row
    }


def _packages(graph: Graph, edges: Sequence[Edge], frame: Area) -> dict[str, Area]:
    """Who imports packages stands above the frame, what they import below it."""
    imported = {lower for _, lower in edges}
    areas: dict[str, Area] = {}
    width = _measured({})
    lefts = {True: frame.left, False: frame.left}
    for node in graph.nodes:
        if node == DETAILED or node.startswith(f"{DETAILED}."):
            continue
        below = node in imported
        top = frame.bottom + _ROW - _BOX if below else _GAP
        areas[node] = Area(lefts[below], top, round(width(node), 1), _BOX)
        lefts[below] += round(width(node)) + 8 * _GAP
    return areas


def _stations(
    route: Sequence[str], layout: Layout, areas: Mapping[str, Area]
) -> list[tuple[float, float]]:
    """Where a curve leaves its first box, passes its bends and reaches its last box."""
    first, *bends, last = (areas[node] for node in route)
    passed = [(bend.middle, bend.top + _BOX / 2) for bend in bends]
    return [(first.middle, first.bottom), *passed, (last.middle, last.top - _HEAD)]


def _curve(stations: list[tuple[float, float]]) -> svg.Element:
    path: list[svg.PathData] = [svg.MoveTo(*stations[0])]
    for (x1, y1), (x2, y2) in pairwise(stations):
        half = (y1 + y2) / 2
        path.append(svg.CubicBezier(round(x1, 1), half, round(x2, 1), half, round(x2, 1), y2))
    return svg.Path(d=path, class_=["arrow"], marker_end="url(#head)")


def _around(outer: Sequence[Edge], areas: Mapping[str, Area], frame: Area) -> Iterator[svg.Element]:
    """Arrows between packages: straight where they are neighbours, else right of the frame."""
    for number, (upper, lower) in enumerate(outer, start=1):
        start, end = areas[upper], areas[lower]
        if frame in (start, end):
            x = (end if start == frame else start).middle
            yield _curve([(x, start.bottom), (x, end.top - _HEAD)])
        else:
            x, y = frame.right + _GAP * number, end.top - _GAP - 3 * number
            points = [
                svg.LineTo(start.middle, start.bottom + 4 + 3 * number),
                svg.LineTo(x, start.bottom + 4 + 3 * number),
                svg.LineTo(x, y),
                svg.LineTo(end.middle, y),
                svg.LineTo(end.middle, end.top - _HEAD),
            ]
            path = [svg.MoveTo(start.middle, start.bottom), *points]
            yield svg.Path(d=path, class_=["arrow"], marker_end="url(#head)")


def _framed(frame: Area) -> Iterator[svg.Element]:
    yield _rectangle(frame, "frame")
    yield svg.Text(x=frame.left + 8, y=frame.top + 18, class_=["label"], text=DETAILED)


def _box(node: str, area: Area, graph: Graph, note: str) -> Iterator[svg.Element]:
    """A box with its name, and below that the packages that a wing may import besides."""
    inner = node.startswith(f"{DETAILED}.")
    yield _rectangle(area, "free" if node in graph.free else "box" if inner else "package")
    x, y = round(area.middle, 1), area.top + _BOX / 2 + (-2 if note else 4)
    yield svg.Text(x=x, y=y, text=_name(node))
    if note:
        yield svg.Text(x=x, y=y + 13, class_=["note"], text=note)


def _rectangle(area: Area, form: str) -> svg.Element:
    return svg.Rect(
        x=area.left, y=area.top, width=area.width, height=area.height, rx=_RADIUS, class_=[form]
    )


def _arrowhead() -> svg.Element:
    tip = svg.Path(d=[svg.M(0, 0), svg.L(8, 4), svg.L(0, 8), svg.Z()], class_=["head"])
    head = svg.Marker(
        id="head",
        viewBox=svg.ViewBoxSpec(0, 0, 8, 8),
        refX=3,
        refY=4,
        markerWidth=7,
        markerHeight=7,
        orient="auto",
        elements=[tip],
    )
    return svg.Defs(elements=[head])


if __name__ == "__main__":
    PICTURE.write_text(picture(import_graph()), encoding="utf-8")
