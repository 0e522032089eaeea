"""``gateway-spec jobs``: what a contract's operations have to do with a job, and what they may."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import yaml
from rich.console import Console
from rich.table import Table

import openapi
from openapi.contract.contract import JOB, Contract, Operation
from openapi.contract.document import load_contract
from openapi.documents.text import json_text, visible
from openapi.errors import SpecError
from openapi.jobs.proposals import propose
from openapi.jobs.roles import read_roles

PROPOSED = "a rule of 'gateway-spec jobs'"
_WIDTH = 160


@click.command("jobs")
@click.argument(
    "contract",
    default=openapi.CONTRACT,
    type=click.Path(path_type=Path, dir_okay=False),
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "overlay"]),
    default="table",
    help="Output format; overlay prints proposals as actions to paste.  [default: table]",
)
def jobs_command(*, contract: Path, form: str) -> None:
    """Print the roles of operations in the life of a job.

    CONTRACT is the shipped one by default. A role that the contract does not state is proposed by
    rules, and inferred until an overlay states it.
    """
    try:
        read = Contract(load_contract(contract))
        read_roles(read)
    except SpecError as error:
        raise click.ClickException(str(error)) from error
    rows = list(_rows(read))
    if form == "json":
        click.echo(json_text(json.dumps(rows, indent=2, ensure_ascii=False)))
    elif form == "overlay":
        click.echo("\n".join(["actions:", *(_action(row) for row in rows if row["proposed"])]))
    else:
        _print(rows)


def _rows(contract: Contract) -> Iterator[dict[str, Any]]:
    proposed = propose(contract)
    for operation in contract.operations:
        role = operation.node.get(JOB) or proposed.get(operation.id)
        if role is not None:
            yield _row(operation, role, proposed=operation.id in proposed)


def _row(operation: Operation, role: Mapping[str, Any], *, proposed: bool) -> dict[str, Any]:
    return {
        "method": operation.method,
        "path": operation.path,
        "operation": operation.id,
        "job": dict(role),
        "source": PROPOSED if proposed else role.get("x-source", operation.source),
        "standing": "inferred" if proposed else role.get("x-standing", operation.evidence),
        "proposed": proposed,
    }


def _action(row: Mapping[str, Any]) -> str:
    """An overlay action that states a proposal, in four lines."""
    target = {"target": f"$.paths['{row['path']}'].{row['method'].lower()}"}
    return "\n".join(
        (
            f"  - {_line(target)}",
            f"    x-source: {PROPOSED}",
            "    x-standing: inferred",
            f"    update: {_line({JOB: row['job']}, flow=True)}",
        )
    )


def _line(data: Mapping[str, Any], *, flow: bool = False) -> str:
    """YAML of an object on one line."""
    text: str = yaml.safe_dump(data, default_flow_style=flow, sort_keys=False, width=float("inf"))
    return text.rstrip()


def _print(rows: list[dict[str, Any]]) -> None:
    console = Console(markup=False, highlight=False)
    if not console.is_terminal:
        console.width = _WIDTH
    table = Table("operation", "role", "places", "standing", "source")
    for row in rows:
        job = row["job"]
        places = [f"{name}: {_short(what)}" for name, what in job.items() if name not in _HIDDEN]
        table.add_row(
            visible(f"{row['method']} {row['path']}"),
            job["role"],
            "\n".join(map(visible, places)),
            str(row["standing"]),
            visible(str(row["source"])),
        )
    console.print(table)
    guesses = sum(row["proposed"] for row in rows)
    console.print(
        f"{len(rows)} operations; {guesses} proposed: state them in an overlay with what "
        "'--format overlay' prints"
        if guesses
        else f"{len(rows)} operations"
    )


_HIDDEN = ("role", "bodies", "ids", "x-source", "x-standing")


def _short(what: Any) -> str:
    """A place or a group of places in one line."""
    if isinstance(what, Mapping):
        return ", ".join(f"{name} {_short(value)}" for name, value in what.items())
    if isinstance(what, list):
        return " and ".join(map(_short, what))
    return str(what).removeprefix("$response.body#")
