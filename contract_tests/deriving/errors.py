"""Derives how errors are rendered: envelopes, and a rule for each kind that is not the default."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from contract_tests.deriving.envelopes import ErrorBody, generalised, read_body, says_the_same
from contract_tests.deriving.reference import OWN_HEADERS, NativeError
from contract_tests.deriving.traffic import DELETE, DOWNLOAD, Traffic
from contract_tests.wire.exchange import Exchange
from openapi.contract.error_kinds import ERROR_KINDS

Data = dict[str, Any]
# The error that a recorded request ends with in the gateway's own dialect; the second argument has
# the stage of each job when it was sent.
ErrorOf = Callable[[Exchange, Mapping[str, str]], NativeError | None]


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refusal: for what, and how."""

    exchange: Exchange
    native: NativeError
    body: ErrorBody

    @property
    def place(self) -> tuple[str, str | None]:
        """The operation, and the parameter that was refused."""
        return self.exchange.operation, self.native.param

    def rule(self, envelopes: Mapping[str, str]) -> Data:
        """What a rule would have to say of it; empty where the default says the same."""
        native, words = self.native, self.body.words
        name = envelopes[self.body.key]
        rule: Data = (
            {} if self.exchange.status == native.status else {"status": self.exchange.status}
        )
        if name != next(iter(envelopes.values())):
            rule["envelope"] = name
        usual = {"code": native.code, "type": native.type, "param": native.param}
        rule |= {
            key: words[key]
            for key, value in usual.items()
            if key in words and words[key] != value and (words[key] is not None or key != "type")
        }
        message = words["message"]
        if message and not says_the_same(message, native.message):
            rule["message"] = generalised(message, self.exchange, native)
        headers = _headers(self.exchange, native)
        return {**rule, "headers": headers} if headers else rule


def _headers(exchange: Exchange, native: NativeError) -> dict[str, str | None]:
    """The headers of the error that differ; None for one that is not there."""
    found: dict[str, str | None] = {}
    for name in OWN_HEADERS:
        shown, usual = exchange.reply.header(name), native.headers.get(name)
        if (shown is None) != (usual is None) or (name == "www-authenticate" and shown != usual):
            found[name.title()] = shown
    return found


def refusals_of(
    traffic: Traffic, error_of: ErrorOf, *, header: str, prefix: str, without: frozenset[str]
) -> list[Refusal]:
    """The refusals of a recording whose kind is known and whose body has a message."""
    found = []
    stages: dict[str, str] = {}
    downloaded: set[str] = set()
    samples = {each.exchange.number: each for each in traffic.samples}
    for exchange in traffic.answered:
        if exchange.status < 400:
            sample = samples.get(exchange.number)
            if sample is not None:
                stages[sample.job] = traffic.stage(sample.word) or stages.get(sample.job, "")
            _note(exchange, stages, downloaded)
        # No dialect says how operations of other services are refused.
        elif (
            exchange.described is None
            and exchange.operation not in without
            and exchange.reply.object
        ):
            native = error_of(exchange, _at(exchange, stages, downloaded))
            body = read_body(exchange, header, prefix)
            if native is not None and body is not None and not _says_other(exchange, native, body):
                found.append(Refusal(exchange, native, body))
    return found


def _says_other(exchange: Exchange, native: NativeError, body: ErrorBody) -> bool:
    """Whether a target says in the gateway's own words that it refused for another reason.

    A cassette does not keep texts, so that its request may break another rule than the sent one.
    """
    own = ERROR_KINDS.get(body.words.get("code") or "")
    return own is not None and own.code != native.code and own.status == exchange.status


def _note(exchange: Exchange, stages: dict[str, str], downloaded: set[str]) -> None:
    job = _job(exchange, stages)
    if exchange.operation == DOWNLOAD:
        downloaded.add(job)
    if exchange.operation == DELETE:
        stages.pop(job, None)


def _job(exchange: Exchange, stages: Mapping[str, str]) -> str:
    return next((each for each in stages if each in exchange.request.target), "")


def _at(exchange: Exchange, stages: Mapping[str, str], downloaded: set[str]) -> Mapping[str, str]:
    """The stages, where a refused download shows that content has expired, or never was."""
    job = _job(exchange, stages)
    if exchange.operation != DOWNLOAD or stages.get(job) != "completed":
        return stages
    plain = not exchange.request.header("range") and "variant=" not in exchange.request.target
    is_gone = plain and exchange.request.header("authorization") is not None
    return {
        **stages,
        job: ("expired" if job in downloaded else "empty") if is_gone else "completed",
    }


