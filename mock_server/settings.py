"""What a server is started with; the only module that may read the environment."""

from dataclasses import dataclass
from pathlib import Path

import openapi
from mock_server.domain.clock import REAL_TIME, Pace
from mock_server.domain.retention import ALL, Retention
from mock_server.domain.tenant import RequestsMode
from mock_server.http.limits import BodyLimits, ConnectionLimits
from mock_server.journal.journal import JournalLimits
from mock_server.observability.log_options import OFF
from openapi.dialects import DEFAULT, names

BODY, CONNECTION, JOURNAL = BodyLimits(), ConnectionLimits(), JournalLimits()
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
DIALECTS = names()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be chosen about one server.

    ``pace`` is how every tenant's clock begins; ``media_cache`` is bytes; what ``max_body`` to
    ``drain`` mean stands in ``limits.py``;
    ``seed`` makes ids and chance repeatable; ``keys`` of None takes any non-empty key.
    ``scenario`` is a name or a mix (``happy=8,slow=1``); each of ``faults`` is written
    ``KIND setting=value ...``; ``dialects`` and ``scenarios`` are files with more of them.
    ``journal`` is how many requests are kept a tenant, in ``journal_bytes`` at most and
    ``journal_total`` for all tenants, without the values of the fields in ``redact``;
    ``admin_token`` of None makes one; ``cors`` are the web origins that may call, ``allow_hosts``
    the host names that are answered besides those no web page can have, and ``public_url`` is
    where callers reach the server if a proxy stands before it. ``local``: no other machine can
    reach it, so that metrics need no token. ``log_format`` and ``log_level`` are what
    ``log_options.py`` names. ``store`` is an address, which several ``workers`` can share if it
    is not memory, and ``retain`` how many jobs that have ended it keeps; what is in memory
    outlives the server in the file ``snapshot``, which is written every ``snapshot_every`` seconds
    and at the end. ``webhook_hosts`` may be told of events besides this machine, and have
    ``webhook_timeout`` seconds to answer. ``requests`` is how strictly requests are held to the
    contract.
    """

    contract: Path = openapi.CONTRACT
    models: Path = openapi.MODELS
    keys: frozenset[str] | None = None
    store: str = "memory"
    retain: Retention = ALL
    snapshot: Path | None = None
    snapshot_every: float = 60
    workers: int = 1
    dialect: str = DEFAULT
    dialects: tuple[Path, ...] = ()
    pace: Pace = REAL_TIME
    max_body: int = BODY.size
    max_bodies: int = CONNECTION.bodies
    max_parts: int = BODY.parts
    max_field: int = BODY.field
    max_depth: int = BODY.depth
    max_values: int = BODY.values
    max_url: int = CONNECTION.url
    max_headers: int = CONNECTION.headers
    max_header_bytes: int = CONNECTION.header_bytes
    max_connections: int = CONNECTION.open
    read_timeout: float = CONNECTION.read_s
    keep_alive: int = CONNECTION.keep_alive_s
    drain: int = CONNECTION.drain_s
    media_cache: int = 64 * 1024 * 1024
    render_workers: int = 1
    seed: int | None = None
    validate_responses: bool = False
    scenario: str = "happy"
    scenarios: tuple[Path, ...] = ()
    faults: tuple[str, ...] = ()
    journal: int = JOURNAL.entries
    journal_bytes: int = JOURNAL.size
    journal_total: int = JOURNAL.total
    redact: frozenset[str] = frozenset()
    control: bool = True
    local: bool = True
    log_format: str = OFF
    log_level: str = "info"
    admin_token: str | None = None
    cors: tuple[str, ...] = ()
    allow_hosts: tuple[str, ...] = ()
    public_url: str | None = None
    webhook_hosts: tuple[str, ...] = ()
    webhook_timeout: float = 15.0
    requests: RequestsMode = RequestsMode.STRICT

    @property
    def body_limits(self) -> BodyLimits:
        """What a body may be."""
        return BodyLimits(
            size=self.max_body,
            parts=self.max_parts,
            field=self.max_field,
            depth=self.max_depth,
            values=self.max_values,
        )

    @property
    def journal_limits(self) -> JournalLimits:
        """What the journals may keep."""
        return JournalLimits(self.journal, self.journal_bytes, self.journal_total)

    @property
    def connection_limits(self) -> ConnectionLimits:
        """What a connection may be."""
        return ConnectionLimits(
            url=self.max_url,
            headers=self.max_headers,
            header_bytes=self.max_header_bytes,
            open=self.max_connections,
            # A body that may be sent can be read whole, at least when there is no other.
            bodies=max(self.max_bodies, self.max_body),
            read_s=self.read_timeout,
            keep_alive_s=self.keep_alive,
            drain_s=self.drain,
        )
