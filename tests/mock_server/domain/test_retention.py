"""How a retention is written."""

import pytest

from mock_server.domain.retention import MOST_AT_ONCE, Retention, RetentionError, read_retention


@pytest.mark.parametrize(
    ("texts", "retention"),
    [
        ((), Retention()),
        (("10000",), Retention(count=10_000)),
        (("90s",), Retention(age_ms=90_000)),
        (("30m",), Retention(age_ms=1_800_000)),
        (("12h", "5"), Retention(count=5, age_ms=43_200_000)),
        (("5", "7d"), Retention(count=5, age_ms=604_800_000)),
    ],
)
def test_a_retention_is_a_number_or_an_age(texts: tuple[str, ...], retention: Retention) -> None:
    """A count, an age with its unit, or one of each."""
    assert read_retention(texts) == retention


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "0d",
        "-1",
        "d",
        "7w",
        "1.5d",
        "٣",
        "9" * 20,
        "9" * 12 + "d",
        "1000000001",
        "1000000000d",
    ],
)
def test_what_is_neither_is_refused(text: str) -> None:
    """The error repeats what was given and shows what can be."""
    with pytest.raises(RetentionError, match=r"give a number of jobs \(10000\), an age"):
        read_retention([text])


@pytest.mark.parametrize(
    ("count", "surplus"), [(4, 0), (5, 0), (6, 1), (12, 7), (1000, MOST_AT_ONCE)]
)
def test_the_surplus_is_what_exceeds_the_count(count: int, surplus: int) -> None:
    """Jobs beyond the count go, a few at a time; without a count none do."""
    assert Retention(count=5).surplus(count) == surplus
    assert Retention(age_ms=1000).surplus(count) == 0
