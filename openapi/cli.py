"""``gateway-spec``: one command group, a module for each command."""

import click

from openapi.cli_build import build_command
from openapi.cli_conflicts import conflicts_command
from openapi.cli_import import build_command as import_command_for
from openapi.cli_operations import operations_command
from openapi.impact import import_and_compare


@click.group()
@click.version_option(package_name="video-gateway-mock")
def main() -> None:
    """Turn documentation pages into one OpenAPI contract."""


for command in (
    import_command_for(import_and_compare),
    build_command,
    conflicts_command,
    operations_command,
):
    main.add_command(command)
