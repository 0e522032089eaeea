"""What a request was for, so that the same request to two gateways is recognised."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, unquote

from contract_tests.contract.target_contract import TargetContract
from contract_tests.deriving.traffic import DELETE, DOWNLOAD, STAGES, Sample, Traffic
from contract_tests.guard.classification import fields_of, is_absent
from contract_tests.recording.sanitiser import SECRET
from contract_tests.wire.exchange import BEARER, KEY, OTHER_KEY, Exchange, Request
from openapi.jobs.roles import Role

_CONDITIONS = ("range", "if-match", "if-none-match", "if-modified-since", "if-range")
_POLLS = ("retrieveVideo", "queryUnifiedVideo")
_ETAG = re.compile(r'(?:W/)?"[^"]*"')
_HIDDEN_KEY = "a key that is not kept"
_DIGITS = 8
# Which job a page of a list begins after is a matter of chance.
_AFTER = "after"
_LONGEST = 200
ABSENT, OTHER = "an unknown id", "another id"


@dataclass(frozen=True, slots=True, order=True)
class Case:
    """One kind of request: its operation, how it was sent, and the stage of the job it is about."""

    operation: str
    request: str

    @property
    def is_vague(self) -> bool:
        """Whether requests of several kinds are one: a cassette does not keep whose a key was."""
        return f", {_HIDDEN_KEY}" in self.request

    def __str__(self) -> str:
        """The request in a few words."""
        return f"{self.operation or 'no operation'}: {self.request}"


@dataclass
class Jobs:
    """The jobs seen so far in some traffic.

    Attributes:
        stages: their stages by id.
        made: the fields that they showed first: what was ordered.
        latest: the fields that they showed last.
        films: their content, once it was downloaded.
    """

    traffic: Traffic
    stages: dict[str, str] = field(default_factory=dict)
    made: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    latest: dict[str, Sample] = field(default_factory=dict)
    films: dict[str, bytes] = field(default_factory=dict)

    def of(self, exchange: Exchange) -> str:
        """The id of the job that a request is about; empty for none."""
        return next((each for each in self.stages if each in exchange.request.target), "")

    def name(self, job: str) -> str:
        """What stands for an id: the stage of its job, or that there is none."""
        if job in self.stages:
            return f"a {self.stages[job] or 'new'} job"
        return ABSENT if is_absent(job) else OTHER

    def learn(self, exchange: Exchange) -> None:
        """Take over what a response shows of jobs."""
        is_ok = exchange.status == 200
        if is_ok and exchange.operation == DELETE and (job := self.of(exchange)):
            self.stages[job] = "deleted"
        if is_ok and exchange.operation == DOWNLOAD and not exchange.request.query:
            self.films.setdefault(self.of(exchange), exchange.reply.body)
        for sample in self.traffic.samples_of(exchange):
            self.stages[sample.job] = self.traffic.stage(sample.word)
            self.made.setdefault(sample.job, sample.data)
            self.latest[sample.job] = sample

    def is_behind(self, sample: Sample) -> bool:
        """Whether a job is shown at an earlier stage, or at less, than it was before."""
        known = self.latest.get(sample.job)
        if known is None:
            return False
        one, two = (STAGES.index(stage) if (stage := self.traffic.stage(each.word)) else 0
                    for each in (sample, known))  # fmt: skip
        return one < two or (one == two and (sample.progress or 0) < (known.progress or 0))


def case_of(contract: TargetContract, exchange: Exchange, jobs: Jobs) -> Case:
    """The case of an exchange; that of a poll has the stage that its response shows."""
    request, role = exchange.request, contract.roles.get(exchange.operation)
    is_poll = exchange.operation in _POLLS or (role is not None and role.role is Role.READ)
    if is_poll and exchange.status == 200:
        jobs.learn(exchange)
    words = [
        request.method,
        _path(contract, request, jobs),
        *_query(request, jobs),
        _credential(request),
        *_conditions(request),
        _body(contract, request, jobs),
    ]
    return Case(exchange.operation, ", ".join(filter(None, words)))


def _path(contract: TargetContract, request: Request, jobs: Jobs) -> str:
    operations, parameters = contract.find(request.path)
    if not operations:
        return request.path[:_LONGEST]
    text = next(iter(operations.values())).path
    return " of ".join((text, *(jobs.name(unquote(each)) for each in parameters.values())))


def _query(request: Request, jobs: Jobs) -> list[str]:
    pairs = parse_qsl(request.query, keep_blank_values=True)
    return [
        f"{name}={'a job' if name == _AFTER and value in jobs.stages else _value(value, jobs)}"
        for name, value in sorted(pairs)
    ]


def _value(value: str, jobs: Jobs) -> str:
    return jobs.name(value) if value in jobs.stages or is_absent(value) else value[:_LONGEST]


def _credential(request: Request) -> str:
    given = [value for name, value in request.headers if name.lower() == "authorization"]
    if given == [BEARER]:
        return ""
    if not given:
        return "no key"
    if any(OTHER_KEY in each for each in given):
        return "another account's key"
    if len(given) > 1:
        return "two keys"
    scheme, _, value = given[0].partition(" ")
    key = _HIDDEN_KEY if value == SECRET else "another key"
    return key if scheme.lower() == "bearer" else f"{key} under another scheme"


def _conditions(request: Request) -> list[str]:
    found = []
    for name in _CONDITIONS:
        value = request.header(name)
        if value is not None:
            text = _ETAG.sub("a tag", value) if name != "range" else value
            found.append(f"{name}: {text if name == 'range' or text == 'a tag' else 'a date'}")
    return found


def _body(contract: TargetContract, request: Request, jobs: Jobs) -> str:
    if not request.body:
        return ""
    kind = (request.header("content-type") or "").partition(";")[0]
    fields = fields_of(contract, request)
    if fields:
        text = json.dumps(_plain(fields, jobs), sort_keys=True, ensure_ascii=False, default=str)
    else:
        text = f"unreadable {sha256(_without_key(request.body)).hexdigest()[:_DIGITS]}"
    return f"{kind or 'no type'} {text[:_LONGEST]}"


def _plain(node: Any, jobs: Jobs) -> Any:
    if isinstance(node, Mapping):
        return {str(name): _plain(each, jobs) for name, each in node.items()}
    if isinstance(node, list):
        return [_plain(each, jobs) for each in node]
    return _value(node, jobs) if isinstance(node, str) else node


def _without_key(body: bytes) -> bytes:
    return body.replace(KEY.encode(), b"")
