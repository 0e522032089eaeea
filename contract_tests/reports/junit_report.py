"""A report as JUnit XML: a test case for each check."""

from xml.etree import ElementTree as ET

from contract_tests.findings.finding import Finding
from contract_tests.reports.curl import curl
from contract_tests.reports.report import Report, Verdict, redact
from openapi.documents.text import visible_lines

_UNFINISHED = (Verdict.UNAVAILABLE, Verdict.INTERRUPTED, Verdict.CRASHED)


def as_junit(report: Report) -> str:
    """The report as one test suite; findings that do not fail the run are in `system-out`."""
    suite = ET.Element("testsuite", name="gateway-contract", time=f"{report.duration_s:.3f}")
    known = [name for name, _ in report.checks]
    further = dict.fromkeys([*(f.check for f in report.findings), *_skipped(report)])
    names = [*known, *(name for name in further if name not in known)]
    for name in names:
        _case(suite, report, name)
    if report.verdict in _UNFINISHED:
        case = ET.SubElement(suite, "testcase", classname="contract", name="the run itself")
        message = _clean(report.trouble or report.verdict.text)
        ET.SubElement(case, "error", type=report.verdict.text, message=message)
    suite.set("tests", str(len(suite)))
    counted = (("failure", "failures"), ("skipped", "skipped"), ("error", "errors"))
    for tag, attribute in counted:
        suite.set(attribute, str(sum(case.find(tag) is not None for case in suite)))
    suites = ET.Element("testsuites")
    suites.append(suite)
    return ET.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: ET.Element, report: Report, name: str) -> None:
    case = ET.SubElement(suite, "testcase", classname="contract", name=_clean(name))
    found = [each for each in report.findings if each.check == name]
    failing = [each for each in found if report.rules.fails(each)]
    if failing:
        text = "\n\n".join(_text(report, each) for each in failing)
        ET.SubElement(case, "failure", message=_clean(_headline(failing[0]))).text = _clean(text)
    elif reasons := _skipped(report).get(name):
        ET.SubElement(case, "skipped", message=_clean(f"not checked: {'; '.join(reasons)}"))
    other = [each for each in found if each not in failing]
    if other:
        text = "\n\n".join(_text(report, each) for each in other)
        ET.SubElement(case, "system-out").text = _clean(text)


def _skipped(report: Report) -> dict[str, list[str]]:
    reasons: dict[str, list[str]] = {}
    for each in report.not_checked:
        reasons.setdefault(each.check, []).append(f"{each.operation} {each.reason}".strip())
    return reasons


def _headline(finding: Finding) -> str:
    return f"{finding.operation}: expected {finding.expected}"


def _text(report: Report, finding: Finding) -> str:
    line = curl(report.target_url, finding.exchange.request) if finding.exchange else ""
    return (
        f"{_headline(finding)}\nreceived {finding.received}\n"
        f"{finding.evidence.value}: {finding.source}\n{line}"
    )


def _clean(text: str) -> str:
    """A text with the characters that XML cannot contain escaped."""
    return visible_lines(redact(text))
