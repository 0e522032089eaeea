"""A running fake as seen by one API key."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from video_gateway_mock.handle import faults
from video_gateway_mock.handle.clock import GatewayClock
from video_gateway_mock.handle.connection import Connection
from video_gateway_mock.handle.faults import SetFault
from video_gateway_mock.handle.webhooks import GatewayWebhooks
from video_gateway_mock.records import (
    Bill,
    ExampleIds,
    JobRecord,
    Request,
    bill_of,
    example_ids_of,
    fault_of,
    job_of,
    request_of,
)

# pytest then shows the calling line of the test, not this module.
__tracebackhide__ = True
_COUNTS = frozenset({"exactly", "at_least", "at_most"})
_BILL_COUNTS = frozenset({"jobs", "duplicates", "unpriced"})
_SEARCH_LIMIT = 100_000


@dataclass(frozen=True, slots=True)
class Gateway:
    """The state that a running fake keeps for one API key; other keys are not affected.

    ``url`` is the server's URL without a path. With ``strict_faults`` every fault must be used, see
    ``verify_faults``. Every method raises ControlError if the server refuses.
    """

    url: str
    # Hidden from the output of a failed test.
    api_key: str = field(repr=False)
    strict_faults: bool = field(default=False, repr=False)
    _strict: list[SetFault] = field(default_factory=list, repr=False, compare=False)

    @property
    def base_url(self) -> str:
        """The value for ``base_url`` of OpenAI's clients."""
        return f"{self.url}/v1"

    @property
    def clock(self) -> GatewayClock:
        """The clock of the jobs: run, freeze, step, advance, move_to."""
        return GatewayClock(self._connection)

    @property
    def webhooks(self) -> GatewayWebhooks:
        """Webhook endpoints and their deliveries."""
        return GatewayWebhooks(self._connection)

    @property
    def requests(self) -> list[Request]:
        """Every request so far, oldest first."""
        return self.search()

    @property
    def request_count(self) -> int:
        """How many requests the journal holds."""
        return int(self._connection.call("GET", "world")["requests"])

    @property
    def jobs(self) -> list[JobRecord]:
        """The newest 1,000 jobs, oldest first."""
        jobs = self._connection.call("GET", "jobs?limit=1000")["jobs"]
        return [job_of(job) for job in reversed(jobs)]

    def job(self, job_id: str) -> JobRecord:
        """One job with its plan."""
        return job_of(self._on_job("GET", job_id))

    def end_job(self, job_id: str, outcome: str = "planned", **error: str) -> JobRecord:
        """End a job now: as planned, or ``completed``, ``failed`` or ``cancelled``.

        ``code`` and ``message`` are the error of one that fails. Other jobs and the clock are left
        alone.
        """
        return job_of(self._on_job("POST", job_id, "/end", {"outcome": outcome, **error}))

    def expire_job(self, job_id: str) -> JobRecord:
        """Let the content of a completed job expire now."""
        return job_of(self._on_job("POST", job_id, "/expire"))

    def delete_job(self, job_id: str) -> None:
        """Delete a job, as the gateway's own operation does; it stays on the bill."""
        self._on_job("DELETE", job_id)

    def remix_job(self, job_id: str, prompt: str) -> JobRecord:
        """Create a remix of a completed job, which follows the scenario for new jobs."""
        return job_of(self._on_job("POST", job_id, "/remix", {"prompt": prompt}))

    @property
    def bill(self) -> Bill:
        """What all jobs so far cost; its ``entries`` are the newest 1,000 jobs."""
        return bill_of(self._connection.call("GET", "bill?limit=1000"))

    def bill_within(self, window_s: int) -> Bill:
        """The bill, with the duplicates within ``window_s`` seconds of the clock."""
        return bill_of(self._connection.call("GET", f"bill?limit=1000&window_s={window_s}"))

    def verify_bill(
        self, *, window_s: float | None = None, **expected: str | int | float | Decimal
    ) -> Bill:
        """Assert what the jobs cost, and return the bill.

        ``charged``, ``reserved``, ``refunded`` and ``accepted`` are amounts in dollars, best as
        text (``"0.40"``); ``jobs``, ``duplicates`` and ``unpriced`` are counts. What is not named
        is not compared, but amounts are only known if no job is unpriced, or ``unpriced`` says how
        many. Jobs with the same request count as duplicates within ``window_s`` seconds of the
        clock.

        Raises:
            AssertionError: the bill differs; the message lists its entries with their requests.
        """
        wanted = {
            name: value if isinstance(value, int) and name in _BILL_COUNTS else str(value)
            for name, value in expected.items()
        }
        window = {} if window_s is None else {"window_s": window_s}
        body = {"expected": wanted, **window}
        answer = self._connection.call("POST", "bill/verify", body)
        if not answer["holds"]:
            raise AssertionError(answer["message"])
        return bill_of(answer["bill"])

    def budget(self, usd: str | int | float | Decimal | None) -> None:
        """Set what the jobs may cost, best as text (``"0.40"``); None is no limit.

        A job that costs more than what is left is refused as the dialect refuses when a quota is
        used up.
        """
        self._connection.call("PUT", "budget", {"usd": None if usd is None else str(usd)})

    def scenario(self, scenario: str | Mapping[str, float]) -> None:
        """Set the scenario of new jobs: a name, or names with weights to draw one for each job."""
        wanted = scenario if isinstance(scenario, str) else dict(scenario)
        self._connection.call("PUT", "scenario", {"scenario": wanted})

    def dialect(self, name: str) -> None:
        """Set the dialect used for responses, from the next request on."""
        self._connection.call("PUT", "dialect", {"dialect": name})

    def requests_mode(self, mode: str) -> None:
        """Set how strictly requests are checked: ``strict``, ``lenient`` or ``example``."""
        self._connection.call("PUT", "requests-mode", {"requests_mode": mode})

    def fill_examples(self) -> ExampleIds:
        """Create the jobs, character and webhook endpoint that the contract's examples name.

        Collections and testers made from the contract then run from their first request. Returns
        the ids; calling it again creates only what is missing.
        """
        return example_ids_of(self._connection.call("POST", "examples"))

    def fault(self, kind: str, **settings: Any) -> SetFault:
        """Set a fault.

        ``operation``, ``model``, ``prompt``, ``nth``, ``first``, ``probability`` and ``ttl_s``
        select the requests it is used on; other settings depend on its kind. With ``strict=True``
        it must be used, see ``verify_faults``.
        """
        is_strict = bool(settings.pop("strict", self.strict_faults))
        record = fault_of(self._connection.call("POST", "faults", {"kind": kind, **settings}))
        fault = SetFault(record.id, record.kind, self._connection, is_strict)
        if is_strict:
            self._strict.append(fault)
        return fault

    def verify_faults(self) -> None:
        """Assert that each strict fault was used; the pytest plugin does it after each test.

        Raises:
            AssertionError: some were not; the message names them.
        """
        faults.require_used(self._strict)

    @property
    def faults(self) -> list[SetFault]:
        """The active faults, in the order in which they are tried."""
        connection = self._connection
        return [SetFault(each.id, each.kind, connection) for each in faults.records(connection)]

    def clear_faults(self) -> None:
        """End all faults."""
        self._connection.call("DELETE", "faults")

    def search(self, **where: Any) -> list[Request]:
        """The matching requests, oldest first.

        Filters: ``operation``, ``method``, ``path``, ``status``, ``code``, ``model``, ``prompt`` (a
        regular expression), ``fault``, ``scenario``, ``job``, ``retry``, ``since`` and ``before``
        (numbers of requests), ``status_class`` (4 for 4xx), ``took_ms`` (at least), ``text`` (found
        anywhere in path, query, prompt, error or client), ``fields`` (exact values) and
        ``headers`` (exact values by name; True for any, False for none).
        """
        body = {"where": where, "limit": _SEARCH_LIMIT}
        answer = self._connection.call("POST", "requests/search", body)
        return [request_of(entry) for entry in answer["requests"]]

    def verify(self, **where: Any) -> list[Request]:
        """Assert how many requests match, and return them.

        Takes the filters of ``search`` and ``exactly``, ``at_least`` or ``at_most``; without a
        number at least one request must match.

        Raises:
            AssertionError: there are more or fewer; the message lists the nearest requests.
        """
        counts = {name: where.pop(name) for name in _COUNTS & set(where)}
        answer = self._connection.call("POST", "requests/verify", {"where": where, **counts})
        if not answer["holds"]:
            raise AssertionError(answer["message"])
        return [request_of(entry) for entry in answer["found"]]

    def reset(self, *scopes: str) -> None:
        """Reset parts of the state: jobs, faults, clock, journal, scenario, dialect, requests_mode,
        webhooks, budget, all (the default)."""
        self._connection.call("POST", "reset", {"scopes": scopes or ("all",)})

    def forget(self) -> None:
        """Delete the key's state and jobs; its next request starts anew."""
        self._connection.call("DELETE", "world")

    def with_key(self, api_key: str) -> "Gateway":
        """A handle on the same server for another API key."""
        return Gateway(self.url, api_key, self.strict_faults, self._strict)

    def _on_job(
        self, method: str, job_id: str, action: str = "", body: object = None
    ) -> dict[str, Any]:
        return self._connection.call(method, f"jobs/{quote(job_id, safe='')}{action}", body)

    @property
    def _connection(self) -> Connection:
        return Connection(self.url, self.api_key)
