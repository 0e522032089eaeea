"""Facts as JSON and back, for stores that keep bytes. What has its default is left out.

Whatever is decoded is held to its shape first: it may be damaged, or another version's.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from functools import cache
from typing import Any

import orjson

from mock_server.domain.clock import TenantClock
from mock_server.domain.job import Character, Job, JobError, Order, Phase, Stage, Timeline
from mock_server.domain.tenant import StoredFault, StoredTenant
from mock_server.domain.webhooks import Attempt, Delivery, DeliveryState, Endpoint
from mock_server.journal.entry import Entry, File
from mock_server.stores.protocol import SERVER, StoredStateError, of_server
from mock_server.stores.shapes import JsonSchema, Shape, record, row, without

_TEXT, _NUMBER = {"type": "string"}, {"type": "integer"}


def _job_schema() -> JsonSchema:
    phases = {"type": "array", "items": row(Phase)}
    parts = [_TEXT, _NUMBER, _TEXT, record(Order), row(Timeline, phases=phases)]
    return {"type": "array", "prefixItems": parts, "minItems": len(parts), "items": False}


_SHAPES: Mapping[str, tuple[str, Callable[[], JsonSchema]]] = {
    "job": ("jobs", _job_schema),
    "character": ("jobs", lambda: record(Character)),
    "world": ("all", lambda: record(StoredTenant)),
    "webhook delivery": ("webhooks", lambda: without(record(Delivery), "tenant")),
    "request of the journal": ("journal", lambda: without(record(Entry), "number")),
}


@cache
def _shape(what: str) -> Shape:
    scope, schema = _SHAPES[what]
    return Shape(f"a {what}", scope, schema())


def _loaded(what: str, raw: Any) -> Any:
    """The JSON of a text, which has the shape of what it should be.

    Raises:
        StoredStateError: it is something else.
    """
    shape = _shape(what)
    try:
        told = orjson.loads(raw)
    except (ValueError, TypeError) as error:
        raise shape.broken("it is no JSON") from error
    shape.require(told)
    return told


def encode_job(job: Job) -> bytes:
    """A job without its tenant, which is where it is kept."""
    timeline = job.timeline
    course = [getattr(timeline, each.name) for each in fields(Timeline)]
    course[1] = [[getattr(phase, each.name) for each in fields(Phase)] for phase in timeline.phases]
    return orjson.dumps([job.id, job.created_ms, job.token, _changed(job.order), course])


def decode_job(tenant: str, raw: bytes) -> Job:
    """The job that was encoded; raises StoredStateError where it is none."""
    job_id, created_ms, token, order, course = _loaded("job", raw)
    name, phases, outcome, error, *rest = course
    return Job(
        id=job_id,
        tenant=tenant,
        order=Order(**order),
        created_ms=created_ms,
        timeline=Timeline(
            name,
            tuple(Phase(Stage(stage), *more) for stage, *more in phases),
            Stage(outcome),
            JobError(**error) if error else None,
            *rest,
        ),
        token=token,
    )


def encode_character(character: Character) -> bytes:
    """A character."""
    return orjson.dumps(character)


def decode_character(raw: bytes) -> Character:
    """The character that was encoded; raises StoredStateError where it is none."""
    return Character(**_loaded("character", raw))


def encode_tenant(facts: StoredTenant) -> bytes:
    """A world's facts."""
    return orjson.dumps(_changed(facts))


def decode_tenant(tenant: str, raw: bytes) -> StoredTenant:
    """The facts that were encoded; raises StoredStateError where they are none."""
    try:
        told: dict[str, Any] = _loaded("world", raw)
    except StoredStateError as error:
        raise (of_server(error) if tenant == SERVER else error) from None
    if told.get("clock") is not None:
        told["clock"] = TenantClock(**told["clock"])
    told["faults"] = tuple(StoredFault(**fault) for fault in told.get("faults", ()))
    by_word: Mapping[str, Any] = told.get("by_word", {})
    told["by_word"] = {word: StoredFault(**fault) for word, fault in by_word.items()}
    told["webhooks"] = tuple(_endpoint(endpoint) for endpoint in told.get("webhooks", ()))
    return StoredTenant(**told)


def _endpoint(told: Mapping[str, Any]) -> Endpoint:
    return Endpoint(**{**told, "event_types": tuple(told["event_types"])})


def encode_delivery(delivery: Delivery) -> bytes:
    """A delivery without its tenant, which is where it is kept."""
    told = _changed(delivery)
    del told["tenant"]
    return orjson.dumps(told)


def decode_delivery(tenant: str, raw: bytes) -> Delivery:
    """The delivery that was encoded; raises StoredStateError where it is none."""
    told: dict[str, Any] = _loaded("webhook delivery", raw)
    told["attempts"] = tuple(Attempt(**attempt) for attempt in told.get("attempts", ()))
    told["state"] = DeliveryState(told.get("state", DeliveryState.PENDING))
    return Delivery(tenant=tenant, **told)


def encode_entry(entry: Entry) -> bytes:
    """An entry of a journal without its number, which is where it is kept."""
    told = _changed(entry)
    told.pop("number", None)
    return orjson.dumps(told)


def decode_entry(number: int, raw: bytes) -> Entry:
    """The entry that was encoded; raises StoredStateError where it is none."""
    told: dict[str, Any] = _loaded("request of the journal", raw)
    told["faults"] = tuple(told.get("faults", ()))
    told["files"] = {name: File(**sent) for name, sent in told.get("files", {}).items()}
    return Entry(number=number, **told)


def _changed(of: Any) -> dict[str, Any]:
    """The fields that differ from their defaults."""
    return {
        each.name: value
        for each in fields(of)
        if (value := getattr(of, each.name)) != each.default
        and (each.default_factory is MISSING or value)
    }
