"""Builds the server anew when a file that it was started with changes."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from starlette.routing import Router
from starlette.types import ASGIApp, Receive, Scope, Send

import openapi
from mock_server.app import START_ERRORS, Server, running
from mock_server.cli.keys_file import read_keys
from mock_server.settings import Settings
from mock_server.stores.protocol import StoredStateError

Report = Callable[[str], Any]
# Yields when something in one of the folders has changed.
Watch = Callable[[Collection[Path]], AsyncIterator[Any]]


def reloading(server: Server, settings: Settings, report: Report) -> ASGIApp:
    """The server's application; one that follows the files of the settings, if they name any.

    ``report`` is called with a line for people after each change of a file.
    """
    files = tuple(_files(settings))
    if not files:
        return server.application
    return ReloadingApplication(server, settings, files, report)


def print_error(line: str) -> None:
    """Report to the terminal."""
    click.echo(line, err=True)


def _files(settings: Settings) -> Iterator[Path]:
    """The files that the user gave: those of the package do not change."""
    yield from (*settings.pages, *settings.scenarios, *settings.dialects)
    if settings.keys_file is not None:
        yield settings.keys_file
    own = {settings.contract, settings.models} - {openapi.CONTRACT, openapi.MODELS}
    yield from sorted(own)


class ReloadingApplication:
    """Serves the application that was built last.

    Jobs, clocks and all other state stay; a request in progress ends in the application that it
    began in. With a file that cannot be used the server stays as it is.
    """

    def __init__(
        self,
        server: Server,
        settings: Settings,
        files: Sequence[Path],
        report: Report,
        *,
        watch: Watch | None = None,
    ) -> None:
        """Follow ``files`` with ``watch``, by default the notifications of the operating system."""
        self._watch = watch or _notifications
        self._server = server
        self._settings = settings
        self._files = files
        self._report = report
        self._content = self._digests()
        self._router = Router(lifespan=self._running)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the server's start and end."""
        serve = self._router if scope["type"] == "lifespan" else self._server.application
        await serve(scope, receive, send)

    @asynccontextmanager
    async def _running(self, _app: Any) -> AsyncIterator[None]:
        async with running(self._server.shared, self._following):
            yield

    @asynccontextmanager
    async def _following(self) -> AsyncIterator[None]:
        """Follow the files, and run in the background what the last server needs."""
        async with AsyncExitStack() as background:
            await background.enter_async_context(self._server.background())
            task = asyncio.create_task(self._follow(background))
            yield
            task.cancel()
            await asyncio.wait([task])

    async def _follow(self, background: AsyncExitStack) -> None:
        # An editor may put a new file in the place of the old one, so the folders are watched.
        async for _ in self._watch({file.absolute().parent for file in self._files}):
            content = self._digests()
            changed = [name for name, digest in content.items() if digest != self._content[name]]
            if changed:
                self._content = content
                await self._reload(", ".join(changed), background)

    async def _reload(self, changed: str, background: AsyncExitStack) -> None:
        before, reloads = self._server, self._server.shared.reloads
        try:
            server = await asyncio.to_thread(before.rebuilt, self._current_settings())
            await server.tenants.require_usable(before.tenants)
        except (*START_ERRORS, StoredStateError) as error:
            # Most errors name the file themselves.
            reason = str(error)
            reloads.failed(reason if changed in reason else f"{changed}: {reason}")
            self._report(
                f"{changed} changed, but is not used; the server goes on as before: {error}"
            )
            return
        await background.aclose()
        self._server = server
        await background.enter_async_context(server.background())
        await server.tenants.reload()
        reloads.succeeded()
        self._report(f"{changed} changed and was loaded")

    def _current_settings(self) -> Settings:
        """The settings with the keys that the file of keys has now."""
        file = self._settings.keys_file
        return self._settings if file is None else replace(self._settings, keys=read_keys(file))

    def _digests(self) -> dict[str, str]:
        return {str(file): _digest(file) for file in self._files}


def _notifications(folders: Collection[Path]) -> AsyncIterator[Any]:
    # It starts a thread, which servers without files do not need.
    from watchfiles import awatch

    return awatch(*folders, recursive=False)


def _digest(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        return str(error)
