"""The settings of a server; the only module that may read the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import openapi
from mock_server.domain.clock import REAL_TIME, Pace
from mock_server.domain.ranges import Range, setting
from mock_server.domain.retention import ALL, Retention
from mock_server.domain.tenant import RequestsMode
from mock_server.http.limits import BodyLimits, ConnectionLimits
from mock_server.journal.journal import JournalLimits
from openapi.dialects import DEFAULT, names

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
DIALECTS = names()
# Formats and levels of log lines.
OFF, SHORT, TEXT, JSON = FORMATS = ("off", "short", "text", "json")
LEVELS: Final = ("debug", "info", "warning", "error")


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaSettings:
    """How media are rendered and kept: ``cache`` is bytes of rendered media in memory."""

    cache: int = 64 * 1024 * 1024
    workers: int = setting(
        *(1, Range(1, 64), "Number of videos rendered at the same time."), option="render-workers"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSettings:
    """Which hosts webhooks may be sent to besides this machine, and how long they may take."""

    hosts: tuple[str, ...] = setting(
        (),
        None,
        "Allow webhooks to this host; repeatable. Loopback is always allowed if --host is "
        "loopback.",
        option="webhook-host",
        metavar="HOST",
    )
    timeout_s: float = setting(
        15.0,
        Range(0.1, 300),
        "Seconds a webhook endpoint may take to answer.",
        option="webhook-timeout",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of one server.

    ``pages`` are documented pages whose contract is served in the place of ``contract``;
    ``services`` are names of other services that are served beside it.
    ``dialects`` and ``scenarios`` are files with more of them; ``dialect`` and ``scenario`` name
    the initial ones of tenants. ``scenario`` can be a mix (``happy=8,slow=1``). Each of ``faults``
    is written ``KIND setting=value ...``. ``seed`` makes ids and random choices repeatable,
    ``pace`` is how the clocks of tenants start, and ``requests`` is how strictly requests are
    checked. Unless ``exact``, each job draws how long it takes from the spread of its model or its
    scenario. ``budgets`` has what API keys may spend, in millionths of a dollar.

    ``store`` is an address; several ``workers`` can share any store except memory. ``retain`` is
    how many ended jobs are kept. The store in memory is loaded from the file ``snapshot``, which is
    written every ``snapshot_every`` seconds and at the end.

    ``keys`` are the accepted API keys, read from ``keys_file``; None accepts any. ``local`` says
    that no other machine can reach the server, so that metrics need no token. ``admin_token`` of
    None generates one, and ``control`` of False turns off the control API and the ``workbench``, a
    page that ``sign_in``, a token for one use, opens. ``cors`` are the origins of web pages that
    may call the server, ``allow_hosts`` names that requests may be addressed to besides those that
    no web page can have, and ``public_url`` is the address of a proxy before the server. The values
    of the fields in ``redact`` are left out of journals.
    """

    contract: Path = openapi.CONTRACT
    pages: tuple[Path, ...] = ()
    services: tuple[str, ...] = ()
    models: Path = openapi.MODELS
    dialect: str = DEFAULT
    dialects: tuple[Path, ...] = ()
    scenario: str = "happy"
    scenarios: tuple[Path, ...] = ()
    faults: tuple[str, ...] = ()
    seed: int | None = None
    pace: Pace = REAL_TIME
    exact: bool = True
    budgets: Mapping[str, int] = field(default_factory=dict)
    requests: RequestsMode = RequestsMode.STRICT
    validate_responses: bool = False
    store: str = "memory"
    retain: Retention = ALL
    snapshot: Path | None = None
    snapshot_every: float = 60
    workers: int = 1
    keys: frozenset[str] | None = None
    keys_file: Path | None = None
    local: bool = True
    control: bool = True
    workbench: bool = True
    sign_in: str | None = None
    admin_token: str | None = None
    cors: tuple[str, ...] = ()
    allow_hosts: tuple[str, ...] = ()
    public_url: str | None = None
    log_format: str = OFF
    log_level: str = "info"
    redact: frozenset[str] = frozenset()
    body: BodyLimits = field(default_factory=BodyLimits)
    connections: ConnectionLimits = field(default_factory=ConnectionLimits)
    journal: JournalLimits = field(default_factory=JournalLimits)
    media: MediaSettings = field(default_factory=MediaSettings)
    webhooks: WebhookSettings = field(default_factory=WebhookSettings)
