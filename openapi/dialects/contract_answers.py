"""What a dialect makes of the contract's answers: the Video object, the download, the headers."""

from collections.abc import Iterator
from typing import Any

from openapi.contract.document import operations
from openapi.dialects.dialect import VIDEO_KEYS, Content, Dialect

Contract = dict[str, Any]
_VIDEO = "#/components/schemas/Video"
_NEW_VIDEO = "#/components/schemas/NewVideo"
_UNIFIED = "#/components/schemas/UnifiedVideo"
_DOWNLOAD = "downloadVideoContent"
_REQUEST_ID, _POLL_AFTER = "x-request-id", "openai-poll-after-ms"
_JSON = "application/json"
_TASK_ID = {"type": "string", "description": "The same as id."}


def write_videos(contract: Contract, dialect: Dialect) -> None:
    """Keys, status words and ids of the Video object."""
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
    """Only a new job's id is held to its form: another may be from before the dialect changed."""
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
            # The pages' examples are the gateway's.
            answer.pop("examples", None)
            if method == "post":
                answer["schema"] = {"$ref": _NEW_VIDEO}


def write_content(contract: Contract, dialect: Dialect) -> None:
    """What the download takes and answers."""
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


def write_headers(contract: Contract, dialect: Dialect) -> None:
    """Which header names the exchange, and which every answer has."""
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
