"""Sends a check's requests to the guard."""

import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from random import Random

import httpx

from contract_tests.capabilities import Capability
from contract_tests.contract import Contract
from contract_tests.exchange import Exchange, Reply, Request
from contract_tests.guard.guard import SENDER
from contract_tests.guard.judging import absent_id
from contract_tests.guard.server import NUMBER, REFUSED, UNANSWERED, VERDICT
from contract_tests.session import RefusedError, UnansweredError

_CASES = itertools.count(1)
_CASE = "x-contract-case"


@dataclass(frozen=True)
class WireSession:
    """A ``Session`` over HTTP; ``sender`` is whom its exchanges are recorded under."""

    contract: Contract
    capabilities: frozenset[Capability]
    http: httpx.Client
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
        answer = self._through_guard(request)
        number = int(answer.headers.get(NUMBER, "0"))
        operation = self.contract.match(request.method, request.path)
        exchange = Exchange(
            number=number,
            request=request,
            answer=None,
            operation=operation.id if operation else "",
            sender=self.sender,
            at_s=time.time(),
        )
        if answer.status_code == REFUSED:
            raise RefusedError(answer.headers[VERDICT].removeprefix("refused; "))
        if answer.status_code == UNANSWERED:
            why = answer.headers[VERDICT].removeprefix("unanswered; ")
            raise UnansweredError(replace(exchange, trouble=why))
        return replace(exchange, answer=_reply(answer))

    def _through_guard(self, request: Request) -> httpx.Response:
        marks = ((SENDER, self.sender), (_CASE, f"{self.sender}-{next(_CASES)}"))
        headers = [(n.encode(), v.encode("latin-1")) for n, v in (*request.headers, *marks)]
        url = self.http.base_url.copy_with(raw_path=request.target.encode("latin-1"))
        sent = self.http.build_request(request.method, url, headers=headers, content=request.body)
        for name in ("accept", "user-agent", "accept-encoding"):
            if request.header(name) is None:
                sent.headers.pop(name, None)
        return self.http.send(sent)


@contextmanager
def guard_client(url: str) -> Iterator[httpx.Client]:
    """A client of a guard; how long a reply may take is the guard's to decide."""
    with httpx.Client(base_url=url, timeout=None, trust_env=False) as client:
        yield client


def _reply(answer: httpx.Response) -> Reply:
    pairs = answer.headers.multi_items()
    headers = tuple(pair for pair in pairs if pair[0] not in (NUMBER, VERDICT))
    return Reply(answer.status_code, headers, answer.content, answer.elapsed.total_seconds())
