"""A run finds every defect, within its number of jobs."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from contract_tests.checks import CHECKS
from contract_tests.checks.check import Passive
from contract_tests.cli.detect import detect_command
from contract_tests.defects import DEFECTS
from contract_tests.defects.defect import Defect
from contract_tests.defects.detection import (
    Detection,
    ProvingGround,
    known_defects,
    proving_ground,
    recorded_plain,
)

# The catalogue that the suite was written against; each costs two jobs at most.
CATALOGUE = (
    *("S01", "S04", "S05", "S09", "S10", "C02", "C04", "C06", "C09", "A02", "A04", "A06"),
    *("L01", "L03", "L06", "L08", "L10", "H03", "H06", "P01", "P04", "I03", "R01", "R03", "R05"),
    *("X03", "T01", "D02"),
)
# The second job of a run is a remix; these show in another create, in its refusal, or in a failure.
NEEDING_MORE_JOBS = {"G26", "L25", "L31", "R12", "R25"}
PASSIVE = {check.name for check in CHECKS if isinstance(check, Passive)}
# They send what is accepted, refused or not there to each operation, and live a job's whole life.
SENDERS = ("authentication", "required_fields", "unknown_job", "origins",
           "preferences", "status_order")  # fmt: skip


@pytest.fixture(scope="module")
def ground() -> ProvingGround:
    """One fake for all defects of a worker; each run has its own key."""
    return proving_ground()


def needs_senders(defect: Defect) -> bool:
    """Whether its own checks send no requests: they look at those that others have sent."""
    return not defect.only and not PASSIVE.isdisjoint(defect.checks)


def marks(defect: Defect) -> list[pytest.MarkDecorator]:
    """What takes a second is tried in each run of the tests for the catalogue only."""
    is_long = needs_senders(defect) and defect.id not in CATALOGUE
    return [pytest.mark.long] if is_long else []


@pytest.mark.parametrize(
    "defect", [pytest.param(each, id=each.id, marks=marks(each)) for each in DEFECTS]
)
def test_the_checks_of_a_defect_find_it(ground: ProvingGround, defect: Defect) -> None:
    """They name each right operation without other checks, and create no more jobs than allowed.

    ``gateway-contract detect`` tries each defect with all checks.
    """
    own = defect.only or defect.checks
    found = ground.detect(replace(defect, only=(*own, *SENDERS) if needs_senders(defect) else own))

    require_found(found)


@pytest.mark.long
@pytest.mark.parametrize("name", CATALOGUE)
def test_a_run_finds_the_defect(ground: ProvingGround, name: str) -> None:
    """A run of all checks names a right check and each right operation, with two jobs."""
    (defect,) = known_defects([name])

    require_found(ground.detect(defect))


def require_found(found: Detection) -> None:
    """Make sure that a run found its defect and kept to its budget."""
    assert found.expected, f"found instead: {found.others}"
    assert not found.missed
    assert found.jobs <= found.defect.jobs


def test_the_catalogue_is_covered_with_two_jobs() -> None:
    """Every defect of the catalogue is among those tried, with a budget of two jobs."""
    known = {defect.id: defect for defect in DEFECTS}

    assert len(known) == len(DEFECTS)
    assert set(CATALOGUE) <= set(known)
    assert {name for name, defect in known.items() if defect.jobs > 2} == NEEDING_MORE_JOBS


def test_the_table_is_printed_by_one_command() -> None:
    """The command says for each defect what caught it, at what cost, and what Schemathesis did."""
    result = CliRunner().invoke(detect_command, ["C06"])

    assert result.exit_code == 0, result.output
    assert "1 of 1 caught" in result.output


def test_the_table_is_data_too() -> None:
    """The same rows come as JSON."""
    result = CliRunner().invoke(detect_command, ["C06", "--format", "json"])
    (row,) = json.loads(result.stdout)

    assert row["caught_by"] == ["unknown_job on deleteVideo"]
    assert row["jobs"] <= 2
    assert row["schemathesis"] == recorded_plain().get("C06")


def test_an_unknown_defect_is_a_usage_error() -> None:
    """A defect that there is not is refused."""
    assert CliRunner().invoke(detect_command, ["Z99"]).exit_code == 2
