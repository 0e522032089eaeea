"""Runs the real server on a loopback port for clients that speak HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from openai import OpenAI

from mock_server.app import build_server
from mock_server.domain.clock import Clock, ManualClock
from mock_server.running import Gateway, serving
from mock_server.settings import Settings

# The instant of the documented veo example, in milliseconds.
EPOCH_MS = 1762336916000


@dataclass(frozen=True, slots=True)
class StillGateway:
    """A running server whose time moves only when a test moves it."""

    url: str
    clock: ManualClock


def openai_client(gateway: Gateway, retries: int = 2) -> OpenAI:
    """The official client of a gateway's tenant.

    It keeps no connection: the traceback of a refusal would keep the client, and its socket, until
    the garbage collector finds both during another test.
    """
    return OpenAI(
        base_url=gateway.base_url,
        api_key=gateway.api_key,
        max_retries=retries,
        default_headers={"Connection": "close"},
    )


@contextmanager
def running(settings: Settings, clock: Clock | None = None) -> Iterator[str]:
    """The base URL of a server with these settings; it stops at the end of the block."""
    with serving(build_server(settings, clock)) as url:
        yield url
