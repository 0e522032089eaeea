"""The command ``gateway-mock backup``."""

from pathlib import Path

import click


@click.command("backup")
@click.argument("store")
@click.argument("copy", type=click.Path(dir_okay=False, path_type=Path))
def backup_command(store: str, copy: Path) -> None:
    """Copy a STORE (sqlite:///FILE) to a new file COPY, also while servers use it."""
    # Imported here, so that other commands do not wait for it.
    from mock_server.stores import StoreError
    from mock_server.stores.factory import sqlite_path
    from mock_server.stores.sqlite.backup import back_up

    try:
        back_up(sqlite_path(store, "STORE"), copy)
    except StoreError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{copy}: written")
