"""Reads this project's files as text and syntax; it runs none of the code it reads."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pathspec import GitIgnoreSpec

ROOT = Path(__file__).parents[2]
PACKAGES = ("openapi", "mock_server", "contract_tests", "video_gateway_mock")


@dataclass(frozen=True, slots=True)
class Use:
    """One outside name in a module, written in full (`time.monotonic`), with its line."""

    name: str
    line: int
    imported: bool


@dataclass(frozen=True, slots=True)
class Module:
    """A parsed module: its dotted name, where a reader finds it, and its syntax tree."""

    name: str
    path: str
    tree: ast.Module
    is_package: bool = False

    def uses(self) -> Iterator[Use]:
        """Every name the module imports, then every attribute it reaches through one."""
        aliases: dict[str, str] = {}
        for node in ast.walk(self.tree):
            for name, local in _imported(node, self._package()):
                # `import os.path` binds `os`, and through it all of `os`.
                aliases[local or name.partition(".")[0]] = name if local else name.partition(".")[0]
                yield Use(name, getattr(node, "lineno", 0), imported=True)
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Attribute) and (chain := _chain(node)):
                head, *rest = chain
                if head in aliases:
                    yield Use(".".join([aliases[head], *rest]), node.lineno, imported=False)

    def _package(self) -> str:
        return self.name if self.is_package else self.name.rpartition(".")[0]


def parse(name: str, source: str) -> Module:
    """A module from text; a rule's counter-example needs no file."""
    return Module(name, f"{name.replace('.', '/')}.py", ast.parse(source))


def modules(*folders: str) -> Iterator[Module]:
    """Every Python module under the named folders of the project."""
    for path in files():
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in folders:
            yield _read(path)


@cache
def files() -> tuple[Path, ...]:
    """Every file of the project that `.gitignore` does not leave out, sorted."""
    ignored = GitIgnoreSpec.from_lines((ROOT / ".gitignore").read_text().splitlines())
    return tuple(sorted(_walk(ROOT, ignored)))


def _walk(folder: Path, ignored: GitIgnoreSpec) -> Iterator[Path]:
    for path in folder.iterdir():
        relative = path.relative_to(ROOT).as_posix()
        if path.name == ".git" or ignored.match_file(f"{relative}/" if path.is_dir() else relative):
            continue
        if path.is_dir():
            yield from _walk(path, ignored)
        else:
            yield path


@cache
def _read(path: Path) -> Module:
    relative = path.relative_to(ROOT)
    is_package = path.name == "__init__.py"
    parts = relative.parent.parts if is_package else relative.with_suffix("").parts
    return Module(".".join(parts), relative.as_posix(), ast.parse(path.read_text()), is_package)


def _imported(node: ast.AST, package: str) -> Iterator[tuple[str, str | None]]:
    """The full name of each import and the local name it is given, if it is given one."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield alias.name, alias.asname
    elif isinstance(node, ast.ImportFrom):
        above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
        origin = ".".join([*above, *([node.module] if node.module else [])])
        for alias in node.names:
            yield f"{origin}.{alias.name}", alias.asname or alias.name


def _chain(node: ast.expr) -> list[str]:
    """`a.b.c` as its three names; nothing where the head is not a plain name."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute) and (head := _chain(node.value)):
        return [*head, node.attr]
    return []
