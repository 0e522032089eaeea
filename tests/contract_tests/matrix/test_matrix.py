"""The matrix of aspects by operations has no hole, and its declarations are true."""

import json
from operator import attrgetter

import pytest
from click.testing import CliRunner

from contract_tests.checks import CHECKS
from contract_tests.checks.aspects import Aspect
from contract_tests.checks.check import Probe
from contract_tests.checks.routes import BELOW
from contract_tests.cli.main import main
from contract_tests.defects import DEFECTS
from contract_tests.matrix.matrix import cells, rows
from contract_tests.matrix.reasons import REASONS, Reason
from contract_tests.runner.options import Options
from openapi.dialects import names
from tests.contract_tests.checks.bench import bench, contract, run

PROBES = [check for check in CHECKS if isinstance(check, Probe)]


@pytest.mark.parametrize("dialect", names())
def test_no_cell_is_empty_without_a_reason(dialect: str) -> None:
    """Every aspect of every operation has a check that a defect proves, or a reason why not."""
    of_dialect = Options(dialect=dialect).read_contract()
    empty = [
        f"{cell.aspect.title} of {cell.operation}"
        for cell in cells(of_dialect)
        if not cell.is_proved and not cell.reason
    ]

    assert empty == []


@pytest.mark.parametrize("reason", REASONS, ids=attrgetter("why"))
def test_no_reason_is_given_in_vain(reason: Reason) -> None:
    """For each of its aspects, a reason explains a cell that has no proof."""
    needed = {cell.aspect for cell in cells(contract()) if cell.reason and reason in cell.reasons}

    assert needed == set(reason.aspects)


@pytest.mark.parametrize("check", PROBES, ids=attrgetter("name"))
def test_a_probe_sends_to_the_operations_that_it_declares(check: Probe) -> None:
    """Each operation that a probe declares gets a request at its path, or below it."""
    with bench(budget=9) as honest:
        run(honest, [check])
        asked = [each.request.path.removesuffix(BELOW) for each in honest.exchanges]
        sent = [contract().find(path)[0] for path in asked]
    paths = {each.path for found in sent for each in found.values()}

    declared = {contract().operation(each).path for each in check.operations(contract())}
    assert declared
    assert declared <= paths


def test_rows_are_the_cells() -> None:
    """Each cell is in one row, with what the row says."""
    found = [
        (row.aspect, operation, row.cell.checks, row.cell.defects, row.cell.reason)
        for row in rows(contract())
        for operation in row.operations
    ]

    assert sorted(found, key=repr) == sorted(
        ((each.aspect, each.operation, each.checks, each.defects, each.reason)
         for each in cells(contract())),
        key=repr,
    )  # fmt: skip


def test_every_check_and_every_defect_has_a_place() -> None:
    """Each check is in a cell, and each defect that needs no more than two jobs proves one."""
    found = cells(contract())

    assert {name for cell in found for name in cell.checks} == {each.name for each in CHECKS}
    assert {name for cell in found for name in cell.defects} == {each.id for each in DEFECTS}


def test_the_matrix_is_printed_and_is_data() -> None:
    """The command prints the rows as text and as Markdown, and the cells as JSON."""
    text, markdown, data = (
        CliRunner().invoke(main, ["matrix", "--format", form]).stdout
        for form in ("text", "markdown", "json")
    )

    assert all(aspect.title in text for aspect in Aspect)
    assert "| keys | " in markdown
    assert len(json.loads(data)) == len(Aspect) * len(contract().operations)


def test_an_unknown_dialect_is_a_usage_error() -> None:
    """A dialect that there is not is refused."""
    assert CliRunner().invoke(main, ["matrix", "--dialect", "none"]).exit_code == 2
