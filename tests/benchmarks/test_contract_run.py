"""Holds what is made of measured contract runs: ratios within a round, and who found what."""

import pytest
from click.testing import CliRunner

from benchmarks import first_finding
from benchmarks.contract_run import Measured, summary
from benchmarks.contract_tools import COMMANDS, PLAIN, WHOLE
from benchmarks.first_finding import Found, report


def test_ratios_are_taken_within_a_round() -> None:
    """A round in which the machine was slow for all changes no ratio."""
    rounds = [
        [Measured(tool, 100 * number, slow, slow) for number, tool in enumerate(COMMANDS, 1)]
        for slow in (1.0, 7.0, 2.0)
    ]
    rows = {row["tool"]: row for row in summary(rounds)}

    assert [rows[tool]["ratio"] for tool in COMMANDS] == [1, 2, 3]
    assert [rows[tool]["lowest_ratio"] for tool in COMMANDS] == [1, 2, 3]
    assert rows[PLAIN]["seconds"] == 2.0


def test_only_what_both_find_is_compared(capsys: pytest.CaptureFixture[str]) -> None:
    """A tool that finds nothing is not called fast for it."""
    report(
        [
            Found("A", WHOLE, found=True, seconds=2.0),
            Found("A", PLAIN, found=True, seconds=6.0),
            Found("B", WHOLE, found=True, seconds=9.0),
            Found("B", PLAIN, found=False, seconds=1.0),
        ]
    )
    lines = capsys.readouterr().out.splitlines()

    assert "finds nothing in 1.0 s" in lines[1]
    assert lines[-1] == "of 1 that both find, this suite is 3.0 x as fast"


def test_an_unknown_defect_is_refused() -> None:
    """A defect that there is not is named, with where to find those there are."""
    result = CliRunner().invoke(first_finding.main, ["Z99"])

    assert result.exit_code == 2
    assert "no defect 'Z99'; see gateway-contract detect" in result.output
