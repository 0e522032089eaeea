"""The options of ``gateway-mock`` for webhooks."""

from collections.abc import Callable
from typing import Any

import click

from mock_server.cli.numbers import FiniteRange
from mock_server.settings import Settings

_DEFAULTS = Settings()
_HOST = "Let webhooks reach HOST; this machine needs no word if --host is loopback."
_TIMEOUT = "Seconds that a webhook's receiver has to answer."


def webhook_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add them."""
    command = click.option(
        "--webhook-timeout",
        default=_DEFAULTS.webhook_timeout,
        type=FiniteRange(0.1, 300),
        help=_TIMEOUT,
    )(command)
    return click.option(
        "--webhook-host", "webhook_hosts", multiple=True, metavar="HOST", help=_HOST
    )(command)
