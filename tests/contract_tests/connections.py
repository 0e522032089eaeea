"""Guarded connections to an application in this process."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import httpx
from starlette.types import ASGIApp

from contract_tests.contract.bodies import body_of, request_of
from contract_tests.guard.classification import NO_MODEL
from contract_tests.guard.connection import GuardedConnection, RunLimits, open_connection
from contract_tests.guard.policy import Limits
from contract_tests.runner.options import Options
from contract_tests.targets.pace import WaitedPace
from contract_tests.targets.target import Capability, Target
from contract_tests.wire.exchange import KEY, OTHER_KEY, Request
from openapi.contract.requests import RequestVariant

CONTRACT = Options().read_contract()
REAL_KEY, REAL_OTHER = "sk-real-0123456789", "sk-other-0123456789"
KEYS: Mapping[str, str] = {KEY: REAL_KEY, OTHER_KEY: REAL_OTHER}


def variant(operation: str, name: str, media_type: str) -> RequestVariant:
    """One documented request."""
    return next(
        each
        for each in CONTRACT.variants
        if (each.operation, each.name, each.media_type) == (operation, name, media_type)
    )


FORM = variant("createVideo", "sora-image", "multipart/form-data")
JSON = variant("createVideo", "sora-image", "application/json")
CREATE = request_of(JSON, body_of(JSON))
# Breaks two rules, so that nothing can be created from it.
INVALID = request_of(JSON, body_of(JSON, model=NO_MODEL, prompt=None))
READ = Request("GET", "/v1/models")


@contextmanager
def connected(
    application: ASGIApp | httpx.AsyncBaseTransport,
    limits: Limits,
    run_limits: RunLimits | None = None,
) -> Iterator[GuardedConnection]:
    """A connection to an application, or through a transport, within some limits."""
    free = frozenset() if limits.billable else frozenset({Capability.FREE})
    transport = (
        application
        if isinstance(application, httpx.AsyncBaseTransport)
        else httpx.ASGITransport(application, raise_app_exceptions=False)
    )
    target = Target("stub", "http://stub.test", free, WaitedPace(), KEYS, transport)
    with open_connection(target, CONTRACT, run_limits or RunLimits(limits=limits)) as found:
        yield found


def live(budget: int, max_requests: int | None = None) -> Limits:
    """Limits of a target that costs money."""
    return Limits(billable=True, budget=budget, max_requests=max_requests)
