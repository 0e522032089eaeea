"""Holds the import rules over every module there is, and that each rule bites."""

import sys
from collections.abc import Iterator

import pytest

from tests.project.reserved import RESERVED, Reserved
from tests.project.rules import ANY, LAYERS, Layer
from tests.project.source import PACKAGES, Module, modules, parse


def _under(name: str, prefixes: tuple[str, ...]) -> bool:
    return any(name == prefix or name.startswith(f"{prefix}.") for prefix in prefixes)


def _layer_of(module: Module) -> Layer | None:
    fitting = [layer for layer in LAYERS if _under(module.name, (layer.where,))]
    return max(fitting, key=lambda layer: len(layer.where), default=None)


def _may_import(layer: Layer, name: str) -> bool:
    root = name.partition(".")[0]
    if root in (*PACKAGES, "tests"):
        return _under(name, layer.ours)
    return layer.others is ANY or root in sys.stdlib_module_names or _under(name, layer.others)


def _layer_violations(layer: Layer, module: Module) -> Iterator[str]:
    for use in module.uses():
        if use.imported and not _may_import(layer, use.name):
            yield f"{module.path}:{use.line} imports {use.name}, but {layer.reason}"


def _reserved_violations(rule: Reserved, module: Module) -> Iterator[str]:
    if not _under(module.name, rule.within) or _under(module.name, rule.owners):
        return
    for use in module.uses():
        if _under(use.name, rule.names):
            yield f"{module.path}:{use.line} reaches {use.name}, but {rule.reason}"


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.where)
def test_modules_import_only_what_their_layer_allows(layer: Layer) -> None:
    """A module imports only what the longest fitting row of the layer table names."""
    own = [module for module in modules(*PACKAGES, "examples") if _layer_of(module) is layer]

    assert [line for module in own for line in _layer_violations(layer, module)] == []


@pytest.mark.parametrize("rule", RESERVED, ids=lambda rule: rule.names[0])
def test_reserved_names_are_reached_only_by_their_owner(rule: Reserved) -> None:
    """The clock, the environment, outbound HTTP, Connexion and the app have one owner each."""
    found = [line for module in modules(*PACKAGES) for line in _reserved_violations(rule, module)]

    assert found == []


def test_at_most_three_files_import_connexion() -> None:
    """Everything else reads the operation of a request from its exchange."""
    found = {
        module.path
        for module in modules(*PACKAGES)
        if any(use.imported and _under(use.name, ("connexion",)) for use in module.uses())
    }

    assert 1 <= len(found) <= 3, sorted(found)


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.where)
def test_every_layer_rule_bites(layer: Layer) -> None:
    """The counter-example of a layer, put into a module that does not exist yet, is found."""
    module = parse(f"{layer.where}.newcomer", layer.broken)

    assert _layer_of(module) is layer
    assert len(list(_layer_violations(layer, module))) == 1


@pytest.mark.parametrize("rule", RESERVED, ids=lambda rule: rule.names[0])
def test_every_reservation_bites(rule: Reserved) -> None:
    """The counter-example of a reserved name is found in a new module and allowed to its owner."""
    newcomer = parse(f"{rule.within[0]}.newcomer", rule.broken)
    owners = [parse(owner, rule.broken) for owner in rule.owners]

    assert list(_reserved_violations(rule, newcomer))
    assert [line for owner in owners for line in _reserved_violations(rule, owner)] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_has_modules_to_hold(package: str) -> None:
    """The rules are read off real files, so an empty package means a wrong path."""
    assert list(modules(package))
