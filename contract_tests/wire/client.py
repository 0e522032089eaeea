"""Sends a check's requests to the guard."""

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from random import Random

import httpx

from contract_tests.contract.target_contract import TargetContract
from contract_tests.guard.guard import SENDER
from contract_tests.guard.judging import absent_id
from contract_tests.guard.server import NUMBER, VERDICT
from contract_tests.runner.capabilities import Capability
from contract_tests.wire.exchange import Exchange, Request
from contract_tests.wire.session import RefusedError, UnansweredError

_CASES = itertools.count(1)
_CASE = "x-contract-case"


@dataclass(frozen=True)
class Wire:
    """The way to a guard of this process: a client of it, and what it has recorded by number."""

    http: httpx.Client
    recorded: Callable[[int], Exchange | None]


@dataclass(frozen=True)
class WireSession:
    """A ``Session`` over HTTP; ``sender`` is whom its exchanges are recorded under."""

    contract: TargetContract
    capabilities: frozenset[Capability]
    wire: "Wire"
    sender: str
    seed: int = 0

    def named(self, sender: str) -> "WireSession":
        """The same session for another sender."""
        return replace(self, sender=sender)

    def absent_id(self) -> str:
        """The id of a job that never existed."""
        return absent_id(Random(self.seed), self.contract.dialect.ids)

    def send(self, request: Request) -> Exchange:
        """Send it and wait.

        Raises:
            RefusedError: the guard did not let it through.
            UnansweredError: there is no reply.
        """
        try:
            answer = self._through_guard(request)
        except (httpx.InvalidURL, UnicodeError) as error:
            raise RefusedError(f"it cannot be sent: {error}") from error
        recorded = self.wire.recorded(int(answer.headers.get(NUMBER, "0")))
        operation = self.contract.match(request.method, request.path)
        exchange = Exchange(
            number=recorded.number if recorded else 0,
            request=request,
            answer=None,
            operation=operation.id if operation else "",
            sender=self.sender,
            at_s=time.time(),
        )
        if recorded is None:
            raise RefusedError(answer.headers[VERDICT].removeprefix("refused; "))
        if recorded.answer is None:
            raise UnansweredError(replace(exchange, trouble=recorded.trouble))
        return replace(exchange, answer=recorded.answer)

    def _through_guard(self, request: Request) -> httpx.Response:
        marks = ((SENDER, self.sender), (_CASE, f"{self.sender}-{next(_CASES)}"))
        headers = [(n.encode(), v.encode("latin-1")) for n, v in (*request.headers, *marks)]
        http = self.wire.http
        url = http.base_url.copy_with(raw_path=request.target.encode("latin-1"))
        sent = http.build_request(request.method, url, headers=headers, content=request.body)
        for name in ("accept", "user-agent", "accept-encoding"):
            if request.header(name) is None:
                sent.headers.pop(name, None)
        return http.send(sent)


@contextmanager
def guard_client(url: str) -> Iterator[httpx.Client]:
    """A client of a guard; how long a reply may take is the guard's to decide."""
    with httpx.Client(base_url=url, timeout=None, trust_env=False) as client:
        yield client
