"""A picture of the ratios in every row, as SVG with a logarithmic scale."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log2

import svg

from benchmarks.results.figures import Entrant, Figures, Ratio, Results
from benchmarks.results.tables import lacking, short
from benchmarks.results.targets import AtLeast, targets_of

_MOST_TICKS = 10


@dataclass(frozen=True, slots=True)
class Scale:
    """Powers of two from ``first`` to ``last``, laid out over pixels from ``left`` to ``right``."""

    first: int
    last: int
    left: float
    right: float

    def at(self, ratio: float) -> float:
        """The pixel of a ratio."""
        share = (log2(ratio) - self.first) / (self.last - self.first)
        return round(self.left + share * (self.right - self.left), 1)

    def ticks(self) -> Iterator[tuple[float, str]]:
        """The pixel of each power of two, or of every second where there are many, and its text."""
        step = 1 if self.last - self.first <= _MOST_TICKS else 2
        for power in range(self.first, self.last + 1):
            if power % step == 0:
                text = f"{2**power}" if power >= 0 else f"1/{2**-power}"
                yield self.at(2.0**power), f"{text}×"


def scale_of(ratios: Iterable[float], left: float, right: float) -> Scale:
    """A scale that holds all ratios, and 1/2 and 2 in any case."""
    powers = [log2(ratio) for ratio in ratios]
    first, last = floor(min(powers, default=0)), ceil(max(powers, default=0))
    return Scale(min(-1, first), max(1, last), left, right)


_WIDTH, _TOP, _BOTTOM = 940, 66, 14
_LINE, _BAR, _GAP, _BASELINE = 16, 10, 12, 4
_TITLE, _PEER, _LEFT, _RIGHT, _VALUE, _LACKS = 0, 290, 304, 690, 740, 752
_CAP = 3
_LONGEST = 34
_STYLE = """
text { font: 12px -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328; }
.quiet { fill: #59636e; } .right { text-anchor: end; } .middle { text-anchor: middle; }
.strong { font-weight: 600; } .better { fill: #1a7f5a; } .worse { fill: #c4622d; }
.grid { stroke: #d1d9e0; } .one { stroke: #59636e; } .spread { stroke: #1f2328; }
.target { stroke: #8250df; stroke-width: 2; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; } .quiet { fill: #9198a1; } .better { fill: #3fb68b; }
  .worse { fill: #e08a55; } .grid { stroke: #3d444d; } .one { stroke: #9198a1; }
  .spread { stroke: #f0f6fc; } .target { stroke: #b083f0; }
}
"""


@dataclass(frozen=True, slots=True)
class Band:
    """A row of the table as it is drawn: bars from the top down, then who has none and why."""

    row: Figures
    bars: Sequence[tuple[Entrant, Ratio]]
    without: Mapping[str, Sequence[str]]

    @property
    def height(self) -> int:
        """In pixels, with the gap to the next."""
        return _LINE * (len(self.bars) + len(self.without)) + _GAP


def picture(results: Results) -> str:
    """The whole picture as SVG."""
    bands = [band for row in results.rows if (band := _band(row, results)).bars]
    ratios = [r for band in bands for _, ratio in band.bars for r in (ratio.least, ratio.most)]
    scale = scale_of(ratios, _LEFT, _RIGHT)
    end = _TOP + sum(band.height for band in bands)
    elements = [svg.Style(text=_STYLE), *_head(results), *_grid(scale, end)]
    top = _TOP
    for band in bands:
        elements += _drawn(band, scale, top)
        top += band.height
    height = end + _BOTTOM
    drawing = svg.SVG(
        viewBox=svg.ViewBoxSpec(0, 0, _WIDTH, height),
        width=_WIDTH,
        height=height,
        elements=elements,
    )
    return f"{drawing}\n"


def _band(row: Figures, results: Results) -> Band:
    others = results.others()
    bars = [(each, ratio) for each in others if (ratio := row.ratio(each.name))]
    reasons: dict[str, list[str]] = {}
    for each in others:
        if each.name in row.left_out:
            reasons.setdefault(row.left_out[each.name], []).append(each.title)
    return Band(row, bars, reasons)


def _head(results: Results) -> Iterator[svg.Element]:
    load = results.load
    yield _text(_TITLE, 16, "How many times as good this fake is", "strong")
    said = f"medians of {load['rounds']:g} rounds with least and most, one run, {results.taken}"
    yield _text(_TITLE, 34, said, "quiet")
    yield svg.Line(x1=_LACKS, x2=_LACKS, y1=24, y2=36, class_=["target"])
    yield _text(_LACKS + 8, 34, "target", "quiet")


def _grid(scale: Scale, end: float) -> Iterator[svg.Element]:
    for x, text in scale.ticks():
        middle = x == scale.at(1)
        kind = "one" if middle else "grid"
        yield svg.Line(x1=x, x2=x, y1=_TOP - 8, y2=end - _GAP / 2, class_=[kind])
        yield _text(x, _TOP - 14, text, "quiet middle strong" if middle else "quiet middle")
    yield _text(scale.at(1) - 8, _TOP - 32, "← worse", "quiet right")
    yield _text(scale.at(1) + 8, _TOP - 32, "better →", "quiet")


def _drawn(band: Band, scale: Scale, top: float) -> Iterator[svg.Element]:
    yield _text(_TITLE, top + _LINE - _BASELINE, band.row.title, "strong")
    wanted = {
        target.peer: target.times
        for target in targets_of(band.row.name)
        if isinstance(target, AtLeast)
    }
    for other, ratio in band.bars:
        yield from _bar(scale, top, ratio)
        if other.name in wanted:
            x = scale.at(wanted[other.name])
            yield svg.Line(x1=x, x2=x, y1=top + 1, y2=top + _LINE - 1, class_=["target"])
        yield from _words(band.row, other, ratio, top + _LINE - _BASELINE)
        top += _LINE
    for reason, titles in band.without.items():
        yield _text(_PEER, top + _LINE - _BASELINE, ", ".join(titles), "right quiet")
        yield _text(_LACKS, top + _LINE - _BASELINE, _cut(reason), "quiet")
        top += _LINE


def _bar(scale: Scale, top: float, ratio: Ratio) -> Iterator[svg.Element]:
    one, end = scale.at(1), scale.at(ratio.median)
    kind = "better" if ratio.median >= 1 else "worse"
    y = top + (_LINE - _BAR) / 2
    width = round(abs(end - one), 1)
    yield svg.Rect(x=min(one, end), y=y, width=width, height=_BAR, rx=1, class_=["bar", kind])
    least, most, middle = scale.at(ratio.least), scale.at(ratio.most), top + _LINE / 2
    yield svg.Line(x1=least, x2=most, y1=middle, y2=middle, class_=["spread"])
    for x in (least, most):
        yield svg.Line(x1=x, x2=x, y1=middle - _CAP, y2=middle + _CAP, class_=["spread"])


def _words(row: Figures, other: Entrant, ratio: Ratio, y: float) -> Iterator[svg.Element]:
    yield _text(_PEER, y, other.title, "right")
    yield _text(_VALUE, y, f"{short(ratio.median)}×", "right strong")
    yield _text(_LACKS, y, lacking(row, other.name), "quiet")


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _text(x: float, y: float, text: str, kind: str) -> svg.Text:
    return svg.Text(x=x, y=y, text=text, class_=kind.split())
