"""Times are in the unit of their family: seconds for Video objects, milliseconds for unified."""

from collections.abc import Iterator, Mapping

from contract_tests.checks.check import Passive
from contract_tests.checks.reading import breach, is_success, number, videos_in
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.wire.exchange import Exchange
from openapi.contract.evidence import Evidence

_FIELDS: Mapping[str, str] = {
    "created_at": "seconds",
    "completed_at": "seconds",
    "expires_at": "seconds",
    "status_update_time": "milliseconds",
}
# The years 2001 to 2100.
_SECONDS = 1_000_000_000, 4_102_444_800


def _look(contract: TargetContract, exchange: Exchange) -> Iterator[Breach]:
    if not is_success(exchange) or not contract.has(exchange.operation):
        return
    for video in videos_in(exchange.reply.json):
        for name, unit in _FIELDS.items():
            value = number(video.get(name))
            factor = 1 if unit == "seconds" else 1000
            if value is not None and not _SECONDS[0] * factor <= value <= _SECONDS[1] * factor:
                yield breach(exchange, f"{name} in {unit} since 1970", f"{name}: {value}", key=name)


CHECK = Passive(
    name="time_units",
    holds="created_at and its like count seconds, status_update_time counts milliseconds.",
    source="sora-character:100, sora-image:110, veo-image:100 show seconds; "
    "vectorengine 373137985 shows milliseconds",
    evidence=Evidence.VERIFIED,
    look=_look,
)
