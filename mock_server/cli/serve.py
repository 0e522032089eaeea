"""Builds a server and runs it.

The only module of the command line that imports the framework, so that ``--help`` and usage errors
do not wait for it.
"""

import asyncio
import socket
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from mock_server.app import Server, build_server
from mock_server.cli.keys_file import KeysError
from mock_server.faults.parse import FaultError
from mock_server.http.connexion.application import StartError
from mock_server.http.hosts import AddressError
from mock_server.observability.access_log import log_config
from mock_server.scenarios import ScenarioError
from mock_server.settings import Settings
from mock_server.stores import StoreError
from mock_server.tenants.defaults import DialectError
from mock_server.transport.process import paused, room_for
from mock_server.transport.server import bind, run
from mock_server.webhooks import TargetError
from openapi.errors import SpecError

_NAMED = (
    AddressError,
    ScenarioError,
    FaultError,
    DialectError,
    StoreError,
    TargetError,
    KeysError,
)
_FORESEEN = (SpecError, StartError, *_NAMED, OSError)


def serve(host: str, port: int, settings: Settings) -> int:
    """Serve until a signal ends the server; returns the exit status.

    Raises:
        click.ClickException: the settings are invalid, or the address cannot be listened on.
    """
    connections = settings.connections
    connections = replace(connections, open=room_for(connections.open))
    settings = replace(settings, connections=connections)
    made, listener = _made(host, port, settings)
    token = made.admin_token if settings.control and settings.admin_token is None else None
    logs = log_config(settings.log_format, settings.log_level)
    if settings.workers == 1:
        status = run(
            *(made.application, listener, click.echo),
            guard=made.guard,
            token=token,
            public_url=settings.public_url,
            logs=logs,
        )
        return status or int(made.tenants.store.lost is not None)
    from mock_server.transport.workers import Supervisor

    # It was built to validate the settings; each worker builds its own.
    asyncio.run(made.tenants.store.close())
    settings = replace(settings, admin_token=made.admin_token)
    with _temporary_folder() as counts:
        return Supervisor(settings, listener, Path(counts)).run(click.echo, token)


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
    except _FORESEEN as error:
        raise click.ClickException(str(error)) from error
