"""What the server relies on in uvicorn's internals, checked against the installed release.

The transport modules extend uvicorn's ``Server`` and ``HttpToolsProtocol``. The table below lists
every name that they use and do not define. One test keeps the table complete, another finds each
name in the installed release, so that a new release fails here by name: ``make uvicorn-newest``.
"""

import ast
import asyncio
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mock_server.transport.connections.plain import PlainProtocol
from mock_server.transport.connections.protocol import GuardedProtocol
from mock_server.transport.server import Runner

# By what the names belong to; the keys are also the expressions by which the code reaches them.
RELIED_ON = {
    "Server": {
        *("config", "lifespan", "main_loop", "on_tick", "run", "server_state", "servers"),
        *("should_exit", "shutdown", "started", "startup", "handle_exit"),
    },
    "HttpToolsProtocol": {
        *("connections", "cycle", "flow", "headers", "loop", "parser", "pipeline", "scope"),
        *("server_state", "timeout_keep_alive", "timeout_keep_alive_handler"),
        *("timeout_keep_alive_task", "transport", "url", "_unset_keepalive_if_required"),
        *("connection_made", "connection_lost", "data_received", "shutdown"),
        *("on_body", "on_headers_complete", "on_message_begin", "on_message_complete"),
        *("pause_writing", "resume_writing"),
    },
    "cycle": {
        *("default_headers", "disconnected", "keep_alive", "message_event", "response_complete"),
        *("response_started", "scope", "waiting_for_100_continue"),
    },
    "flow": {"read_paused", "resume_reading"},
    "server_state": {"connections", "default_headers", "tasks"},
    "lifespan": {"shutdown"},
    "config": {"timeout_graceful_shutdown"},
}
EXTENDED = (
    (Runner, "Server"),
    (PlainProtocol, "HttpToolsProtocol"),
    (GuardedProtocol, "HttpToolsProtocol"),
)
# Local names of the same objects.
ALIASES = {"state": "server_state"}


class Silent(asyncio.Transport):
    """A transport of no connection."""

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Nothing is known."""
        return default

    def is_closing(self) -> bool:
        """It is open."""
        return False

    def write(self, data: Any) -> None:
        """Drop it."""


async def _nothing(_scope: Any, _receive: Any, _send: Any) -> None:
    """An application that does not respond."""


def instances() -> dict[str, object]:
    """An object of each kind in the table, as the installed release makes it."""

    async def make() -> dict[str, object]:
        config = uvicorn.Config(_nothing, lifespan="on")
        config.load()
        server = uvicorn.Server(config)
        server.lifespan = config.lifespan_class(config)
        server.servers = []
        protocol = HttpToolsProtocol(config, server.server_state, {})
        protocol.connection_made(Silent())
        protocol.data_received(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
        cycle = protocol.cycle
        await asyncio.gather(*protocol.tasks, return_exceptions=True)
        return {
            "Server": server,
            "HttpToolsProtocol": protocol,
            "cycle": cycle,
            "flow": protocol.flow,
            "server_state": server.server_state,
            "lifespan": server.lifespan,
            "config": config,
        }

    return asyncio.run(make())


def _class_of(kind: type) -> ast.ClassDef:
    path = Path(inspect.getsourcefile(kind) or "")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    (found,) = (
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and node.name == kind.__name__
    )
    return found


def _used(kind: type, owner: str) -> Iterator[tuple[str, str]]:
    """Owner and name of each attribute that a class uses."""
    for node in ast.walk(_class_of(kind)):
        if not isinstance(node, ast.Attribute) or node.attr.startswith("__"):
            continue
        match node.value:
            case ast.Name("self") | ast.Call(ast.Name("super")):
                yield owner, node.attr
            case ast.Name(name) | ast.Attribute(attr=name):
                yield ALIASES.get(name, name), node.attr


def _defined(kind: type) -> set[str]:
    """What a class or its bases in the product define."""
    own = [each for each in kind.__mro__ if each.__module__.startswith("mock_server.")]
    assigned = {
        node.attr
        for each in own
        for method in ast.walk(_class_of(each))
        if isinstance(method, ast.FunctionDef) and method.name == "__init__"
        for node in ast.walk(method)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    }
    names = {name for each in own for name in (*vars(each), *each.__annotations__)}
    return (assigned | names) - set(vars(HttpToolsProtocol)) - set(vars(uvicorn.Server))


@pytest.mark.parametrize(
    ("kind", "owner"), EXTENDED, ids=lambda each: getattr(each, "__name__", "")
)
def test_the_table_is_complete(kind: type, owner: str) -> None:
    """Every name that a class uses and the product does not define is in the table."""
    unknown = {
        f"{place}.{name}"
        for place, name in _used(kind, owner)
        if place in RELIED_ON and name not in RELIED_ON[place]
        if place != owner or name not in _defined(kind)
    }

    assert unknown == set()


def test_the_installed_release_has_every_name() -> None:
    """A name that a release of uvicorn does not have any more is reported here."""
    found = instances()
    missing = {
        f"{owner}.{name}"
        for owner, names in RELIED_ON.items()
        for name in names
        if not hasattr(found[owner], name)
        and name not in getattr(found[owner], "__annotations__", {})
    }

    assert missing == set(), f"uvicorn {uvicorn.__version__}"


@pytest.mark.parametrize(
    ("kind", "owner"), EXTENDED, ids=lambda each: getattr(each, "__name__", "")
)
def test_overridden_methods_have_the_same_parameters(kind: type, owner: str) -> None:
    """What uvicorn calls by position or name is what the product's methods accept."""
    base = {"Server": uvicorn.Server, "HttpToolsProtocol": HttpToolsProtocol}[owner]
    overridden = {
        name
        for name, value in vars(kind).items()
        if inspect.isfunction(value) and name in vars(base)
    } - {"__init__"}

    assert overridden <= RELIED_ON[owner]
    for name in overridden:
        ours, theirs = (
            list(inspect.signature(getattr(each, name)).parameters) for each in (kind, base)
        )
        assert ours == theirs, f"uvicorn {uvicorn.__version__}: {owner}.{name}"
