"""The kinds of faults. To add one, write a file like the others and list its class in ``KINDS``."""

from collections.abc import Mapping

from mock_server.faults.content_type import WrongContentType
from mock_server.faults.disconnect import Disconnect
from mock_server.faults.drills import ChannelPaused, KeyExhausted, ModelRetired, NoChannel
from mock_server.faults.duplicated import Duplicated
from mock_server.faults.fault import Fault
from mock_server.faults.html import HtmlPage
from mock_server.faults.latency import Latency
from mock_server.faults.malformed_json import MalformedJson
from mock_server.faults.quota import Quota
from mock_server.faults.rate_limit import RateLimit
from mock_server.faults.schema_break import SchemaBreak
from mock_server.faults.slow_drip import SlowDrip
from mock_server.faults.stale_read import StaleRead
from mock_server.faults.status import Status
from mock_server.faults.truncated import Truncated

KINDS: tuple[type[Fault], ...] = (
    Latency,
    Status,
    RateLimit,
    Quota,
    Disconnect,
    Truncated,
    MalformedJson,
    WrongContentType,
    HtmlPage,
    SlowDrip,
    Duplicated,
    SchemaBreak,
    StaleRead,
    ModelRetired,
    ChannelPaused,
    KeyExhausted,
    NoChannel,
)
FAULTS: Mapping[str, type[Fault]] = {kind.kind: kind for kind in KINDS}
