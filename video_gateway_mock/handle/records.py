"""Jobs, requests and faults as a test reads them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

_OK, _ERRORS = 200, 400


@dataclass(frozen=True, slots=True)
class File:
    """An uploaded file: its name, content type and length in bytes."""

    filename: str
    content_type: str
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as the server's journal keeps it; neither keys nor bytes of files are kept.

    ``at_ms`` is an instant of the key's clock, ``duration_us`` are real microseconds; ``status`` is
    0 when the connection was dropped without an answer. ``retry`` is the client's own retry count.
    ``code`` is the error's, ``faults`` are the kinds applied to the request, ``scenario`` and
    ``job`` belong to the job that it created. ``strict`` is what the server would have answered if
    it held requests strictly, where it took one all the same.
    """

    number: int = 0
    at_ms: int = 0
    duration_us: int = 0
    method: str
    path: str
    query: str = ""
    operation: str | None = None
    status: int = 0
    code: str | None = None
    faults: tuple[str, ...] = ()
    scenario: str | None = None
    job: str | None = None
    strict: str | None = None
    retry: int = 0
    request_id: str = ""
    user_agent: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, File] = field(default_factory=dict)

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
        """Whether the answer was no error."""
        return _OK <= self.status < _ERRORS


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRecord:
    """A job with what the API does not show; its status is queued, running, completed or failed.

    Instants and spans are milliseconds of the key's clock.
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


def job_of(record: Mapping[str, Any]) -> JobRecord:
    """A job from its JSON; fields of a newer server are ignored."""
    return JobRecord(**_known(JobRecord, record))


def request_of(record: Mapping[str, Any]) -> Request:
    """A request from its JSON; fields of a newer server are ignored."""
    files = {name: File(**_known(File, sent)) for name, sent in record["files"].items()}
    known = {**_known(Request, record), "files": files, "faults": tuple(record["faults"])}
    return Request(**known)


def _known(kind: type[Any], record: Mapping[str, Any]) -> dict[str, Any]:
    names = {each.name for each in fields(kind)}
    return {name: value for name, value in record.items() if name in names}
