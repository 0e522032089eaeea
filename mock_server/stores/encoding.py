"""Encodes stored objects as JSON and decodes them, for stores that hold bytes.

Fields that have their default value are left out. Decoding checks the shape first: the data may be
damaged or come from another version.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, fields
from functools import cache
from typing import Any, TypeVar

import orjson

from mock_server.domain.bill import Removed, Totals
from mock_server.domain.clock import TenantClock
from mock_server.domain.job import (
    UNPRICED,
    Character,
    Cost,
    Job,
    JobError,
    Order,
    Phase,
    Stage,
    Timeline,
)
from mock_server.domain.tenant import StoredFault, StoredTenant
from mock_server.domain.webhooks import Attempt, Delivery, DeliveryState, Endpoint
from mock_server.journal.entry import Entry, File
from mock_server.stores.protocol import SERVER, StoredStateError, of_server
from mock_server.stores.shapes import JsonSchema, Shape, record, row, without

T = TypeVar("T")

_TEXT, _NUMBER = {"type": "string"}, {"type": "integer"}
_AMOUNT = {"type": "integer", "minimum": 0, "maximum": 2**53}
_UNBILLED = (*UNPRICED, "", 0, "")
# The most tenants whose decoded state is cached.
_CACHED_STATES = 10_000
_log = logging.getLogger(__name__)


def _array(*parts: JsonSchema) -> JsonSchema:
    """The schema of an array of exactly these parts."""
    return {"type": "array", "prefixItems": parts, "minItems": len(parts), "items": False}


# The parts of a job's cost, then those of the request that created it.
_PRICE: JsonSchema = {"anyOf": [_AMOUNT, {"type": "null"}]}
_BILLED = _array(_PRICE, _AMOUNT, _AMOUNT, _AMOUNT, _TEXT, _AMOUNT, _TEXT)


def _job_schema() -> JsonSchema:
    phases = {"type": "array", "items": row(Phase)}
    parts = [_TEXT, _NUMBER, _TEXT, record(Order), row(Timeline, phases=phases)]
    # A job of an earlier version has no cost and no request.
    return {**_array(*parts, _BILLED), "minItems": len(parts)}


# For each kind of object: the scope whose reset removes it, and its schema.
_SHAPES: Mapping[str, tuple[str, Callable[[], JsonSchema]]] = {
    "job": ("jobs", _job_schema),
    "character": ("jobs", lambda: record(Character)),
    "total of removed jobs": ("jobs", lambda: _array(*[_AMOUNT] * len(Totals._fields))),
    "tenant's state": ("all", lambda: record(StoredTenant)),
    "webhook delivery": ("webhooks", lambda: without(record(Delivery), "tenant")),
    "request of the journal": ("journal", lambda: without(record(Entry), "number")),
}


@cache
def _shape(kind: str) -> Shape:
    scope, schema = _SHAPES[kind]
    return Shape(f"a {kind}", scope, schema())


def _loaded(kind: str, raw: Any) -> Any:
    """Parse JSON and check that it has the shape of ``kind``."""
    shape = _shape(kind)
    try:
        found = orjson.loads(raw)
    except (ValueError, TypeError) as error:
        raise shape.broken("it is not valid JSON") from error
    shape.require(found)
    return found


def encode_job(job: Job) -> bytes:
    """Encode a job without its tenant, which is part of its key."""
    timeline = job.timeline
    facts = [getattr(timeline, each.name) for each in fields(Timeline)]
    facts[1] = [[getattr(phase, each.name) for each in fields(Phase)] for phase in timeline.phases]
    billed = (*job.cost, job.request_id, job.retry, job.digest)
    return orjson.dumps([job.id, job.created_ms, job.token, _changed(job.order), facts, billed])


def decode_job(tenant: str, raw: bytes) -> Job:
    """Decode a job; raises StoredStateError."""
    job_id, created_ms, token, order, timeline, *since = _loaded("job", raw)
    *cost, request_id, retry, digest = since[0] if since else _UNBILLED
    name, phases, outcome, error, *rest = timeline
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
        cost=Cost(*cost),
        request_id=request_id,
        retry=retry,
        digest=digest,
    )


def decode_removed(tenant: str, at_ms: Any, raw: bytes) -> Removed:
    """Decode a job that was removed at an instant; raises StoredStateError."""
    if not isinstance(at_ms, int):
        raise StoredStateError("the instant at which a job was removed is not a number", "jobs")
    return Removed(decode_job(tenant, raw), at_ms)


def encode_totals(totals: Totals) -> bytes:
    """Encode what removed jobs have cost."""
    return orjson.dumps([*totals])


def decode_totals(raw: bytes) -> Totals:
    """Decode what removed jobs have cost; raises StoredStateError."""
    return Totals(*_loaded("total of removed jobs", raw))


def encode_character(character: Character) -> bytes:
    """Encode a character."""
    return orjson.dumps(character)


def decode_character(raw: bytes) -> Character:
    """Decode a character; raises StoredStateError."""
    return Character(**_loaded("character", raw))


def encode_tenant(state: StoredTenant) -> bytes:
    """Encode a tenant's state."""
    return orjson.dumps(_changed(state))


