"""``gateway-spec``: one command group, a module for each command."""

import click

from openapi.cli.build import build_command
from openapi.cli.diff import diff_command
from openapi.cli.import_pages import build_command as import_command_for
from openapi.cli.reports import conflicts_command, operations_command
from openapi.cli.workspace import init_command, models_command
from openapi.importing.importer import import_and_compare


@click.group()
@click.version_option(package_name="video-gateway-mock")
def main() -> None:
    """Turn documentation pages into one OpenAPI contract."""


for command in (
    import_command_for(import_and_compare),
    build_command,
    conflicts_command,
    operations_command,
    diff_command,
    init_command,
    models_command,
):
    main.add_command(command)
