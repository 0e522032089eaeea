"""One request as the journal keeps it: what was asked, what happened to it, how it was answered.

Neither a key nor the bytes of a file is ever kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mock_server.domain.truncation import weight

_REDACTED = "[redacted]"
# Bytes of an entry, or of a file in one, without what callers sent.
_BARE = 500


@dataclass(frozen=True, slots=True)
class File:
    """A file that was sent: its name, type and length in bytes."""

    filename: str
    content_type: str
    length: int


@dataclass(slots=True, kw_only=True)
class Entry:
    """Filled in while a request is answered, and left alone from then on.

    ``at_ms`` is the tenant's instant, ``duration_us`` real microseconds; ``status`` is 0 when the
    connection was dropped without an answer. ``retry`` is how often the client says it has tried
    before. ``code`` is the error's, ``faults`` are the kinds that were used on it, ``scenario`` and
    ``job`` belong to the job that was created. ``strict`` is what a request that was taken all the
    same would have been answered with where requests are held strictly.
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
        """The prompt, where there was one."""
        prompt = self.fields.get("prompt")
        return prompt if isinstance(prompt, str) else None

    @property
    def model(self) -> str | None:
        """The model that was asked for."""
        model = self.fields.get("model")
        return model if isinstance(model, str) else None

    @property
    def accepted(self) -> bool:
        """Whether the answer was no error."""
        return 200 <= self.status < 400  # noqa: PLR2004


def size_of(entry: Entry) -> int:
    """About how many bytes an entry takes."""
    size = _BARE + len(entry.path) + len(entry.query) + len(entry.user_agent)
    if entry.fields:
        size += weight(entry.fields)
    for name, file in entry.files.items():
        size += _BARE + len(name) + len(file.filename) + len(file.content_type)
    return size


def redacted(fields: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
    """The fields without the values of those named."""
    return {name: _REDACTED if name in names else value for name, value in fields.items()}
