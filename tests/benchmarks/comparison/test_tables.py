"""The tables say for each row what was found, what was left out and why, and what is met."""

from dataclasses import replace

from benchmarks.results.tables import TABLES, short
from tests.benchmarks.comparison.samples import ABSENT, CREATE, RESULTS


def _line(table: str, start: str) -> list[str]:
    (found,) = [line for line in TABLES[table](RESULTS) if line[0] == start]
    return list(found)


def test_a_ratio_stands_with_its_spread_and_what_the_peer_lacks() -> None:
    """Median, least, most, and what is not done for it, in one cell; then what is met."""
    _, prism, _, targets = _line("benchmarks", "create (JSON)")

    assert prism == "3.00 (3.00 to 4.00); no state, media"
    assert targets == "Prism ≥ 2.5: met; aimock ≥ 1.3: not measured"


def test_a_peer_that_is_left_out_is_listed_with_the_reason() -> None:
    """A missing program is named in every row and among the peers, with its Debian package."""
    for row in ("create (JSON)", "cold start"):
        assert _line("benchmarks", row)[2] == ABSENT.missing
    assert ABSENT.missing in _line("benchmarks-peers", "WireMock")


def test_peers_that_were_not_measured_differ_from_those_that_could_not_be() -> None:
    """A row that leaves out the fake itself says so for its peers, and only for them."""
    row = replace(CREATE, values={"prism": [1000]}, left_out={"fake": "needs redis-server"})
    _, (_, prism, wiremock, _) = TABLES["benchmarks"](replace(RESULTS, rows=[row]))

    assert prism == "this fake: needs redis-server"
    assert wiremock == "not asked"


def test_a_missed_target_is_marked() -> None:
    """A ratio below its target is `not met`."""
    assert "Prism ≥ 2, aim 3: not met" in _line("benchmarks", "cold start")[-1]


def test_what_concerns_the_fake_alone_has_its_own_table() -> None:
    """Absolute figures stand only where there is nobody to compare with."""
    assert _line("benchmarks-alone", "first render") == [
        *("first render", "105 ms", "90.0 to 120"),
        "< 250 ms: 105 ms, met",
    ]


def test_every_peer_is_named_with_its_version_and_setting() -> None:
    """The table of peers says what was started, and what it was found to do."""
    assert _line("benchmarks-peers", "this fake") == [
        *("this fake", "1.0", "`fake`"),
        *("yes", "no", "no", "no", "yes"),
    ]


def test_the_tables_are_rectangular() -> None:
    """Each line of a table has as many cells as its head."""
    for make in TABLES.values():
        head, *body = make(RESULTS)
        assert body
        assert {len(line) for line in body} == {len(head)}


def test_a_figure_has_no_more_digits_than_mean_anything() -> None:
    """Three digits at most, but never less than the whole number."""
    assert [short(x) for x in (0.123, 1.234, 12.34, 123.4, 12345.6)] == [
        *("0.12", "1.23", "12.3", "123", "12,346"),
    ]
