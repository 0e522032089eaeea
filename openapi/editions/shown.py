"""Adds the examples that a contract's client's edition lacks."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from openapi.contract.examples import Examples, NoExampleError, parameters_of
from openapi.documents.places import operations
from openapi.documents.pointers import follow
from openapi.editions.plain import is_narrowed

Contract = dict[str, Any]

_CURSORS = ("after", "before")


def add_examples(
    contract: Contract, *, wanted: Callable[[Mapping[str, Any]], bool] = lambda _: True
) -> None:
    """Add the examples that are missing; content of bytes has none.

    ``wanted`` is whether a parameter gets one.
    """
    examples = Examples(contract)
    named = ((each, each.get("name", "")) for each in parameters_of(contract))
    for parameter, name in (*_cursors(contract), *named):
        if not {"$ref", "example", "examples"} & set(parameter) and wanted(parameter):
            _add(examples, parameter, name)
    for media in _media(contract):
        if "schema" in media and not {"example", "examples"} & set(media):
            _add(examples, media, "")


def add_narrowed_examples(contract: Contract) -> None:
    """Show the closer limits of a schema by an example, before the schema is written plainly."""
    examples = Examples(contract)
    for media in _media(contract):
        narrowed = is_narrowed(contract, follow(contract, media.get("schema", {})))
        if narrowed and not {"example", "examples"} & set(media):
            _add(examples, media, "")


def shortest(contract: Contract, variants: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The shortest request that one variant takes, as a member ``example``.

    It is empty where every variant requires a file.
    """
    for variant in sorted(variants.values(), key=lambda one: len(one.get("required", ()))):
        required = {name: variant["properties"][name] for name in variant.get("required", ())}
        try:
            examples = Examples(contract)
            return {"example": {name: examples.of(one, name) for name, one in required.items()}}
        except NoExampleError:
            continue
    return {}


def _add(examples: Examples, holder: dict[str, Any], name: str) -> None:
    try:
        holder["example"] = examples.of(holder.get("schema", {}), name)
    except NoExampleError:
        return


def _cursors(contract: Contract) -> Iterator[tuple[dict[str, Any], str]]:
    """Parameters that continue a list, each with the name of the id that its entries have."""
    paths = contract["paths"]
    for (_, path, _), operation in operations(contract):
        item = next((each for each in paths if each.startswith(f"{path}/{{")), "")
        for parameter in operation.get("parameters", ()):
            if parameter.get("name") in _CURSORS and item:
                yield parameter, item.removeprefix(f"{path}/{{").partition("}")[0]


def _media(contract: Contract) -> Iterator[dict[str, Any]]:
    holders = list(contract["components"].get("responses", {}).values())
    for _, operation in operations(contract):
        holders += [operation.get("requestBody", {}), *operation["responses"].values()]
    for holder in holders:
        yield from holder.get("content", {}).values()
