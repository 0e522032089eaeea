"""Nothing is wired by assignment: an object gets what it needs when it is constructed."""

import ast
from collections.abc import Iterator

from tests.project.source import Module, modules, parse

# Where attributes of other objects may be set, by package and object; each with its reason.
FILLED_IN = {
    ("mock_server.faults", "answer"): "a fault changes the response that it is given",
    ("mock_server.http", "answer"): "a HEAD request gets a response without its body",
    ("mock_server.http", "entry"): "an entry of the journal is filled in while a request is served",
    ("mock_server.http", "exchange"): "an exchange is filled in while a request is served",
    ("mock_server.jobs", "exchange"): "an exchange is filled in while a request is served",
    ("mock_server.transport", "exchange"): "the exchange of a refused request gets its status",
    ("mock_server.http", "error"): "a validator's error gets a hint",
    ("mock_server.journal", "journal"): "a copy of a journal continues its numbers",
    ("mock_server.journal", "entry"): "an entry gets its number when it is kept",
    ("mock_server.observability.metrics", "family"): "samples of several processes are joined",
    ("mock_server.patterns", "options"): "RE2 takes its options by assignment",
    ("mock_server.stores.sqlite", "connection"): "sqlite3 takes a text factory by assignment",
    ("mock_server.stores.sqlite", "task"): "the writer's thread leaves the result of a task in it",
    ("mock_server.transport", "self._bodies"): "the memory of one body counts in that of all",
    ("mock_server.transport", "self.cycle"): "uvicorn's request is adapted to HTTP/1.0",
    ("mock_server.transport", "cycle"): "uvicorn's request is ended when it is refused",
    ("mock_server.transport", "self.config"): "uvicorn takes its grace period from the signal",
}
WIRED = "guard = Guard(limits)\nguard.each_tick = metrics.publish\n"


def _assigned(module: Module) -> Iterator[tuple[str, int]]:
    """The objects other than ``self`` whose attributes are set, with the line."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            owner = ast.unparse(node.value)
            if owner not in ("self", "cls"):
                yield owner, node.lineno


def _is_allowed(module: Module, owner: str) -> bool:
    return any(
        owner == known and (module.name == where or module.name.startswith(f"{where}."))
        for where, known in FILLED_IN
    )


def _violations(module: Module) -> Iterator[str]:
    for owner, line in _assigned(module):
        if not _is_allowed(module, owner):
            yield f"{module.path}:{line} sets an attribute of {owner}; pass it to the constructor"


def test_no_object_is_wired_after_its_construction() -> None:
    """An object sets its own attributes; what others fill in is in the table, with the reason."""
    assert [line for module in modules("mock_server") for line in _violations(module)] == []


def test_an_assignment_after_construction_is_found() -> None:
    """An assignment that wires two parts of a server together breaks the rule."""
    assert len(list(_violations(parse("mock_server.app", WIRED)))) == 1
