"""Builds a server and runs it.

The only module of the command line that imports the framework, so that ``--help`` and usage errors
do not wait for it.
"""

import asyncio
import secrets
import socket
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from mock_server.app import START_ERRORS, Server, build_server
from mock_server.composition.reloading import print_error, reloading
from mock_server.observability.access_log import log_config
from mock_server.settings import Settings
from mock_server.transport.process import paused, room_for
from mock_server.transport.server import Announced, bind, run

_TOKEN_BYTES = 18


def serve(host: str, port: int, settings: Settings) -> int:
    """Serve until a signal ends the server; returns the exit status.

    Raises:
        click.ClickException: the settings are invalid, or the address cannot be listened on.
    """
    connections = settings.connections
    connections = replace(connections, open=room_for(connections.open))
    settings = replace(settings, connections=connections)
    if settings.workbench and settings.control and settings.local:
        # Without it, as on a server that other machines can reach, the page needs the admin token.
        settings = replace(settings, sign_in=secrets.token_urlsafe(_TOKEN_BYTES))
    made, listener = _made(host, port, settings)
    announced = _announced(settings, made)
    logs = log_config(settings.log_format, settings.log_level)
    if settings.workers == 1:
        status = run(
            *(reloading(made, settings, print_error), listener, click.echo),
            guard=made.guard,
            announced=announced,
            logs=logs,
        )
        return status or int(made.tenants.store.lost is not None)
    from mock_server.transport.workers import Supervisor

    # It was built to validate the settings; each worker builds its own.
    asyncio.run(made.tenants.store.close())
    settings = replace(settings, admin_token=made.admin_token)
    with _temporary_folder() as counts:
        return Supervisor(settings, listener, Path(counts)).run(click.echo, announced)


def _announced(settings: Settings, made: Server) -> Announced:
    page = settings.control and settings.workbench
    sign_in = "" if settings.sign_in is None else f"?token={settings.sign_in}"
    return Announced(
        token=made.admin_token if settings.control and settings.admin_token is None else None,
        public_url=settings.public_url,
        workbench=sign_in if page else None,
    )


def _temporary_folder() -> "TemporaryDirectory[str]":
    """A folder for the counters of the workers."""
    try:
        return TemporaryDirectory(prefix="gateway-mock-", ignore_cleanup_errors=True)
    except OSError as error:
        message = f"--workers needs a folder for temporary files: {error.strerror}; set TMPDIR"
        raise click.ClickException(message) from error


def _made(host: str, port: int, settings: Settings) -> tuple[Server, socket.socket]:
    try:
        with paused(for_good=True):
            return build_server(settings), bind(host, port)
    except START_ERRORS as error:
        raise click.ClickException(str(error)) from error
