"""Changes the contract for a dialect: by its facts, then by its overlay actions."""

import copy
from collections.abc import Iterator
from typing import Any

from openapi.contract.document import remove_unused
from openapi.dialects.contract_errors import write_errors
from openapi.dialects.dialect import VIDEO_KEYS, Content, Dialect
from openapi.documents.places import operations
from openapi.errors import SpecError
from openapi.overlay.apply import apply

Contract = dict[str, Any]


def contract_for(contract: Contract, dialect: Dialect, *, partial: bool = False) -> Contract:
    """Return the contract of a gateway of that dialect; the contract itself if it is native.

    With ``partial`` the contract may lack operations and parts that the dialect's actions change.

    Raises:
        SpecError: the dialect names an operation that the contract does not have, or one of its
            actions cannot be applied.
    """
    if dialect.native:
        return contract
    if not partial:
        _hold_operations(contract, dialect)
    changed = copy.deepcopy(contract)
    changed.setdefault("info", {})["x-dialect"] = dialect.name
    _remove_operations(changed, dialect.without)
    _write_requests(changed, dialect)
    _write_content(changed, dialect)
    _write_videos(changed, dialect)
    write_errors(changed, dialect)
    _write_headers(changed, dialect)
    changed = apply(changed, dialect.overlay, skip_unmatched=partial).document
    kinds = [kind for kind in changed["components"] if kind != "securitySchemes"]
    remove_unused(changed, kinds)
    return changed


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


_VIDEO = "#/components/schemas/Video"
_NEW_VIDEO = "#/components/schemas/NewVideo"
_UNIFIED = "#/components/schemas/UnifiedVideo"
_DOWNLOAD = "downloadVideoContent"
_REQUEST_ID, _POLL_AFTER = "x-request-id", "openai-poll-after-ms"
_JSON = "application/json"
_TASK_ID = {"type": "string", "description": "The same as id."}


def _write_videos(contract: Contract, dialect: Dialect) -> None:
    """Write the keys, status words and ids of the Video object."""
    video = contract["components"]["schemas"].get("Video")
    if video is None:
        return
    keys = dialect.video.keys
    known = {"task_id": _TASK_ID, **video["properties"]}
    video["properties"] = {key: known[key] for key in keys if key in known}
    always = [key for key in keys if dialect.video.explicit_nulls or VIDEO_KEYS[key]]
    video["required"] = [key for key in always if key in known]
    words = dict.fromkeys((*dialect.statuses.values(), *dialect.other_statuses))
    video["properties"]["status"]["enum"] = list(words)
    source, standing = dialect.sources["video"]
    video |= {"x-source": source, "x-standing": standing}
    _write_new_videos(contract, dialect)


def _write_new_videos(contract: Contract, dialect: Dialect) -> None:
    """Require the form of ids of new jobs only: others may be older than a dialect change."""
    source, standing = dialect.sources["ids"]
    form = {
        "type": "object",
        "properties": {"id": {"type": "string", "pattern": dialect.ids.pattern}},
    }
    contract["components"]["schemas"]["NewVideo"] = {
        "allOf": [{"$ref": _VIDEO}, form],
        "x-source": source,
        "x-standing": standing,
    }
    for (*_, method), operation in operations(contract):
        answer = operation["responses"].get("200", {}).get("content", {}).get(_JSON, {})
        if answer.get("schema") == {"$ref": _VIDEO}:
            # The examples of pages are in the gateway's own dialect.
            answer.pop("examples", None)
            if method == "post":
                answer["schema"] = {"$ref": _NEW_VIDEO}


def _write_content(contract: Contract, dialect: Dialect) -> None:
    """Write the parameters and responses of the download."""
    for _, operation in operations(contract):
        if operation["operationId"] == _DOWNLOAD and "200" in operation["responses"]:
            _write_download(operation, dialect.content)
            operation["x-source"], operation["x-standing"] = dialect.sources["content"]


def _write_download(operation: dict[str, Any], content: Content) -> None:
    answers, answer = operation["responses"], operation["responses"]["200"]
    if content.as_json:
        answer["content"] = {_JSON: {"schema": {"$ref": _UNIFIED}}}
    elif not content.variants:
        answer["content"] = {"video/mp4": {"schema": {"type": "string", "format": "binary"}}}
    if content.as_json or not content.ranges:
        operation["description"] = "The finished video."
        for status in ("206", "304", "412", "416"):
            answers.pop(status, None)
    if content.as_json or not content.variants:
        declared = operation.get("parameters", ())
        operation["parameters"] = [each for each in declared if each.get("name") != "variant"]
    for name, value in ({} if content.as_json else content.headers).items():
        answer.setdefault("headers", {})[name] = _fixed(value)


def _write_headers(contract: Contract, dialect: Dialect) -> None:
    """Write the header with the request id, and those of every response."""
    own = {name: _fixed(value) for name, value in dialect.headers.every.items()}
    for answer in _answers(contract):
        headers = answer.get("headers", {})
        if not dialect.headers.poll_after:
            headers.pop(_POLL_AFTER, None)
        if _REQUEST_ID in headers:
            named = headers.pop(_REQUEST_ID)
            headers |= {dialect.headers.request_id: named, **own}


def _answers(contract: Contract) -> Iterator[dict[str, Any]]:
    yield from contract["components"].get("responses", {}).values()
    for _, operation in operations(contract):
        yield from operation["responses"].values()


def _fixed(value: str) -> dict[str, Any]:
    return {"required": True, "schema": {"type": "string", "enum": [value]}}
