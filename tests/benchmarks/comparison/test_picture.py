"""The picture has a bar for each ratio, on one scale, and a reason for each missing one."""

from dataclasses import replace
from itertools import pairwise
from xml.etree.ElementTree import Element, fromstring

import hypothesis.strategies as st
import pytest
from hypothesis import given

from benchmarks.results.figures import Results
from benchmarks.results.picture import picture, scale_of
from tests.benchmarks.comparison.samples import ABSENT, CREATE, RESULTS

NAMESPACE = "{http://www.w3.org/2000/svg}"
RATIOS = st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=20)


def _bars(results: Results) -> list[Element]:
    drawn = fromstring(picture(results)).iter(f"{NAMESPACE}rect")
    return [each for each in drawn if "bar" in each.attrib["class"].split()]


def _words(results: Results) -> list[str]:
    return [each.text or "" for each in fromstring(picture(results)).iter(f"{NAMESPACE}text")]


def test_there_is_a_bar_for_each_ratio() -> None:
    """Each measured peer has one bar in each row."""
    assert len(_bars(RESULTS)) == 2


def test_a_bar_goes_to_its_ratio() -> None:
    """Three times as good is drawn longer than once and a quarter, and both to the right of 1."""
    create, start = (float(each.attrib["width"]) for each in _bars(RESULTS))

    assert create > start > 0


def test_worse_is_drawn_to_the_other_side() -> None:
    """Half as good ends where 1 begins, in the other colour."""
    slower = replace(CREATE, values={"fake": [500], "prism": [1000]})
    better, worse = _bars(replace(RESULTS, rows=[CREATE, slower]))

    assert better.attrib["class"] == "bar better"
    assert worse.attrib["class"] == "bar worse"
    end = float(worse.attrib["x"]) + float(worse.attrib["width"])
    assert end == pytest.approx(float(better.attrib["x"]))


def test_a_peer_without_a_bar_is_named_with_the_reason() -> None:
    """A peer that was left out is no silent gap."""
    assert "WireMock" in _words(RESULTS)
    assert any(ABSENT.missing.startswith(word.rstrip("…")) for word in _words(RESULTS) if word)


def test_nothing_is_drawn_of_a_run_without_ratios() -> None:
    """A run of the fake alone has a picture without bars."""
    assert _bars(replace(RESULTS, rows=[])) == []


def test_everything_is_inside_the_picture() -> None:
    """No bar begins or ends beyond the edge."""
    root = fromstring(picture(RESULTS))
    width, height = float(root.attrib["width"]), float(root.attrib["height"])

    for bar in _bars(RESULTS):
        assert 0 <= float(bar.attrib["x"]) <= width - float(bar.attrib["width"])
        assert 0 <= float(bar.attrib["y"]) <= height - float(bar.attrib["height"])


@given(RATIOS)
def test_every_ratio_is_on_the_scale(ratios: list[float]) -> None:
    """The scale holds what is drawn, and a greater ratio is never further to the left."""
    scale = scale_of(ratios, 100, 500)
    places = [scale.at(ratio) for ratio in sorted(ratios)]

    assert all(100 <= place <= 500 for place in places)
    assert all(before <= after for before, after in pairwise(places))
    assert scale.at(1) in [place for place, _ in scale.ticks()]
