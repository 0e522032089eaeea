"""``gateway-mock faults``: lists what can go wrong with a request, and with which settings."""

import json
from dataclasses import fields

import click


@click.command("faults")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
def faults_command(form: str) -> None:
    """List the faults: what can go wrong with a request."""
    # Imported here, so that no other command waits for it.
    from mock_server.faults import KINDS
    from mock_server.faults.parse import settings_schema

    if form == "json":
        rows = [
            {"kind": each.kind, "summary": each.summary, "settings": settings_schema(each.kind)}
            for each in KINDS
        ]
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("fault", "what happens", "settings and their defaults")
    for each in KINDS:
        settings = (
            own.name if own.default is None else f"{own.name}={own.default}" for own in fields(each)
        )
        table.add_row(each.kind, each.summary, ", ".join(settings) or "-")
    Console(markup=False, highlight=False).print(table)
