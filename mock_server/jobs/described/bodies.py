"""Responses that show a job where a contract says that its facts are."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

import orjson

from mock_server.domain.bill import MICROS
from mock_server.domain.job import Job, Stage, View, ends_ms
from openapi.contract.contract import Contract
from openapi.contract.examples import Examples, NoExampleError
from openapi.contract.schemas import Schema
from openapi.jobs.roles import JobRole, Steps, json_media, member, shown, success

# The value of a fact that a job does not have yet, or never has.
ABSENT: Final = object()
# Seconds since the epoch, by what a contract calls the unit.
_UNITS: Final[Mapping[str, Callable[[int], Any]]] = {
    "s": lambda instant: instant // 1000,
    "ms": lambda instant: instant,
    "iso": lambda instant: datetime.fromtimestamp(instant / 1000, UTC).isoformat(),
}

# Progress in percent, as a contract may write it.
_PROGRESS: Final[Mapping[str, Callable[[int], Any]]] = {
    "percent": lambda percent: percent,
    "text": lambda percent: f"{percent}%",
    "fraction": lambda percent: percent / 100,
}


class Shown(NamedTuple):
    """A job at an instant, with the addresses that a response may show beside."""

    job: Job
    view: View
    link: Callable[[], str]
    address: Callable[[], str]


class JobBody:
    """Writes the response of one operation.

    It is the operation's example, or a value made from its schema, with the job's facts in their
    places. A fact that does not apply is left out with what is only around it; one that the schema
    requires is empty.
    """

    def __init__(self, contract: Contract, role: JobRole) -> None:
        """Prepare the response of the operation of ``role``."""
        self.status, _ = success(role.operation)
        media = json_media(role.operation)
        self._base = orjson.dumps(_base(contract, media))
        facts = _facts(role)
        # Where each fact is shown; without the fact something goes, or the place is empty.
        self._places = [
            (steps, facts[name], *_without(contract, media, role, steps))
            for name, steps in role.places
        ]

    def write(self, shown_job: Shown) -> Any:
        """The body that shows a job."""
        body = orjson.loads(self._base)
        for steps, fact, removed, empty in self._places:
            value = fact(shown_job)
            if value is ABSENT and removed is not None:
                _remove(body, removed)
                continue
            value = empty if value is ABSENT else value
            try:
                node = body
                for step in steps[:-1]:
                    node = node[step]
                node[steps[-1]] = value
            except (LookupError, TypeError):
                # Something on the way is a list, or was removed.
                body = _put(body, steps, value)
        return body


def _facts(role: JobRole) -> Mapping[str, Callable[[Shown], Any]]:
    """How each fact of a job is shown."""
    time = _UNITS[role.forms["times"]]

    def status(shown_job: Shown) -> Any:
        view = shown_job.view
        cancelled = view.stage is Stage.FAILED and view.word == "cancelled"
        usual = role.words.get("cancelled") if cancelled else view.word
        return usual or role.words[view.stage.value]

    written = _PROGRESS[role.forms["progress"]]

    def progress(shown_job: Shown) -> Any:
        view = shown_job.view
        return written(100 if view.stage is Stage.COMPLETED else view.progress)

    def result(shown_job: Shown) -> Any:
        return shown_job.link() if shown_job.view.downloadable else ABSENT

    def cost(shown_job: Shown) -> Any:
        price = shown_job.job.cost.price
        return ABSENT if shown_job.view.waiting or price is None else price / MICROS

    def error(name: str) -> Callable[[Shown], Any]:
        return lambda shown_job: getattr(shown_job.view.error, name, ABSENT)

    def started(shown_job: Shown) -> Any:
        began = _running_ms(shown_job.job)
        waits = shown_job.view.stage is Stage.QUEUED or began is None
        return ABSENT if waits or began is None else time(began)

    def ended(shown_job: Shown) -> Any:
        end = None if shown_job.view.waiting else ends_ms(shown_job.job)
        return ABSENT if end is None else time(end)

    return {
        "id": lambda shown_job: shown_job.job.id,
        "status": status,
        "progress": progress,
        "result": result,
        "address": lambda shown_job: shown_job.address(),
        "cost": cost,
        "error.message": error("message"),
        "error.code": error("code"),
        "times.created": lambda shown_job: time(shown_job.job.created_ms),
        "times.changed": lambda shown_job: time(shown_job.view.changed_ms),
        "times.started": started,
        "times.ended": ended,
        "order.model": lambda shown_job: shown_job.job.order.model,
        "order.prompt": lambda shown_job: shown_job.job.order.prompt,
        "order.seconds": lambda shown_job: shown_job.job.order.seconds,
        "order.size": lambda shown_job: shown_job.job.order.size,
    }


def _running_ms(job: Job) -> int | None:
    """When a job starts to run; None if it never does."""
    instant = job.created_ms
    for phase in job.timeline.phases:
        if phase.stage is Stage.RUNNING:
            return instant
        if phase.duration_ms is None:
            return None
        instant += phase.duration_ms
    return None


def _base(contract: Contract, media: Schema) -> Any:
    """An example of the response that fits its schema, else a value made from the schema."""
    validator = contract.validator(media.get("schema", {}))
    for value in shown(media):
        if validator.is_valid(value):
            return value
    try:
        return Examples(contract.document).of(media.get("schema", {}))
    except NoExampleError:
        return {}


def _without(
    contract: Contract, media: Schema, role: JobRole, steps: Steps
) -> tuple[Steps | None, Any]:
    """What is removed of a response without a fact: as much around it as nothing else needs.

    If the schema requires all of that, the place stays, with an empty value of its type.
    """
    others = [each for _, each in role.places if each != steps]
    removable = None
    for length, (schema, step) in enumerate(_above(contract, media.get("schema", {}), steps), 1):
        around = steps[:length]
        shared = any(other[:length] == around for other in others)
        if not shared and step not in schema.get("required", ()) and removable is None:
            removable = around
    leaf = _schema_at(contract, media.get("schema", {}), steps)
    return removable, _empty(leaf)


def _above(contract: Contract, schema: Schema, steps: Steps) -> Iterator[tuple[Schema, str]]:
    """Each step of a place with the schema of what it is a member of."""
    for step in steps:
        whole = contract.resolve(schema)
        required = [name for part in (whole, *whole.get("allOf", ())) for name in
                    contract.resolve(part).get("required", ())]  # fmt: skip
        yield {"required": required}, step
        schema = member(contract, whole, step) or {}


def _schema_at(contract: Contract, schema: Schema, steps: Steps) -> Schema:
    for step in steps:
        schema = member(contract, schema, step) or {}
    return contract.resolve(schema)


def _empty(schema: Schema) -> Any:
    if schema.get("nullable"):
        return None
    by_type = {"string": "", "integer": 0, "number": 0, "array": [], "object": {}, "boolean": False}
    return by_type.get(schema.get("type", "string"))


def _put(body: Any, steps: Steps, value: Any) -> Any:
    """The body with a value at a place; what is missing on the way is made."""
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    if step.isdecimal() and not isinstance(body, dict):
        items = body if isinstance(body, list) else []
        index = int(step)
        items.extend([None] * (index + 1 - len(items)))
        items[index] = _put(items[index], rest, value)
        return items
    members = body if isinstance(body, dict) else {}
    members[step] = _put(members.get(step), rest, value)
    return members


def _remove(body: Any, steps: Steps) -> None:
    for step in steps[:-1]:
        if isinstance(body, list):
            body = body[int(step)] if int(step) < len(body) else None
        elif isinstance(body, dict):
            body = body.get(step)
        else:
            return
    if isinstance(body, dict):
        body.pop(steps[-1], None)
    elif isinstance(body, list) and int(steps[-1]) < len(body):
        del body[int(steps[-1])]
