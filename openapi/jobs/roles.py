"""The role of an operation in a job's life, as its contract describes it under ``x-job``."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from openapi.contract.contract import JOB, Contract, Operation, shown_examples
from openapi.contract.evidence import Evidence
from openapi.contract.schemas import Schema
from openapi.documents.pointers import json_pointer, steps_of
from openapi.documents.shape import Shape
from openapi.errors import SpecError

_BODY = "$response.body#"
_INDEX_DIGITS = 2
_PATH, _QUERY = "$request.path.", "$request.query."
Steps = tuple[str, ...]


class Role(StrEnum):
    """What an operation does with a job."""

    CREATE = "create"
    READ = "read"
    RESULT = "result"
    CANCEL = "cancel"
    DELETE = "delete"


class Place(NamedTuple):
    """Where the body of a response shows a fact of a job.

    Attributes:
        fact: ``id``, ``status``, ``progress``, ``result``, ``error.message``, ``times.created``,
            ``order.model``, ...
        form: how it is written: a progress as percent, text or fraction, a result as link or
            operation, a time in s, ms, iso or decimal; empty for other facts.
    """

    fact: str
    steps: Steps
    form: str = ""


@dataclass(frozen=True, slots=True)
class JobRole:
    """One operation's part in a job's life.

    Attributes:
        parameter: where a request has the id, ``path`` or ``query``, and the parameter's name; None
            for a create.
        places: the places of facts in the response's body.
        words: the status words by stage: queued, running, completed, failed, cancelled.
        fields: the names of the request's fields by what they ask for: model, prompt, seconds, ...
    """

    operation: Operation
    role: Role
    parameter: tuple[str, str] | None = None
    places: tuple[Place, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)

    def at(self, fact: str) -> Steps | None:
        """The first place of a fact; None if the response does not show it."""
        return next((place.steps for place in self.places if place.fact == fact), None)

    def form(self, fact: str) -> str:
        """How a fact is written at its first place; empty if the response does not show it."""
        return next((place.form for place in self.places if place.fact == fact), "")

    @property
    def bodies(self) -> Mapping[str, Any]:
        """The bodies of a job that is waiting, completed or failed, where they are given."""
        found: Mapping[str, Any] = self.operation.node[JOB].get("bodies", {})
        return found

    @property
    def ids(self) -> Mapping[str, Any]:
        """The form of new ids, where the dialect's does not count."""
        found: Mapping[str, Any] = self.operation.node[JOB].get("ids", {})
        return found

    @property
    def source(self) -> str:
        """Where the role is documented."""
        return str(self.operation.node[JOB].get("x-source", self.operation.source))

    @property
    def evidence(self) -> Evidence:
        """The evidence for it."""
        return Evidence(self.operation.node[JOB].get("x-standing", Evidence.INFERRED))


def success(operation: Operation) -> tuple[int, Schema]:
    """The status and the response object of an operation's first documented success."""
    for status, response in operation.responses.items():
        if status.startswith("2") and status.isdecimal():
            return int(status), response
    return 200, {}


def json_media(operation: Operation) -> Schema:
    """The JSON media type object of an operation's success; empty without one."""
    content: Mapping[str, Schema] = success(operation)[1].get("content", {})
    return next((media for kind, media in content.items() if kind.endswith("json")), {})


def read_roles(contract: Contract) -> dict[str, JobRole]:
    """The roles of a contract's operations by operation id.

    Raises:
        SpecError: a role is incomplete, or names a place that the contract does not have.
    """
    described = [each for each in contract.operations if JOB in each.node]
    roles = {each.id: _read(contract, each) for each in described}
    creates = [role for role in roles.values() if role.role is Role.CREATE]
    return {name: _with_words(role, creates) for name, role in roles.items()}


@cache
def _shape() -> Shape:
    return Shape("job", what="", remedy="")


def _read(contract: Contract, operation: Operation) -> JobRole:
    node = operation.node[JOB]
    wrong = next(iter(_shape().errors(node)), None)
    if wrong is not None:
        raise _refusal(operation, wrong.message)
    role = Role(node["role"])
    places = tuple(_places(node))
    bodies = node.get("bodies", {}).values()
    for place in places:
        found = _exists(contract, json_media(operation), place.steps)
        if not found and not any(found_in(body, place.steps) for body in bodies):
            at = json_pointer(place.steps)
            raise _refusal(operation, f"{place.fact} is at {at}, which the response does not have")
    _require_apart(operation, places)
    _require_complete(operation, role, node)
    return JobRole(
        operation=operation,
        role=role,
        parameter=_parameter(operation, node, role),
        places=places,
        words=node.get("status", {}).get("words", {}),
        fields=_fields(operation, node) if role is Role.CREATE else {},
    )


def _require_apart(operation: Operation, places: Sequence[Place]) -> None:
    """Require that no place is in another one, and that a list need not have many items."""
    for place in places:
        at = json_pointer(place.steps)
        if any(step.isdecimal() and len(step) > _INDEX_DIGITS for step in place.steps):
            raise _refusal(operation, f"{place.fact} is at {at}, which is too far on in a list")
        for other in places:
            if place.steps != other.steps and place.steps == other.steps[: len(place.steps)]:
                inner = f"{other.fact} is at {json_pointer(other.steps)}"
                raise _refusal(operation, f"{inner}, which is a part of {place.fact}")


