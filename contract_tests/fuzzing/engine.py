"""Runs Schemathesis' engine and turns its failures into findings."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure
from schemathesis.engine import events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder

from contract_tests import schemathesis_hooks
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Finding
from contract_tests.guard.classification import RequestKind, classify, is_documented
from contract_tests.guard.server import NUMBER, VERDICT
from contract_tests.wire.exchange import Exchange
from openapi.contract.evidence import Evidence

NAME = "schemathesis"
# Whether to continue, given the findings so far.
WantsMore = Callable[[Sequence[Finding]], bool]
_MOST_TEXT = 300
# The source of the allowed values where no page and no specification lists them.
_INFERRED_LIST = "the model catalogue, or what an example shows"
# The rule of each check, its source and its evidence; None where the operation has its own.
_STATUS = "status_code_conformance"
_HELD: Mapping[str, tuple[str, str, Evidence | None]] = {
    "not_a_server_error": ("no server error", "RFC 9110, 15.6", Evidence.VERIFIED),
    _STATUS: ("a status that the contract documents", "", None),
    "content_type_conformance": ("a content type that the contract documents", "", None),
    "response_headers_conformance": ("the headers that the contract documents", "", None),
    "response_schema_conformance": ("a body as the contract documents it", "", None),
    "negative_data_rejection": ("a refusal of a request that is not documented", "", None),
    "positive_data_acceptance": ("no refusal of a documented request", "", None),
    "missing_required_header": ("a refusal without a required header", "", None),
    "unsupported_method": ("405 with Allow", "RFC 9110, 15.5.6", Evidence.INFERRED),
    "allow_header_conformance": ("Allow names every method", "RFC 9110, 10.2.1", Evidence.INFERRED),
    "use_after_free": ("404 for what was deleted", "", None),
    "ensure_resource_availability": ("what was made can be read", "", None),
    "ignored_auth": ("401 without a good key", "", None),
}


@dataclass(frozen=True)
class Outcome:
    """The result of a run; ``errors`` are operations that could not be run, with the reason."""

    findings: tuple[Finding, ...]
    errors: tuple[tuple[str, str], ...] = ()


@schemathesis.hook
def filter_failure(context: Any, failure: Failure, case: Any, response: Any) -> bool:
    """Drop failures about responses of the guard itself."""
    return VERDICT not in response.headers


class Fuzzer:
    """A run of Schemathesis over a contract; ``recorded`` returns an exchange by its number."""

    def __init__(
        self, contract: TargetContract, recorded: Callable[[int], Exchange | None]
    ) -> None:
        """Prepare a run; nothing is sent yet."""
        self._contract = contract
        self._recorded = recorded

    def run(
        self, config: Mapping[str, Any], wants_more: WantsMore, progress: Callable[[str], None]
    ) -> Outcome:
        """Run all phases, as long as ``wants_more``; ``progress`` is called with what runs next."""
        assert schemathesis_hooks.__doc__
        settings = SchemathesisConfig.from_dict(dict(config))
        schema = schemathesis.openapi.from_dict(
            deepcopy(dict(self._contract.document)), config=settings
        )
        found: list[Finding] = []
        errors: list[tuple[str, str]] = []
        stopped = False
        stream = from_schema(schema).execute()
        for event in stream:
            if isinstance(event, events.Interrupted) and not stopped:
                # The engine handles Ctrl-C itself and reports it by this event.
                raise KeyboardInterrupt
            if isinstance(event, events.ScenarioStarted):
                progress(f"{event.phase.value}, {event.label or 'calls in sequence'}")
            elif isinstance(event, events.ScenarioFinished):
                found += self._findings(event.recorder, event.phase.value)
            elif isinstance(event, events.NonFatalError):
                errors.append((event.label, f"{type(event.value).__name__}: {event.value}"))
            elif isinstance(event, events.FatalError):
                errors.append(("", f"{type(event.exception).__name__}: {event.exception}"))
            if not stopped and not wants_more(found):
                stopped = True
                stream.stop()
        return Outcome(tuple(found), tuple(errors))

    def _findings(self, recorder: ScenarioRecorder, phase: str) -> Iterator[Finding]:
        for case_id, checks in recorder.checks.items():
            for check in checks:
                if check.failure_info is not None:
                    failure = check.failure_info.failure
                    exchange = self._exchange(recorder, failure.case_id or case_id)
                    if not self._is_left_open(check.name, exchange):
                        yield self._finding(check.name, failure, exchange, phase)

    def _is_left_open(self, name: str, exchange: Exchange | None) -> bool:
        """Whether it is about a refusal of an operation whose refusals nobody documents."""
        if name != _STATUS or exchange is None or not self._contract.has(exchange.operation):
            return False
        return self._contract.operation(exchange.operation).leaves_open(exchange.status)

    def _exchange(self, recorder: ScenarioRecorder, case_id: str) -> Exchange | None:
        response = recorder.find_response(case_id=case_id)
        numbers = response.headers.get(NUMBER, ()) if response else ()
        return self._recorded(int(numbers[0])) if numbers else None

    def _finding(
        self, name: str, failure: Failure, exchange: Exchange | None, phase: str
    ) -> Finding:
        expected, source, evidence = _HELD.get(name, (failure.title, "", None))
        method, _, path = (failure.operation or "").partition(" ")
        operation = self._contract.match(method, path)
        if operation is None and exchange and self._contract.has(exchange.operation):
            operation = self._contract.operation(exchange.operation)
        key = type(failure).__name__
        if exchange is not None and self._rests_on_inference(name, exchange):
            # Its own key keeps it apart from findings that do not rest on an inferred list.
            source, evidence, key = _INFERRED_LIST, Evidence.INFERRED, f"{key} inferred"
        return Finding(
            check=f"{NAME}.{name}",
            operation=operation.id if operation else failure.operation or "",
            evidence=evidence or (operation.evidence if operation else Evidence.INFERRED),
            source=source or (operation.source if operation else "the contract"),
            expected=expected,
            received=f"{_status(exchange)}{_one_line(failure)} ({phase})",
            exchange=exchange,
            key=key,
        )

    def _rests_on_inference(self, name: str, exchange: Exchange) -> bool:
        """Whether the finding rests only on an inferred list of values."""
        if name == "negative_data_rejection":
            return classify(self._contract, exchange.request) is RequestKind.MAY_CREATE
        if name == "positive_data_acceptance":
            return not is_documented(self._contract.as_shown, exchange.request)
        return False


def _status(exchange: Exchange | None) -> str:
    return f"{exchange.status}: " if exchange and exchange.reply_or_none else ""


def _one_line(failure: Failure) -> str:
    text = " ".join(f"{failure.title}. {failure.message}".split())
    return text if len(text) <= _MOST_TEXT else text[:_MOST_TEXT] + " ..."
