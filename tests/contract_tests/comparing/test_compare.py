"""`compare` finds defects and nothing between honest servers, and says whose fault it is."""

import json
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from contract_tests.cli.main import main
from contract_tests.comparing.comparison import Comparison, Kind, Side, compare
from contract_tests.comparing.report import as_html, as_json, report_of
from contract_tests.defects import DEFECTS
from contract_tests.defects.defect import Defect
from contract_tests.deriving.traffic import Traffic
from contract_tests.findings.deviations import Deviation
from contract_tests.targets.fake import unwrapped
from contract_tests.wire.exchange import Exchange, Reply, Request
from tests.contract_tests.comparing.defects import CONTRACT, NO_DIFFERENCE, OPTIONS, Ground, ground

JSON_TYPE = ("content-type", "application/json")
# All of them take minutes: ``python -m tests.contract_tests.comparing.defects``.
SOME_DEFECTS = [each for each in DEFECTS if each.id not in NO_DIFFERENCE][::7]


@cache
def shared() -> Ground:
    """The fake around which defects are put, and a recording of it without one."""
    return ground()


def shown(comparison: Comparison) -> list[tuple[str, str, str, str]]:
    """The differences, as they are read."""
    return [(each.operation, each.part, each.one, each.other) for each in comparison.differences]


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 22))
def test_honest_servers_do_not_differ(seed: int) -> None:
    """Other ids, keys and films are no difference."""
    other = ground(seed).record(unwrapped, replace(OPTIONS, seed=seed))
    comparison = compare(shared().honest, other)

    assert shown(comparison) == []
    assert comparison.common > 300


@pytest.mark.long
@pytest.mark.parametrize("defect", SOME_DEFECTS, ids=lambda defect: defect.id)
def test_a_defect_is_a_difference(defect: Defect) -> None:
    """A recording of a server that is broken on purpose differs from that of one that is not."""
    assert shared().differences(defect)


def test_a_rule_that_one_side_breaks_is_a_difference() -> None:
    """What agrees only in one of two recordings differs, if the other had a chance to show it."""
    good = replace(traffic("a", models("sora-2")), kept=("model_list",))
    bad = replace(traffic("b", models("sora-2")), broken={"model_list": ["listModels"]})
    other = replace(bad, broken={"model_list": ["listVideos"]})
    (difference,) = compare(good, bad).differences

    assert (difference.part, difference.request) == ("rule", "model_list")
    assert (difference.one, difference.other) == ("kept", "broken")
    assert difference.fault == "b breaks the rule"
    assert difference.page.endswith("(model_list)")
    assert compare(good, other).differences == ()
    assert compare(replace(good, kept=()), bad).differences == ()


def traffic(name: str, *replies: Reply, operation: str = "listModels") -> Side:
    """A side that answered some requests of one operation."""
    request = Request("GET", CONTRACT.operation(operation).path)
    exchanges = [
        Exchange(place, request, reply, operation) for place, reply in enumerate(replies, start=1)
    ]
    return Side(name, Kind.LIVE, Traffic(name, tuple(exchanges)), CONTRACT)


def models(*names: str, status: int = 200, header: str = "") -> Reply:
    """A list of models."""
    usual = {"object": "model", "created": 0, "owned_by": "sora", "availability": "available"}
    rows = [{"id": each, **usual, "sizes": ["720x1280"], "seconds": [4]} for each in names]
    body = json.dumps({"object": "list", "data": rows}).encode()
    return Reply(status, (JSON_TYPE, *([(header, "1")] if header else [])), body)


def test_words_headers_and_statuses_are_compared() -> None:
    """A word, the presence of a header and a status differ; the rest of another status does not."""
    plain = traffic("a", models("sora-2"))
    other_word = compare(plain, traffic("b", models("sora-9")))
    other_header = compare(plain, traffic("b", models("sora-2", header="x-more")))
    other_status = compare(plain, traffic("b", models("sora-9", status=503)))

    assert [each.part for each in other_word.differences] == ["words"]
    assert [each.part for each in other_header.differences] == ["headers"]
    assert [each.part for each in other_status.differences] == ["status"]


def test_what_was_ordered_is_no_difference() -> None:
    """It is chance which of a recording's jobs is seen in which stage, so its frames may differ."""

    def queried(frames: int) -> Reply:
        info = {"n_frames": frames, "status": "pending"}
        data = {"id": "video_0123456789", "status": "pending", "detail": {"pending_info": info}}
        return Reply(200, (JSON_TYPE,), json.dumps(data).encode())

    short, long = (traffic(f"{each}", queried(each), operation="queryUnifiedVideo")
                   for each in (120, 240))  # fmt: skip

    assert shown(compare(short, long)) == []


