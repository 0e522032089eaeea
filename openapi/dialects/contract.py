"""The contract as a dialect speaks it: what follows from its manners, then its own actions."""

import copy
from typing import Any

from openapi.contract.document import operations, remove_unused
from openapi.dialects.contract_answers import write_content, write_headers, write_videos
from openapi.dialects.contract_errors import write_errors
from openapi.dialects.dialect import Dialect
from openapi.errors import SpecError
from openapi.overlay.apply import apply

Contract = dict[str, Any]


def contract_for(contract: Contract, dialect: Dialect, *, partial: bool = False) -> Contract:
    """A contract that holds for a gateway of that dialect; the contract itself if it is native.

    ``partial``: the contract may lack operations, and parts that the dialect's actions change.

    Raises:
        SpecError: the dialect names an operation that the contract does not have, or one of its
            actions cannot be applied.
    """
    if dialect.native:
        return contract
    if not partial:
        _hold_operations(contract, dialect)
    spoken = copy.deepcopy(contract)
    spoken.setdefault("info", {})["x-dialect"] = dialect.name
    _remove_operations(spoken, dialect.without)
    _write_requests(spoken, dialect)
    write_content(spoken, dialect)
    write_videos(spoken, dialect)
    write_errors(spoken, dialect)
    write_headers(spoken, dialect)
    spoken = apply(spoken, dialect.overlay, skip_unmatched=partial).document
    kinds = [kind for kind in spoken["components"] if kind != "securitySchemes"]
    remove_unused(spoken, kinds)
    return spoken


def _hold_operations(contract: Contract, dialect: Dialect) -> None:
    known = {operation["operationId"] for _, operation in operations(contract)}
    for name, line in dialect.lines.items():
        if name not in known:
            raise SpecError(
                what="the dialect cannot be used",
                where=str(dialect.path),
                line=line,
                why=f"the contract has no operation '{name}'; it has {', '.join(sorted(known))}",
                remedy="correct the name, or leave it out",
            )


def _remove_operations(contract: Contract, without: frozenset[str]) -> None:
    for (_, path, method), operation in list(operations(contract)):
        if operation["operationId"] in without:
            del contract["paths"][path][method]
    for path, item in list(contract["paths"].items()):
        if not any(isinstance(member, dict) for member in item.values()):
            del contract["paths"][path]
    for _, operation in operations(contract):
        for response in operation["responses"].values():
            links = response.get("links", {})
            for name in [each for each in links if links[each].get("operationId") in without]:
                del links[name]


def _write_requests(contract: Contract, dialect: Dialect) -> None:
    """Let a create leave the model out where the dialect has a default for it."""
    if dialect.default_model is None:
        return
    for schema in contract["components"]["schemas"].values():
        model = schema.get("properties", {}).get("model", {})
        if "x-variant" in schema and dialect.default_model in model.get("enum", ()):
            required = schema.get("required", ())
            schema["required"] = [name for name in required if name != "model"]
            model["default"] = dialect.default_model
