"""The stored form of a tenant's state: plain values under the names of the file format.

Scenarios, dialects and kinds of faults are stored by name, so that a store can load, show and
reset the state of a tenant that uses one which this server does not know.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from mock_server.domain.clock import TenantClock
from mock_server.domain.webhooks import Endpoint


class RequestsMode(StrEnum):
    """``STRICT`` accepts what is documented, ``LENIENT`` what the documented types allow.

    ``EXAMPLE`` also answers requests for unknown ids, as the test suite of an SDK expects.
    """

    STRICT = "strict"
    LENIENT = "lenient"
    EXAMPLE = "example"


class Storable(Protocol):
    """What a store keeps of a tenant: any immutable object that has a stored form."""

    def stored(self) -> "StoredTenant":
        """The stored form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFault:
    """An active fault: its kind and settings, the requests it is used on, and its counters."""

    kind: str
    settings: Mapping[str, Any]
    match: Mapping[str, Any]
    set_ms: int
    id: int | None = None
    seen: int = 0
    fired: int = 0
    facts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTenant:
    """The state of one tenant, without its jobs and its journal.

    ``course`` is the name of a scenario, or the weights of a mix by name. For ``course``,
    ``dialect`` and ``requests_mode`` None means the server's default. ``clock`` is None where all
    tenants share a clock that the process was given. ``made`` counts all faults ever set,
    ``by_word`` has the faults that triggers in requests asked for, ``draws`` counts the random
    sources drawn for each use, and ``begun`` the changes for all tenants that were made before this
    state began. ``budget`` is what its jobs may cost, in millionths of a dollar; None is no limit.
    ``key_end`` is how the key ends, for people who have several.
    """

    clock: TenantClock | None = None
    course: str | Mapping[str, float] | None = None
    dialect: str | None = None
    faults: tuple[StoredFault, ...] = ()
    made: int = 0
    by_word: Mapping[str, StoredFault] = field(default_factory=dict)
    draws: Mapping[str, int] = field(default_factory=dict)
    begun: int = 0
    webhooks: tuple[Endpoint, ...] = ()
    requests_mode: str | None = None
    budget: int | None = None
    key_end: str = ""

    def stored(self) -> "StoredTenant":
        """Itself."""
        return self