def test_the_page_says_whose_fault_a_difference_is() -> None:
    """A response that breaks the documentation is the fault of the side that sent it."""
    headers = (JSON_TYPE, ("x-request-id", "req_0123456789abcdef"))
    data: dict[str, object] = {
        "object": "list",
        "data": [],
        "first_id": None,
        "last_id": None,
        "has_more": False,
    }
    good = Reply(200, headers, json.dumps(data).encode())
    bad = replace(good, body=b'{"object": "list", "data": []}')
    mine, theirs = (traffic(name, reply, operation="listVideos")
                    for name, reply in (("mine", good), ("theirs", bad)))  # fmt: skip
    difference = compare(mine, theirs).differences[0]

    assert difference.fault == "theirs breaks the documentation"
    assert difference.page


def test_the_fake_is_shown_beside_two_others() -> None:
    """Where neither side is the fake, the table says which of them it agrees with."""
    one, other = traffic("a", models("sora-2")), traffic("b", models("sora-9"))
    comparison = compare(one, other, replace(one, name="fake", kind=Kind.FAKE))
    (difference,) = comparison.differences
    report = report_of(comparison, [], date(2026, 1, 1))

    assert difference.fault.endswith("the fake does as the first")
    assert report.heads == ("documentation", "a (live)", "b (live)", "fake")
    assert len(report.cells(difference)) == 4


def test_a_known_deviation_accepts_a_difference() -> None:
    """An entry with the check `compare` accepts it until its date, and is reported when idle."""
    comparison = compare(traffic("a", models("sora-2")), traffic("b", models("sora-9")))
    entry = Deviation(
        check="compare",
        operation="listModels",
        key="words *",
        reason="b is newer",
        expires=date(2026, 12, 31),
        place="known-deviations.yaml, entry 1",
    )
    report = report_of(comparison, [entry], date(2026, 1, 1))
    expired = report_of(comparison, [entry], date(2027, 1, 1))
    idle = report_of(comparison, [entry, replace(entry, operation="no")], date(2026, 1, 1))

    assert (report.open, len(report.accepted), report.verdict.code) == ((), 1, 0)
    assert (len(expired.open), expired.verdict.code) == (1, 1)
    assert (len(idle.complaints), idle.verdict.code) == (1, 1)


def test_reports_show_data_as_it_is() -> None:
    """JSON has every part of a difference; the page shows markup of a target as text."""
    comparison = compare(
        traffic("a", models("sora-2")), traffic("b", models("sora-2", header="x-<b>"))
    )
    report = report_of(comparison, [], date(2026, 1, 1))
    data = json.loads(as_json(report))

    assert data["differences"][0]["other"].endswith("x-<b>")
    assert "x-&lt;b&gt;" in as_html(report)
    assert "<b>" not in as_html(report)


def run(*arguments: str) -> Result:
    """One command in this process."""
    return CliRunner().invoke(main, arguments)


def test_what_is_no_side_is_refused(tmp_path: Path) -> None:
    """A word that is neither a cassette nor a target is named, with what to give instead."""
    result = run("compare", str(tmp_path), "mock")

    assert result.exit_code == 2
    assert "there is no cassette" in result.output


@pytest.mark.long
def test_a_recording_of_the_fake_does_not_differ_from_it(tmp_path: Path) -> None:
    """Status 0 and all formats; a changed word in the cassette is a difference, and status 1."""
    folder = tmp_path / "rec"
    assert run("record", str(folder), "--budget-jobs", "2").exit_code == 0
    page = tmp_path / "page.html"
    options = ("--budget-jobs", "2", "--html", str(page), "--format", "json")
    same = run("compare", str(folder), "mock", *options)
    lines = (folder / "traffic.jsonl").read_text(encoding="utf-8")
    (folder / "traffic.jsonl").write_text(lines.replace('"in_progress"', '"cooking"'))
    changed = run("compare", str(folder), "mock", "--budget-jobs", "2")

    assert same.exit_code == 0, same.output
    assert json.loads(same.stdout)["differences"] == []
    assert "0 differences" in page.read_text(encoding="utf-8")
    assert changed.exit_code == 1
    assert "cooking" in changed.output
