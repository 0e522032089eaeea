"""The server of a test session: one process, started when it is first needed."""

from collections.abc import Mapping
from typing import Any

import pytest

from video_gateway_mock.pytest_plugin.options import server_arguments
from video_gateway_mock.server import Option, ServerError, ServerProcess, arguments_of

_OPTIONS = "video_gateway_options"


class SessionServer:
    """A server that starts in the background; ``url`` waits until it is ready."""

    def __init__(self, config: pytest.Config) -> None:
        """Use the options of the configuration file; starts nothing."""
        self._config = config
        self._process: ServerProcess | None = None

    def start(self, options: Mapping[str, Option]) -> None:
        """Start the server with additional options, unless it was started already.

        Raises:
            pytest.UsageError: the configuration or an option is invalid.
        """
        if self._process is not None:
            return
        try:
            more = arguments_of(options)
        except TypeError as error:
            raise pytest.UsageError(f"{_OPTIONS}: {error}") from error
        self._process = ServerProcess([*server_arguments(self._config), *more])

    @property
    def url(self) -> str:
        """The server's address.

        Raises:
            pytest.UsageError: it does not start; the message holds what it printed.
        """
        assert self._process is not None
        try:
            return self._process.url
        except ServerError as error:
            raise pytest.UsageError(
                f"the server of video_gateway did not start: {error}"
            ) from error

    def ended(self) -> str:
        """Why the server has ended; empty while it runs."""
        if self._process is None or self._process.running:
            return ""
        return str(self._process.failure())

    def stop(self) -> None:
        """End the server, if it was started."""
        if self._process is not None:
            self._process.stop()


def starts_early(item: pytest.Item) -> bool:
    """Whether the server can start before fixtures are set up: no fixture changes its options."""
    known: Mapping[str, Any] = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})
    overridden = (
        len(known.get(_OPTIONS, ())) > 1 or len(known.get("video_gateway_settings", ())) > 1
    )
    return bool(known) and not overridden