def _places(node: Mapping[str, Any]) -> Iterator[Place]:
    """All places in a response's body."""
    for fact in ("id", "address", "cost"):
        yield from _at(fact, node.get(fact, ()))
    for fact, usual in (("status", ""), ("progress", "percent"), ("result", "link")):
        members = node.get(fact, {})
        yield from _at(fact, members.get("at", ()), members.get("form", usual))
    times = node.get("times", ())
    for group in [times] if isinstance(times, Mapping) else times:
        yield from _in_group("times", group, group.get("unit", "s"))
    for kind in ("result", "error", "order"):
        yield from _in_group(kind, node.get(kind, {}))


def _in_group(kind: str, group: Mapping[str, Any], form: str = "") -> Iterator[Place]:
    for name, at in group.items():
        if name not in ("at", "form", "unit"):
            yield from _at(f"{kind}.{name}", at, form)


def _at(fact: str, given: str | Sequence[str], form: str = "") -> Iterator[Place]:
    """The places that one or several expressions name."""
    for at in [given] if isinstance(given, str) else given:
        yield Place(fact, steps_of(at.removeprefix(_BODY)), form)


def _require_complete(operation: Operation, role: Role, node: Mapping[str, Any]) -> None:
    if role is Role.CREATE and "id" not in node:
        raise _refusal(operation, "a create has no id: give id as $response.body#/...")
    if role is Role.READ and "status" not in node:
        raise _refusal(operation, "a read has no status: give status.at as $response.body#/...")
    if role is Role.CREATE and "status" in node and "words" not in node["status"]:
        raise _refusal(operation, "a create has a status without status.words")


def _parameter(operation: Operation, node: Mapping[str, Any], role: Role) -> tuple[str, str] | None:
    """Where a request has the id: as given, else the last parameter of the path."""
    if role is Role.CREATE:
        return None
    names = {(each["in"], each["name"]) for each in operation.parameters}
    given = str(node.get("parameter", ""))
    for prefix, place in ((_PATH, "path"), (_QUERY, "query")):
        if given.startswith(prefix):
            named = place, given.removeprefix(prefix)
            if named not in names:
                raise _refusal(operation, f"the request has no {place} parameter {named[1]!r}")
            return named
    in_path = [each["name"] for each in operation.parameters if each["in"] == "path"]
    if not in_path:
        raise _refusal(operation, "no parameter has the id: give parameter as $request.query.NAME")
    return "path", in_path[-1]


def _fields(operation: Operation, node: Mapping[str, Any]) -> Mapping[str, str]:
    """The request's fields: the usual names, and those that the role gives."""
    known = {name for each in operation.variants for name in each.schema.get("properties", {})}
    for name, at in node.get("request", {}).items():
        if at not in known:
            raise _refusal(operation, f"request.{name} is the field {at!r}, which it does not have")
    if "model" not in operation.asks:
        raise _refusal(operation, "no field names the model: give request.model")
    return operation.asks


def _exists(contract: Contract, media: Schema, steps: Steps) -> bool:
    """Whether a response's schema, or its example, has a place."""
    return _in_schema(contract, media.get("schema", {}), steps) or any(
        bool(found_in(value, steps)) for value in shown_examples(media)
    )


def member(contract: Contract, schema: Schema, step: str) -> Schema | None:
    """The schema of one member or item of a value; None where the schema does not have it."""
    schema = contract.resolve(schema)
    parts = (schema, *schema.get("allOf", ()), *schema.get("anyOf", ()))
    for part in map(contract.resolve, parts):
        if step in part.get("properties", {}):
            found: Schema = part["properties"][step]
            return found
        if step.isdecimal() and "items" in part:
            items: Schema = part["items"]
            return items
    return None


def _in_schema(contract: Contract, schema: Schema, steps: Steps) -> bool:
    for step in steps:
        below = member(contract, schema, step)
        if below is None:
            return False
        schema = below
    return True


def found_in(value: Any, steps: Steps) -> tuple[Any, ...]:
    """What a JSON value has at a place, alone in a tuple; an empty tuple where it has nothing."""
    for step in steps:
        if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, dict) and step in value:
            value = value[step]
        else:
            return ()
    return (value,)


def _with_words(role: JobRole, creates: list[JobRole]) -> JobRole:
    """A role without words has those of the create above it, else of the only create."""
    if role.words or role.at("status") is None:
        return role
    above = [each for each in creates if role.operation.path.startswith(each.operation.path)]
    words = next((each.words for each in above or creates if each.words), None)
    if words is None:
        raise _refusal(role.operation, "no create has status.words, and neither has this operation")
    return replace(role, words=words)


def _refusal(operation: Operation, why: str) -> SpecError:
    return SpecError(
        what=f"the role of {operation.method} {operation.path} cannot be used",
        where=JOB,
        line=1,
        why=why,
        remedy="'gateway-spec jobs CONTRACT' prints what a contract has; docs/services.md has all "
        "keys of x-job",
    )
