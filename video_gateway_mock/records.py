"""The objects of the control API ``/_mock``, shared by the server and the client handle.

Each class lists the fields of one JSON object in the order in which the server sends them. The
server builds these records, the handle returns them, and a test compares them with the schemas of
``mock_server/control/control.yaml``. Instants and spans are integer milliseconds of the API key's
clock unless a field says otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

_OK, _ERRORS = 200, 400


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRecord:
    """A clock; ``mode`` is running, frozen or stepping.

    ``speed`` is clock seconds per real second, ``step_s`` the seconds that each poll of a job adds.
    """

    now_ms: int
    mode: str
    speed: float
    step_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRecord:
    """An active fault; ``seen`` counts matching requests, ``fired`` those it was used on."""

    id: str
    kind: str
    settings: Mapping[str, Any]
    match: Mapping[str, Any]
    seen: int
    fired: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEndpoint:
    """A webhook endpoint. ``disabled`` is the reason why nothing is sent to it, or None.

    ``secret`` is set only in what ``GatewayWebhooks.create`` returns; OpenAI's clients verify
    signatures with it.
    """

    id: str
    name: str
    url: str
    event_types: tuple[str, ...]
    created_ms: int
    updated_ms: int
    disabled: str | None
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryAttempt:
    """One request to an endpoint: the ``status`` it answered, or the ``error`` that prevented that.

    ``took_ms`` is real time.
    """

    at_ms: int
    took_ms: int
    status: int | None
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event for one endpoint, with every attempt to send it.

    ``event``, ``job`` and ``endpoint`` are ids; ``state`` is pending, delivered, failed or dropped,
    and ``reason`` explains the last two.
    """

    id: str
    event: str
    event_type: str
    job: str
    endpoint: str
    state: str
    reason: str | None
    happened_ms: int
    due_ms: int
    attempts: tuple[DeliveryAttempt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantRecord:
    """The state of one API key: clock, scenario weights, dialect, faults, webhook endpoints.

    ``requests`` is how many requests the journal holds.
    """

    tenant: str
    clock: ClockRecord
    scenario: Mapping[str, float]
    dialect: str
    requests_mode: str
    faults: tuple[FaultRecord, ...]
    webhooks: tuple[WebhookEndpoint, ...]
    requests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPhase:
    """A part of a job's timeline; progress rises evenly from ``progress_start`` to its end.

    ``word`` is the status that clients see instead of the usual one, or None. ``ends_ms`` is None
    if the phase never ends.
    """

    status: str
    word: str | None
    starts_ms: int
    ends_ms: int | None
    progress_start: int
    progress_end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRecord:
    """A job with what the API does not show; ``status`` is queued, running, completed or failed.

    ``ends_in_ms`` is None once the job has ended, or if it never will. ``phases`` are its plan up
    to its end, which is at ``ends_ms`` and has the status ``outcome``. ``usd`` is the list price,
    None where it is unknown. ``video_url`` and ``thumbnail_url`` are None without content.
    """

    id: str
    family: str
    kind: str
    model: str
    prompt: str
    size: str
    seconds: int
    parent: str | None
    status: str
    progress: int
    created_ms: int
    ends_in_ms: int | None
    expires_ms: int | None
    scenario: str
    refunded: bool
    error: str | None
    ends_ms: int | None
    outcome: str
    phases: tuple[JobPhase, ...]
    usd: float | None
    video_url: str | None
    thumbnail_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BillEntry:
    """What one job costs; ``state`` is reserved, charged, refunded or unpriced.

    ``price`` is in dollars and ``price_micros`` in millionths of a dollar; both are None where no
    price is known. ``request_id`` and ``retry``, the client's own retry count, are of the request
    that created the job; ``request`` is its number in the journal, or None if it is gone from
    there. ``removed_ms`` is when the job was deleted or made room for others, None if it is there;
    ``status`` is then the one that it had.
    """

    job: str
    kind: str
    model: str
    size: str
    seconds: int
    status: str
    created_ms: int
    state: str
    price: str | None
    price_micros: int | None
    request: int | None
    request_id: str
    retry: int
    removed_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """A job whose request was the same as that of an earlier job, ``after_ms`` before it."""

    job: str
    request_id: str
    retry: int
    after_ms: int
    first_job: str
    first_request_id: str
    first_retry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """What the jobs of one API key cost, removed ones included, at the instant ``now_ms``.

    Amounts are in dollars, as text to the cent or further, and in integer millionths of a dollar
    under names that end in ``_micros``. ``accepted`` is the sum of ``reserved``, ``charged`` and
    ``refunded``, ``budget`` what the key may spend, or None. ``jobs`` counts all jobs, ``unpriced``
    those without a known price, whose cost is in none of the sums. ``duplicates`` are the jobs
    whose request was the same as an earlier one within ``window_s`` seconds of the key's clock;
    ``entries`` are the newest jobs, oldest first, with the newest 100 of those that were removed.
    """

    now_ms: int
    accepted: str
    reserved: str
    charged: str
    refunded: str
    accepted_micros: int
    reserved_micros: int
    charged_micros: int
    refunded_micros: int
    budget: str | None
    budget_micros: int | None
    jobs: int
    unpriced: int
    window_s: int
    duplicates: tuple[Duplicate, ...]
    entries: tuple[BillEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleIds:
    """The ids of the jobs, characters and webhook endpoints that the contract's examples name."""

    jobs: tuple[str, ...]
    characters: tuple[str, ...]
    webhook_endpoints: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """An uploaded file: its name, content type and length in bytes."""

    filename: str
    content_type: str
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request in the server's journal; neither keys nor the bytes of files are kept.

    ``duration_us`` is real microseconds; ``status`` is 0 when the connection was dropped without an
    answer; ``retry`` is the client's own retry count. ``code`` is the error code and
    ``reason`` the error's message, with the page and line that demand it; ``faults`` are
    the kinds applied to the request, ``scenario`` and ``job`` belong to the job that it created.
    ``strict`` is the error of the mode strict, if the request was accepted only because of another
    mode. ``inferred`` says that the response was made from the contract alone. ``headers`` are
    those that the journal keeps, by lower-case name. ``role`` is the operation's part in a job's
    life (create, read, result, cancel or delete), where the contract describes it.
    """

    number: int = 0
    at_ms: int = 0
    duration_us: int = 0
    method: str
    path: str
    query: str = ""
    operation: str | None = None
    role: str | None = None
    status: int = 0
    code: str | None = None
    reason: str | None = None
    faults: tuple[str, ...] = ()
    scenario: str | None = None
    job: str | None = None
    strict: str | None = None
    inferred: str | None = None
    retry: int = 0
    request_id: str = ""
    user_agent: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, UploadedFile] = field(default_factory=dict)

    @property
    def prompt(self) -> str | None:
        """The prompt, if there was one."""
        prompt = self.fields.get("prompt")
        return prompt if isinstance(prompt, str) else None

    @property
    def model(self) -> str | None:
        """The requested model."""
        model = self.fields.get("model")
        return model if isinstance(model, str) else None

    @property
    def accepted(self) -> bool:
        """Whether the response was a success or a redirect."""
        return _OK <= self.status < _ERRORS


def fault_of(data: Mapping[str, Any]) -> FaultRecord:
    """A fault from its JSON object; fields of a newer server are ignored, here and below."""
    return FaultRecord(**_known(FaultRecord, data))


def job_of(data: Mapping[str, Any]) -> JobRecord:
    """A job from its JSON object."""
    phases = tuple(JobPhase(**_known(JobPhase, phase)) for phase in data.get("phases", ()))
    return JobRecord(**{**_known(JobRecord, data), "phases": phases})


def bill_of(data: Mapping[str, Any]) -> Bill:
    """A bill from its JSON object."""
    duplicates = tuple(Duplicate(**_known(Duplicate, each)) for each in data["duplicates"])
    entries = tuple(BillEntry(**_known(BillEntry, each)) for each in data["entries"])
    return Bill(**{**_known(Bill, data), "duplicates": duplicates, "entries": entries})


def example_ids_of(data: Mapping[str, Any]) -> ExampleIds:
    """The ids of example objects from their JSON object."""
    known = _known(ExampleIds, data)
    return ExampleIds(**{kind: tuple(ids) for kind, ids in known.items()})


def request_of(data: Mapping[str, Any]) -> Request:
    """A request from its JSON object."""
    files = {
        name: UploadedFile(**_known(UploadedFile, file)) for name, file in data["files"].items()
    }
    return Request(**{**_known(Request, data), "files": files})


def endpoint_of(data: Mapping[str, Any]) -> WebhookEndpoint:
    """A webhook endpoint from its JSON object."""
    return WebhookEndpoint(**_known(WebhookEndpoint, data))


def delivery_of(data: Mapping[str, Any]) -> Delivery:
    """A delivery from its JSON object."""
    attempts = tuple(DeliveryAttempt(**_known(DeliveryAttempt, one)) for one in data["attempts"])
    return Delivery(**{**_known(Delivery, data), "attempts": attempts})


def _known(kind: type[Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that ``kind`` has; records hold tuples where JSON has arrays."""
    found = {each.name: data[each.name] for each in fields(kind) if each.name in data}
    return {
        name: tuple(value) if isinstance(value, list) else value for name, value in found.items()
    }
