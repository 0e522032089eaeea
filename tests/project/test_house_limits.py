"""Holds the sizes and habits that a linter has no rule for."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.project.source import PACKAGES, ROOT, Module, files, modules, parse

CODE = (*PACKAGES, "tests", "benchmarks", "examples")
MODULE_LINES = 400

# Each with what is wrong with it and a text that shows it (in two parts, as this file is read too).
FOREIGN_TEXT = (
    (r"(?<![\w.])/(?:farm|home|root|Users|work)/", "a path of one machine", ("/ho", "me/ann/x")),
    (r"\bindex[-]url\b", "a choice of package index", ("--index", "-url X")),
    # A link to a package's public page is a source like any other; the hosts behind it are not.
    (
        r"pypi\.org/simple|pythonhosted\.org|registry\.npmjs\.",
        "a package registry host",
        ("pypi", ".org/simple"),
    ),
    (
        r"\"resolved\":\s*\"http|registry\s*=\s*.?http",
        "a package registry host",
        ("registry", "=http"),
    ),
    ("<{7} |>{7} ", "an unresolved conflict of two branches", ("<<<<", "<<< HEAD")),
)
SLEEPS = ("time.sleep", "asyncio.sleep", "anyio.sleep")


def _unstated_tests(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if node.name.startswith("test_") and not (ast.get_docstring(node) or "").endswith("."):
            yield f"{module.path}:{node.lineno} {node.name}"


def _sleeps(module: Module) -> Iterator[str]:
    for use in module.uses():
        if use.name in SLEEPS:
            yield f"{module.path}:{use.line} {use.name}"


def _foreign_text(text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), start=1):
        for pattern, meaning, _ in FOREIGN_TEXT:
            if found := re.search(pattern, line):
                yield f"{number}: {found[0]!r} is {meaning}"


def test_no_module_is_too_long() -> None:
    """A module that needs more than 400 lines owns more than one thing."""
    counts = {
        module.path: len((ROOT / module.path).read_text().splitlines()) for module in modules(*CODE)
    }

    assert {path: lines for path, lines in counts.items() if lines > MODULE_LINES} == {}


def test_every_test_states_its_rule() -> None:
    """The docstring of each test function states the rule that it holds."""
    assert [line for module in modules("tests") for line in _unstated_tests(module)] == []


@pytest.mark.parametrize("docstring", ["", "'''No full stop'''"])
def test_an_unstated_rule_is_found(docstring: str) -> None:
    """A test without a docstring, and one whose docstring is no sentence, are refused."""
    module = parse(
        "tests.test_new", f"async def test_it() -> None:\n    {docstring}\n    assert f()"
    )

    assert len(list(_unstated_tests(module))) == 1


def test_no_module_is_named_for_being_useful() -> None:
    """A module is named after what it owns, never `utils`."""
    names = {module.path: module.name.rpartition(".")[2] for module in modules(*CODE)}

    assert [path for path, name in names.items() if name.strip("_") in {"util", "utils"}] == []


def test_no_test_sleeps() -> None:
    """A test moves the clock it was given and waits for nothing."""
    suites = [module for module in modules("tests", "examples") if "/src/" not in module.path]

    assert [line for module in suites for line in _sleeps(module)] == []


@pytest.mark.parametrize("name", SLEEPS)
def test_a_sleep_is_found_under_any_name(name: str) -> None:
    """Importing the function itself or renaming its module hides no sleep."""
    package = name.partition(".")[0]
    renamed = parse("tests.test_new", f"import {package} as late\nlate.sleep(1)")
    imported = parse("tests.test_new", f"from {package} import sleep as nap\nnap(1)")

    assert list(_sleeps(renamed))
    assert list(_sleeps(imported))


def test_no_file_names_one_machine() -> None:
    """No file names a path of somebody's machine or the host of a package registry."""
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in files()
        if b"\0" not in (content := path.read_bytes())
        for line in _foreign_text(content.decode())
    ]

    assert found == []


@pytest.mark.parametrize("halves", [row[2] for row in FOREIGN_TEXT])
def test_foreign_text_is_found(halves: tuple[str, str]) -> None:
    """Each pattern of foreign text finds its example, inside a line of other words too."""
    assert list(_foreign_text(f"first\nsee {''.join(halves)} for more"))
