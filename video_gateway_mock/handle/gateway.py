"""A running fake and one key's world in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from video_gateway_mock.handle.clock import GatewayClock
from video_gateway_mock.handle.connection import Connection
from video_gateway_mock.handle.records import JobRecord, Request, job_of, request_of
from video_gateway_mock.handle.webhooks import GatewayWebhooks

# pytest shows the line of the test that asked, and not what is asked for it here.
__tracebackhide__ = True
_TIMES = frozenset({"exactly", "at_least", "at_most"})
_MOST = 100_000


@dataclass(frozen=True, slots=True)
class SetFault:
    """A fault that is set; as a context manager it ends with the block."""

    id: str
    kind: str
    _connection: Connection

    @property
    def seen(self) -> int:
        """How many requests of its kind there were; 0 when it is no longer set."""
        return int(self._told().get("seen", 0))

    @property
    def fired(self) -> int:
        """On how many it was used; 0 when it is no longer set."""
        return int(self._told().get("fired", 0))

    def end(self) -> None:
        """End it; nothing happens when it has ended already."""
        if self._told():
            self._connection.call("DELETE", f"faults/{self.id}")

    def _told(self) -> dict[str, Any]:
        faults = self._connection.call("GET", "faults")["faults"]
        return next((fault for fault in faults if fault["id"] == self.id), {})

    def __enter__(self) -> "SetFault":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()


@dataclass(frozen=True, slots=True)
class Gateway:
    """Everything that can be asked of one world; nothing here reaches another key's.

    ``url`` is the server's; every method raises ControlError when the server refuses.
    """

    url: str
    # Left out where a test's failure shows the handle.
    api_key: str = field(repr=False)

    @property
    def base_url(self) -> str:
        """What OpenAI's clients take as ``base_url``."""
        return f"{self.url}/v1"

    @property
    def clock(self) -> GatewayClock:
        """The world's clock: run, freeze, step, advance, move_to."""
        return GatewayClock(self._connection)

    @property
    def webhooks(self) -> GatewayWebhooks:
        """Who is told when jobs end, and what was sent."""
        return GatewayWebhooks(self._connection)

    @property
    def requests(self) -> list[Request]:
        """Every request so far, oldest first."""
        return self.search()

    @property
    def jobs(self) -> list[JobRecord]:
        """The newest jobs, oldest first."""
        told = self._connection.call("GET", "jobs?limit=1000")["jobs"]
        return [job_of(job) for job in reversed(told)]

    def scenario(self, scenario: str | Mapping[str, float]) -> None:
        """Give every new job a scenario, or one drawn from a mix of names with weights."""
        asked = scenario if isinstance(scenario, str) else dict(scenario)
        self._connection.call("PUT", "scenario", {"scenario": asked})

    def dialect(self, name: str) -> None:
        """Choose whose manners this world has, from the next request on."""
        self._connection.call("PUT", "dialect", {"dialect": name})

    def requests_mode(self, mode: str) -> None:
        """Choose how strictly requests are held to the contract: strict, lenient or example."""
        self._connection.call("PUT", "requests-mode", {"requests_mode": mode})

    def fault(self, kind: str, **settings: Any) -> SetFault:
        """Set a fault. ``operation``, ``model``, ``prompt``, ``nth``, ``first``, ``probability``
        and ``ttl_s`` say which requests it is for; all other settings are the kind's own.
        """
        told = self._connection.call("POST", "faults", {"kind": kind, **settings})
        return SetFault(told["id"], told["kind"], self._connection)

    @property
    def faults(self) -> list[SetFault]:
        """The faults that are set, in the order in which they get their turn."""
        told = self._connection.call("GET", "faults")["faults"]
        return [SetFault(fault["id"], fault["kind"], self._connection) for fault in told]

    def clear_faults(self) -> None:
        """End all faults."""
        self._connection.call("DELETE", "faults")

    def search(self, **where: Any) -> list[Request]:
        """The requests that fit, oldest first: by ``operation``, ``method``, ``path``, ``status``,
        ``code``, ``model``, ``prompt`` (a regular expression), ``fault``, ``scenario``, ``job``,
        ``retry``, ``since`` (a number) and ``fields`` (exact values).
        """
        body = {"where": where, "limit": _MOST}
        told = self._connection.call("POST", "requests/search", body)
        return [request_of(entry) for entry in told["requests"]]

    def verify(self, **where: Any) -> list[Request]:
        """Hold the number of requests that fit to ``exactly``, ``at_least`` or ``at_most``; without
        any of them there must be one.

        Raises:
            AssertionError: there are more or fewer; it names those that came near.
        """
        times = {name: where.pop(name) for name in _TIMES & set(where)}
        told = self._connection.call("POST", "requests/verify", {"where": where, **times})
        if not told["holds"]:
            raise AssertionError(told["message"])
        return [request_of(entry) for entry in told["found"]]

    def reset(self, *scopes: str) -> None:
        """Put parts back to how they began: jobs, faults, clock, journal, scenario,
        dialect, requests_mode, webhooks, all."""
        self._connection.call("POST", "reset", {"scopes": scopes or ("all",)})

    def forget(self) -> None:
        """Drop this world and its jobs; the next request begins a new one."""
        self._connection.call("DELETE", "world")

    def with_key(self, api_key: str) -> "Gateway":
        """The same server, another key's world."""
        return Gateway(self.url, api_key)

    @property
    def _connection(self) -> Connection:
        return Connection(self.url, self.api_key)