def decode_tenant(tenant: str, raw: bytes) -> StoredTenant:
    """Decode a tenant's state; raises StoredStateError."""
    try:
        facts: dict[str, Any] = _loaded("tenant's state", raw)
    except StoredStateError as error:
        raise (of_server(error) if tenant == SERVER else error) from None
    if facts.get("clock") is not None:
        facts["clock"] = TenantClock(**facts["clock"])
    facts["faults"] = tuple(StoredFault(**fault) for fault in facts.get("faults", ()))
    by_word: Mapping[str, Any] = facts.get("by_word", {})
    facts["by_word"] = {word: StoredFault(**fault) for word, fault in by_word.items()}
    facts["webhooks"] = tuple(_endpoint(endpoint) for endpoint in facts.get("webhooks", ()))
    return StoredTenant(**facts)


class StateCache:
    """Decoded states of tenants; one is decoded again only when its bytes have changed."""

    def __init__(self) -> None:
        self._states: dict[str, tuple[bytes, StoredTenant]] = {}

    def decode(self, tenant: str, raw: bytes | None) -> StoredTenant | None:
        """Return the decoded state; raises StoredStateError."""
        if raw is None:
            return None
        known = self._states.get(tenant)
        if known is not None and known[0] == raw:
            return known[1]
        if len(self._states) >= _CACHED_STATES:
            self._states.clear()
        state = decode_tenant(tenant, raw)
        self._states[tenant] = raw, state
        return state


def _endpoint(facts: Mapping[str, Any]) -> Endpoint:
    return Endpoint(**{**facts, "event_types": tuple(facts["event_types"])})


def encode_delivery(delivery: Delivery) -> bytes:
    """Encode a delivery without its tenant, which is part of its key."""
    facts = _changed(delivery)
    del facts["tenant"]
    return orjson.dumps(facts)


def decode_delivery(tenant: str, raw: bytes) -> Delivery:
    """Decode a delivery; raises StoredStateError."""
    facts: dict[str, Any] = _loaded("webhook delivery", raw)
    facts["attempts"] = tuple(Attempt(**attempt) for attempt in facts.get("attempts", ()))
    facts["state"] = DeliveryState(facts.get("state", DeliveryState.PENDING))
    return Delivery(tenant=tenant, **facts)


def encode_entry(entry: Entry) -> bytes:
    """Encode an entry of a journal without its number, which is part of its key."""
    facts = _changed(entry)
    facts.pop("number", None)
    return orjson.dumps(facts)


def decode_entry(number: int, raw: bytes) -> Entry:
    """Decode an entry of a journal; raises StoredStateError."""
    facts: dict[str, Any] = _loaded("request of the journal", raw)
    facts["faults"] = tuple(facts.get("faults", ()))
    facts["files"] = {name: File(**file) for name, file in facts.get("files", {}).items()}
    return Entry(number=number, **facts)


def readable(decode: Callable[[Any], T], stored: Iterable[Any]) -> Iterator[T]:
    """Decode what can be decoded, in order; the rest is logged and skipped."""
    for raw in stored:
        try:
            yield decode(raw)
        except StoredStateError as error:
            _log.warning("skipped unreadable data: %s", error)


def _changed(of: Any) -> dict[str, Any]:
    """The fields that differ from their defaults."""
    return {
        each.name: value
        for each in fields(of)
        if (value := getattr(of, each.name)) != each.default
        and (each.default_factory is MISSING or value)
    }
