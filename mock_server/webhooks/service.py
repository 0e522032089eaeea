"""The parts of the webhooks of one server, put together."""

from collections.abc import Callable
from dataclasses import dataclass

from mock_server.tenants import TenantRepository
from mock_server.webhooks.allowed_targets import Targets
from mock_server.webhooks.attempts import Attempts
from mock_server.webhooks.endpoints import Endpoints
from mock_server.webhooks.post import Poster
from mock_server.webhooks.sender import Sender


@dataclass(frozen=True, slots=True)
class Webhooks:
    """Where may be sent to, who wants it, how one attempt is made, and when."""

    targets: Targets
    endpoints: Endpoints
    attempts: Attempts
    sender: Sender


def build_webhooks(
    tenants: TenantRepository, targets: Targets, *, timeout_s: float, counted: Callable[[str], None]
) -> Webhooks:
    """The webhooks of all worlds, which tell the sender of their changes from now on."""
    endpoints = Endpoints(tenants)
    attempts = Attempts(tenants, endpoints, Poster(targets, timeout_s), counted)
    sender = Sender(tenants, attempts)
    tenants.changed = sender.wake
    return Webhooks(targets, endpoints, attempts, sender)
