"""Jobs, requests and faults as a test reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mock_server.journal.entry import Entry, File

Request = Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRecord:
    """A job with what no client is told; its status is queued, running, completed or failed.

    Instants and spans are milliseconds of the world's clock.
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


def request(told: Mapping[str, Any]) -> Request:
    """A request from what the control API tells."""
    files = {name: File(**sent) for name, sent in told["files"].items()}
    return Entry(**{**told, "files": files, "faults": tuple(told["faults"])})
