"""Groups findings by cause: one fault of a server shows at many operations and in many checks.

What findings can have in common is the rule they break (a check and its key), what was received,
or both what was expected and what was received; ids, addresses and numbers are not compared. Of
all such groups the largest is taken first, so that few causes explain all findings.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from contract_tests.findings.finding import Finding
from contract_tests.wire.exchange import Exchange
from openapi.contract.evidence import Evidence

# A received text quotes the start of a response, which is cut off at any place.
_COMPARED_CHARACTERS = 90
_STATUS = re.compile(r"\b[1-5][0-9]{2}\b")
_SUCCESS = re.compile(r"2[0-9]{2} application/json ")
_ERROR = 400
# What a finding about an undocumented status expects begins with this.
_DOCUMENTED = "one of the statuses "
# The start of a long value with digits and without blanks: ids of one form begin alike.
_VALUE = re.compile(r'"(?=[^\s"]*[0-9])([\w-]{24})[^\s"]*+"?(?: |$)')
_VARYING = (
    (re.compile(r"\b[1-5][0-9]{2}(?:(?:, | or )[1-5][0-9]{2}\b)+"), "<statuses>"),
    (re.compile(r"\bhttps?://[^\s\"'<>)]++"), "<address>"),
    (re.compile(r"(?<![\w<])/[\w.{}:%/~-]++"), "<path>"),
    (re.compile(r'\["[^\]\n]{1,80}"\]'), "<list>"),
    (re.compile(r"\b(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE)\b"), "<method>"),
    (re.compile(r"\b(?=[A-Za-z_-]*[0-9])[\w-]{10,}+"), "<id>"),
    (re.compile(r"[0-9]{4,}+|[0-9]++\.[0-9]++"), "<number>"),
)


@dataclass(frozen=True, slots=True)
class Cause:
    """Findings with one cause, in the order in which they were found."""

    findings: tuple[Finding, ...]

    @property
    def shown(self) -> Finding:
        """The finding that stands for all: the best founded one with the shortest request."""
        return min(self.findings, key=_preference)

    @property
    def operations(self) -> tuple[str, ...]:
        """The ids of the operations that show it; an empty one stands for all operations."""
        return tuple(dict.fromkeys(each.operation for each in self.findings))

    @property
    def checks(self) -> tuple[str, ...]:
        """The names of the checks that found it."""
        return tuple(dict.fromkeys(each.check for each in self.findings))

    @property
    def expected(self) -> tuple[str, ...]:
        """What its findings expected, each text once, that of the shown finding first."""
        texts = (self.shown.expected, *(each.expected for each in self.findings))
        return tuple(dict.fromkeys(texts))

    @property
    def occurrences(self) -> int:
        """How often it was seen."""
        return sum(each.occurrences for each in self.findings)


def causes_of(findings: Iterable[Finding]) -> tuple[Cause, ...]:
    """The causes of findings, in the order of the first finding of each."""
    found = tuple(findings)
    foreign = frozenset(map(_undocumented_status, found)) - {""}
    left = {place: (finding, _traits(finding, foreign)) for place, finding in enumerate(found)}
    groups: dict[int, list[Finding]] = {}
    while left:
        counted = Counter(trait for _, traits in left.values() for trait in traits)
        trait, count = counted.most_common(1)[0]
        if count == 1:
            groups |= {place: [finding] for place, (finding, _) in left.items()}
            break
        chosen = [place for place, (_, traits) in left.items() if trait in traits]
        groups[chosen[0]] = [left.pop(place)[0] for place in chosen]
    return tuple(Cause(tuple(groups[place])) for place in sorted(groups))


def _traits(finding: Finding, foreign: Collection[str]) -> Sequence[tuple[str, str]]:
    """What it may share with others of the same cause, the most exact first.

    ``foreign`` has the statuses that the target sends although they are documented nowhere.
    """
    expected, received = _constant(finding.expected), _constant(finding.received)
    alike = received if _STATUS.search(finding.expected) else _STATUS.sub("", received, count=1)
    traits = [(expected, alike), (finding.check, finding.identity[2])]
    if names := _names_in_error(finding.exchange):
        traits.append((expected, names))
    status = _undocumented_status(finding)
    if mistaken := _mistaken_status(finding):
        expected_status, status = mistaken
        traits.append((f"status {expected_status}", f"status {status}"))
    if status in foreign:
        traits.append(("undocumented", status))
    if value := _VALUE.search(finding.received):
        traits.append(("value", value[1]))
    if finding.evidence is Evidence.INFERRED:
        traits.append((finding.check, expected))
    return traits if _shows_new_job(finding) else [*traits, ("", received)]


def _names_in_error(exchange: Exchange | None) -> str:
    """The names in the JSON of an error, which are its envelope; empty for anything else."""
    if exchange is None or exchange.status < _ERROR:
        return ""
    return f"names {sorted(exchange.reply.object)}" if exchange.reply.object else ""


def _mistaken_status(finding: Finding) -> tuple[str, str] | None:
    """The status of a refusal that was expected, and the one that was received instead."""
    expected = _STATUS.match(finding.expected)
    received = _STATUS.search(finding.received)
    if not (expected and received) or expected[0] == received[0]:
        return None
    is_refusal = expected[0][0] == received[0][0] == "4"
    return (expected[0], received[0]) if is_refusal else None


def _undocumented_status(finding: Finding) -> str:
    """The status that was received where the documentation has none of that number, or nothing."""
    received = _STATUS.match(finding.received)
    return received[0] if received and finding.expected.startswith(_DOCUMENTED) else ""


def _shows_new_job(finding: Finding) -> bool:
    """Whether a create was accepted: two of those have responses alike, but not their cause."""
    method = finding.exchange.request.method if finding.exchange else "POST"
    return bool(_SUCCESS.match(finding.received)) and method == "POST"


def _constant(text: str) -> str:
    """The start of a text, without what varies between operations."""
    for pattern, name in _VARYING:
        text = pattern.sub(name, text)
    return text[:_COMPARED_CHARACTERS]


def _preference(finding: Finding) -> tuple[int, int]:
    return list(Evidence).index(finding.evidence), finding.request_bytes
