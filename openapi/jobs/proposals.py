"""Proposes the roles of operations by the names in their requests and responses.

A proposal is a guess, to be read by a person: it is inferred until an overlay states it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from openapi.contract.contract import JOB, Contract, Operation, shown_examples
from openapi.contract.schemas import Schema
from openapi.documents.pointers import json_pointer
from openapi.jobs.roles import Role, Steps, json_media

_DEEPEST = 5
_BODY = "$response.body#"
# Names of facts in responses, the likelier first.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("task_id", "job_id", "generation_id", "id", "request_id"),
    "status": ("task_status", "status", "state"),
    "progress": ("progress", "progress_pct", "percent"),
    "result": ("video_url", "result_url", "url", "video", "unsigned_urls", "output"),
    "message": ("task_status_msg", "fail_reason", "failure_reason", "error_message", "error"),
    "created": ("created_at", "submit_time", "created"),
    "changed": ("updated_at", "updated"),
    "ended": ("completed_at", "finish_time", "finished_at"),
}
# Words of known services for each stage, in lower case.
_WORDS: Mapping[str, str] = {
    "queued": "queued pending submitted waiting created in_queue starting preparing not_start",
    "running": "running processing in_progress generating dreaming started preprocessing",
    "completed": "completed succeeded succeed success done finished",
    "failed": "failed failure fail error",
    "cancelled": "cancelled canceled",
}
_WORD = re.compile(r"[A-Za-z_]{4,20}")
# Instants after 2001 in milliseconds are above this, and in seconds below it.
_MS = 10**11


def propose(contract: Contract) -> dict[str, dict[str, Any]]:
    """The roles of operations that have none yet, by operation id, as ``x-job`` would state them.

    An operation that creates a job is a POST whose response has an id; one that reads it is a GET
    with that id, at the same path or near it.
    """
    free = [each for each in contract.operations if JOB not in each.node]
    reads = {each.id: facts for each in free if (facts := _read(contract, each))}
    found: dict[str, dict[str, Any]] = {}
    for operation in free:
        if operation.method != "POST" or "{" in operation.path:
            continue
        facts = _facts(contract, operation)
        own = [each for each in free if each.id in reads and _reads(each, operation)]
        words: dict[str, str] = {}
        for each in (*(reads[read.id] for read in own), facts):
            words |= each.get("words", {})
        if "id" in facts and words and ("status" in facts or _at_its_path(own, operation)):
            found[operation.id] = _role(Role.CREATE, facts, words)
            for read in own:
                found.setdefault(read.id, _role(Role.READ, reads[read.id], words, read))
    return found


def _read(contract: Contract, operation: Operation) -> dict[str, Any] | None:
    """What a GET with an id shows of a job; None if it does not read one."""
    if operation.method != "GET" or _id_parameter(operation) is None:
        return None
    facts = _facts(contract, operation)
    return facts if "status" in facts else None


def _reads(read: Operation, create: Operation) -> bool:
    """Whether an operation may read what another one creates: their paths begin alike."""
    own, other = read.path.split("/"), create.path.split("/")
    stems = [step for step in own if "{" not in step]
    return stems == other or stems[:-1] == other[:-1] or stems == other[:-1]


def _at_its_path(reads: list[Operation], create: Operation) -> bool:
    """Whether one of the reads is at the path of a create with an id behind it."""
    return any(each.path.startswith(f"{create.path}/{{") for each in reads)


def _id_parameter(operation: Operation) -> tuple[str, str] | None:
    names = {(each["in"], each["name"]) for each in operation.parameters}
    in_path = [name for place, name in names if place == "path"]
    if len(in_path) == 1:
        return "path", in_path[0]
    return next((("query", name) for name in _NAMES["id"] if ("query", name) in names), None)


def _facts(contract: Contract, operation: Operation) -> dict[str, Any]:
    """The places of facts in a response, and the status words, the unit of times."""
    media = json_media(operation)
    fields = list(_fields(contract, media.get("schema", {})))
    for value in shown_examples(media):
        fields += _values(value)
    found: dict[str, Any] = {}
    for fact, names in _NAMES.items():
        matching = (steps for name in names for steps, _ in fields if _named(steps) == name)
        steps = next(matching, None)
        if steps is not None:
            found[fact] = steps
    if "status" in found:
        found["words"] = _words([what for steps, what in fields if steps == found["status"]])
    times = [found[name] for name in ("created", "changed", "ended") if name in found]
    found["unit"] = _unit([what for steps, what in fields if steps in times])
    return found


def _named(steps: Steps) -> str:
    """The name of a field; that of an item is its list's."""
    names = [step for step in steps if not step.isdecimal()]
    return names[-1] if names else ""


def _fields(contract: Contract, schema: Schema, steps: Steps = ()) -> Iterator[tuple[Steps, Any]]:
    """The leaves of a schema with their schemas, those further out first."""
    schema = contract.resolve(schema)
    members = dict(schema.get("properties", {}))
    for part in schema.get("allOf", ()):
        members |= contract.resolve(part).get("properties", {})
    if "items" in schema:
        members["0"] = schema["items"]
    if len(steps) > _DEEPEST or not members:
        yield from [(steps, schema)] if steps else []
        return
    for name, below in members.items():
        yield from _fields(contract, below, (*steps, name))


def _values(value: Any, steps: Steps = ()) -> Iterator[tuple[Steps, Any]]:
    """The leaves of an example."""
    if len(steps) <= _DEEPEST and isinstance(value, dict):
        for name, below in value.items():
            yield from _values(below, (*steps, name))
    elif len(steps) <= _DEEPEST and isinstance(value, list) and value:
        yield from _values(value[0], (*steps, "0"))
    elif steps:
        yield steps, value


def _words(sources: list[Any]) -> dict[str, str]:
    """The status words that a field's list, description or example names, by stage."""
    texts: list[str] = []
    for source in sources:
        if isinstance(source, Mapping):
            texts += [str(each) for each in source.get("enum", ())]
            texts += _WORD.findall(str(source.get("description", "")))
            texts += [str(source["example"])] if "example" in source else []
        else:
            texts.append(str(source))
    found: dict[str, str] = {}
    for text in texts:
        for stage, known in _WORDS.items():
            if text.lower() in known.split():
                found.setdefault(stage, text)
    return found


def _unit(sources: list[Any]) -> str:
    """The unit of a response's times, by its examples."""
    examples = [each.get("example") if isinstance(each, Mapping) else each for each in sources]
    if any(isinstance(each, str) and "T" in each for each in examples):
        return "iso"
    if any(isinstance(each, int) and each > _MS for each in examples):
        return "ms"
    return "s"


def _role(
    role: Role, facts: Mapping[str, Any], words: Mapping[str, str], read: Operation | None = None
) -> dict[str, Any]:
    """A role as ``x-job`` states it."""

    def at(fact: str) -> str:
        return _BODY + json_pointer(facts[fact])

    stated: dict[str, Any] = {"role": role.value}
    parameter = _id_parameter(read) if read is not None else None
    if parameter is not None and parameter[0] == "query":
        stated["parameter"] = f"$request.query.{parameter[1]}"
    if "id" in facts:
        stated["id"] = at("id")
    if "status" in facts:
        stated["status"] = {"at": at("status"), **({"words": dict(words)} if words else {})}
    if role is Role.READ:
        stated |= {name: {"at": at(name)} for name in ("progress", "result") if name in facts}
        stated |= {"error": {"message": at("message")}} if "message" in facts else {}
    times = {name: at(name) for name in ("created", "changed", "ended") if name in facts}
    if times:
        stated["times"] = {**times, "unit": facts["unit"]}
    return stated
