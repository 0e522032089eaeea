"""The subcommands of ``gateway-mock``.

Each imports what it needs when it runs, so that the other commands start fast.
"""

import json
import sys
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path

import click

# Of a table that nobody looks at in a terminal.
_WIDTH = 160
FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    help="Output format.",
)


@click.command("backup")
@click.argument("store")
@click.argument("copy", type=click.Path(dir_okay=False, path_type=Path))
def backup_command(store: str, copy: Path) -> None:
    """Copy a SQLite store to a new file.

    STORE is the address of the store, sqlite:///FILE, which servers may be using. COPY is the file
    to create.
    """
    from mock_server.stores import StoreError
    from mock_server.stores.factory import sqlite_path
    from mock_server.stores.sqlite.backup import back_up

    try:
        back_up(sqlite_path(store, "STORE"), copy)
    except StoreError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{copy}: written")


@click.command("faults")
@FORMAT
def faults_command(form: str) -> None:
    """List the kinds of faults and their settings."""
    from mock_server.faults import KINDS
    from mock_server.faults.parse import settings_schema

    if form == "json":
        print_json(
            {"kind": each.kind, "summary": each.summary, "settings": settings_schema(each.kind)}
            for each in KINDS
        )
        return
    rows = []
    for each in KINDS:
        settings = (
            own.name if own.default is None else f"{own.name}={own.default}" for own in fields(each)
        )
        rows.append((each.kind, each.summary, ", ".join(settings) or "-"))
    print_table(("fault", "what happens", "settings and their defaults"), rows)


@click.command("services")
@FORMAT
def services_command(form: str) -> None:
    """List the services that can be served beside the contract (--service)."""
    from openapi import services
    from openapi.services.loading import load_service

    rows = [
        {
            "service": service.name,
            "method": role.operation.method,
            "path": role.operation.path,
            "role": role.role.value,
            "standing": role.evidence.value,
            "source": role.source,
        }
        for service in map(load_service, services.names())
        for role in service.roles.values()
    ]
    if form == "json":
        print_json(rows)
    else:
        print_table(tuple(rows[0]), (tuple(row.values()) for row in rows))


@click.command("scenarios")
@click.option(
    "--scenarios",
    "files",
    type=click.Path(dir_okay=False, path_type=Path),
    multiple=True,
    help="Also list the scenarios of this file; repeatable.",
)
@FORMAT
def scenarios_command(files: tuple[Path, ...], form: str) -> None:
    """List the scenarios that a job can follow."""
    from mock_server.scenarios import SHIPPED
    from mock_server.scenarios.parsing import load_scenarios
    from openapi.errors import SpecError

    try:
        known = load_scenarios(SHIPPED, *files).values()
    except SpecError as error:
        raise click.ClickException(str(error)) from error
    if form == "json":
        print_json({"name": each.name, "summary": each.summary} for each in known)
    else:
        print_table(("scenario", "what happens"), [(each.name, each.summary) for each in known])


def print_json(rows: Iterable[object]) -> None:
    """Print an array of JSON."""
    click.echo(json.dumps(list(rows), indent=2, ensure_ascii=False))


def print_table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """Print a table; what does not fit goes on in the next line."""
    from rich.console import Console
    from rich.table import Column, Table

    table = Table(*(Column(name, overflow="fold") for name in head))
    for row in rows:
        table.add_row(*row)
    width = None if sys.stdout.isatty() else _WIDTH
    Console(markup=False, highlight=False, width=width).print(table)
