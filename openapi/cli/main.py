"""``gateway-spec``: one command group, a module for each command."""

import click

from openapi.cli.build import build_command
from openapi.cli.import_pages import import_command
from openapi.cli.jobs import jobs_command
from openapi.cli.reports import conflicts_command, diff_command, operations_command
from openapi.cli.workspace import init_command, models_command


@click.group()
@click.version_option(package_name="video-gateway-mock")
def main() -> None:
    """Turn documentation pages into one OpenAPI contract."""


for command in (
    import_command,
    build_command,
    conflicts_command,
    operations_command,
    diff_command,
    init_command,
    models_command,
    jobs_command,
):
    main.add_command(command)