def errors_of(traffic: Traffic, refusals: Sequence[Refusal]) -> tuple[Data, list[Data]]:
    """The envelopes by name, the most frequent first, and the rules."""
    counted = Counter(each.body.key for each in refusals)
    names = {key: f"body_{place}" for place, (key, _) in enumerate(counted.most_common(), start=1)}
    envelopes = {}
    for key, name in names.items():
        alike = [each for each in refusals if each.body.key == key]
        facts = traffic.evidence(each.exchange for each in alike)
        envelopes[name] = {**facts, "body": alike[0].body.envelope}
    return envelopes, list(_rules(traffic, refusals, names))


def _rules(
    traffic: Traffic, refusals: Sequence[Refusal], names: Mapping[str, str]
) -> Iterator[Data]:
    """The rules, those for single parameters first; kinds that are rendered alike share one."""
    by_kind: dict[str, list[tuple[Refusal, Data]]] = {}
    for each in refusals:
        by_kind.setdefault(each.native.code, []).append((each, each.rule(names)))
    drafts = [draft for kind, found in by_kind.items() for draft in _joined(_drafts(kind, found))]
    merged: dict[str, tuple[list[str], _Draft]] = {}
    for draft in drafts:
        kinds, _ = merged.setdefault(draft.key, ([], draft))
        kinds.append(draft.kind)
    for kinds, draft in sorted(merged.values(), key=lambda pair: pair[1].width):
        yield {
            "when": kinds,
            **({"at": sorted(draft.at)} if draft.at else {}),
            **({"params": sorted(draft.params)} if draft.params else {}),
            **traffic.evidence(each.exchange for other in drafts if other.key == draft.key
                               for each in other.seen),
            **draft.rule,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Draft:
    kind: str
    rule: Data
    at: frozenset[str]
    params: frozenset[str]
    seen: tuple[Refusal, ...]

    @property
    def key(self) -> str:
        return repr((sorted(self.rule.items(), key=str), sorted(self.at), sorted(self.params)))

    @property
    def width(self) -> tuple[bool, bool]:
        return not self.params, not self.at


def _drafts(kind: str, found: Sequence[tuple[Refusal, Data]]) -> Iterator[_Draft]:
    """The rules of one kind: one for all places, else by operation, else by parameter too."""
    everywhere = frozenset[str]()
    found = _with_shared_message(found)
    rules = [rule for _, rule in found]
    if all(rule == rules[0] for rule in rules):
        if rules[0]:
            yield _Draft(kind, rules[0], everywhere, everywhere, tuple(each for each, _ in found))
        return
    usual = _most_frequent(rules)
    by_operation: dict[str, list[tuple[Refusal, Data]]] = {}
    for refusal, rule in found:
        by_operation.setdefault(refusal.exchange.operation, []).append((refusal, rule))
    for operation, own in by_operation.items():
        yield from _drafts_at(kind, operation, own, usual)
    if usual:
        alike = tuple(each for each, rule in found if rule == usual)
        yield _Draft(kind, usual, everywhere, everywhere, alike)


def _joined(drafts: Iterator[_Draft]) -> list[_Draft]:
    """The rules of one kind, where those that differ only in their parameters are one."""
    joined: dict[str, _Draft] = {}
    for each in drafts:
        key = repr((sorted(each.rule.items(), key=str), sorted(each.at), bool(each.params)))
        known = joined.get(key)
        joined[key] = each if known is None else replace(
            each, params=each.params | known.params, seen=(*known.seen, *each.seen)
        )  # fmt: skip
    return list(joined.values())


def _with_shared_message(
    found: Sequence[tuple[Refusal, Data]],
) -> Sequence[tuple[Refusal, Data]]:
    """The same rules without messages, where these are all that differs and are no fixed text."""
    bare = [(refusal, {**rule, "message": None}) for refusal, rule in found]
    differ = any(rule != bare[0][1] for _, rule in bare)
    if differ or all("message" in rule for _, rule in found):
        return found
    return [
        (refusal, {key: value for key, value in rule.items() if key != "message"})
        for refusal, rule in found
    ]


def _drafts_at(
    kind: str, operation: str, own: Sequence[tuple[Refusal, Data]], usual: Data
) -> Iterator[_Draft]:
    at = frozenset({operation} if operation else ())
    rules = [rule for _, rule in own]
    common = _most_frequent(rules)
    by_param: dict[str | None, list[tuple[Refusal, Data]]] = {}
    for refusal, rule in own:
        by_param.setdefault(refusal.native.param, []).append((refusal, rule))
    for param, alike in by_param.items():
        rule = _most_frequent([each for _, each in alike])
        if rule != common and param is not None:
            yield _Draft(kind, rule, at, frozenset({param}), tuple(each for each, _ in alike))
    if common != usual and at:
        yield _Draft(kind, common, at, frozenset(), tuple(each for each, _ in own))


def _most_frequent(rules: Sequence[Data]) -> Data:
    return max(rules, key=rules.count)
