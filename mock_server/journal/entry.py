"""One request and its response in the journal.

Keys and the contents of files are never recorded.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_REDACTED = "[redacted]"


@dataclass(frozen=True, slots=True)
class File:
    """An uploaded file: its name, type and length in bytes."""

    filename: str
    content_type: str
    length: int


@dataclass(slots=True, kw_only=True)
class Entry:
    """Filled in while a request is handled, and not changed afterwards.

    ``at_ms`` is the instant of the tenant's clock, ``duration_us`` is real time. ``status`` is 0 if
    the connection was closed without a response, ``code`` is the error code, ``reason`` the message
    of the error. ``retry`` is the number of earlier attempts according to the client. ``faults``
    are the kinds of faults that were used, ``scenario`` and ``job`` describe the created job.
    ``strict`` says how a request that was accepted leniently would have been refused in strict
    mode, ``inferred`` that the response was made from the contract alone. ``headers`` are the
    kept ones of the request, by lower-case name. ``role`` is the operation's part in a job's life
    (create, read, ...) where the contract describes it.
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
    files: Mapping[str, File] = field(default_factory=dict)

    @property
    def prompt(self) -> str | None:
        prompt = self.fields.get("prompt")
        return prompt if isinstance(prompt, str) else None

    @property
    def model(self) -> str | None:
        model = self.fields.get("model")
        return model if isinstance(model, str) else None

    @property
    def accepted(self) -> bool:
        return 200 <= self.status < 400  # noqa: PLR2004


def redacted(fields: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
    """Replace the values of the named fields."""
    return {name: _REDACTED if name in names else value for name, value in fields.items()}
