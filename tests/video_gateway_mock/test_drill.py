"""The drill: a client is run in every case, and what it does wrong with money is named."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.faults import FAULTS
from mock_server.scenarios.selection import shipped
from tests.project.source import ROOT
from tests.video_gateway_mock.conftest import Run
from video_gateway_mock.drill import CASES, KINDS, Facts, judge
from video_gateway_mock.drill.films import half_films, is_half

NAIVE = """
def naive(target):
    client = OpenAI(max_retries=2)
    video = client.videos.create(model="sora-2", prompt="A cat", seconds="4")
    while video.status not in ("completed", "failed"):
        video = client.videos.retrieve(video.id)
    with open(target, "wb") as file:
        try:
            with client.videos.with_streaming_response.download_content(video.id) as answer:
                for piece in answer.iter_bytes(1000):
                    file.write(piece)
        except Exception:
            pass

def test_naive(video_gateway, tmp_path):
    naive(tmp_path / "film.mp4")
"""
CAREFUL = """
@pytest.mark.video_gateway(drill=["create_lost", "stuck_queued", "fails_at_60", "create_500"])
@pytest.mark.parametrize("size", ["720x1280", "1280x720"])
def test_careful(video_gateway, size):
    client = OpenAI(max_retries=0)
    video = client.videos.create(model="sora-2", prompt="A cat", seconds="4", size=size)
    for _ in range(20):
        video = client.videos.retrieve(video.id)
        if video.status != "queued" and video.status != "in_progress":
            break
    assert video.status == "completed"

def test_plain(video_gateway):
    video_gateway.scenario("fails_at_60")
    assert film().status == "failed"
"""
PASSED = Facts(outcome="passed", requests=4, jobs=1, films=1, completed=1)


def test_every_scenario_and_every_fault_has_its_case() -> None:
    """What can go wrong in the fake goes wrong in a drill; names are unique."""
    scenarios = {case.scenario for case in CASES if case.scenario}
    faults = {fault["kind"] for case in CASES for fault in case.faults}

    assert scenarios == set(shipped().known) - {"happy"}
    # Its refusal makes a client wait for 30 real seconds; a status with its code does not.
    assert faults == set(FAULTS) - {"channel_paused"}
    assert len({case.name for case in CASES}) == len(CASES)
    for page in ("README.md", "docs/offline-tests.md", "examples/studio/README.md"):
        assert f"{len(CASES)} cases" in (ROOT / page).read_text(encoding="utf-8")


@pytest.mark.long
def test_all_four_kinds_are_found_in_a_naive_client(run: Run) -> None:
    """The summary has a table of the tests and what shows each finding; the run has failed."""
    chosen = "ordinary or stuck_queued or create_lost or download_truncated or fails_at_60"
    result = run(NAIVE, "--video-gateway-drill", "-k", chosen)

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=6)
    result.stdout.fnmatch_lines(
        [
            "1 tests in 5 cases: 1 of them do something wrong",
            "test *hangs*pays twice*keeps half a file*reports success for a failure",
            "*test_naive *1 *1 *2 *1",
            "*test_naive hangs in stuck_queued (*): it was interrupted after *; its last job is "
            "queued (stuck_queued)",
            "*test_naive pays twice in create_lost (*): job video_* for $0.4* is the same as job *"
            "retry 1)",
            "*test_naive keeps half a file in download_truncated (*): half a film is in film.mp4",
            "*test_naive reports success for a failure in fails_at_60 (*): it passed, but 1 of 1 *",
        ]
    )


@pytest.mark.long
@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_nothing_is_found_in_a_careful_client(run: Run, workers: tuple[str, ...]) -> None:
    """A test that fails in a case has noticed; tests without the marker run as ever.

    Under pytest-xdist the cases of a test may run in different processes.
    """
    result = run(CAREFUL, *workers)

    assert result.ret == pytest.ExitCode.OK
    result.assert_outcomes(passed=11)
    result.stdout.fnmatch_lines(["2 tests in 8 cases: 0 of them do something wrong"])


def test_a_client_that_waits_for_ever_is_interrupted(run: Run) -> None:
    """What blocks without a request ends with the real time that it was given."""
    text = """
from threading import Event

@pytest.mark.video_gateway(drill="answer_lost")
def test_waits(video_gateway):
    try:
        OpenAI(max_retries=0).videos.create(model="sora-2", prompt="A cat")
    except Exception:
        Event().wait()
"""
    result = run(text, "-o", "video_gateway_drill_seconds=1")

    result.stdout.fnmatch_lines(
        ["*test_waits hangs in answer_lost (*): it was interrupted after 1 seconds and 1 requests*"]
    )


def test_a_test_that_fails_anyway_is_not_judged(run: Run) -> None:
    """Without an ordinary run that passes there is nothing to compare with."""
    text = """
@pytest.mark.video_gateway(drill="instant")
def test_wrong(video_gateway):
    raise RuntimeError
"""
    result = run(text)

    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(["not judged: *test_wrong: it has failed in the ordinary run"])


def test_an_unknown_case_is_refused(run: Run) -> None:
    """A misspelt name is a usage error that lists those that exist."""
    result = run("""
@pytest.mark.video_gateway(drill=["anser_lost"])
def test_wrong(video_gateway):
    pass
""")

    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*drill: no case 'anser_lost'; known: ordinary, answer_lost, *"])


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        (replace(PASSED, outcome="hung", reason="it was interrupted"), "hangs"),
        (replace(PASSED, jobs=2, paid_again=("job b is the same as a",)), "pays twice"),
        (replace(PASSED, films=0, cut=1), "keeps half a file"),
        (replace(PASSED, outcome="failed", halves=("film.mp4",)), "keeps half a file"),
        (replace(PASSED, films=0, completed=0, failed=1), "reports success for a failure"),
        (replace(PASSED, films=0), "reports success for a failure"),
        (replace(PASSED, films=0, completed=0, jobs=0, refused=1), "reports success for a failure"),
    ],
)
def test_each_kind_follows_from_facts(facts: Facts, kind: str) -> None:
    """One run is compared with the one in which nothing went wrong."""
    assert [finding.kind for finding in judge(PASSED, facts)] == [kind]


@given(
    st.builds(
        Facts,
        outcome=st.just("failed"),
        jobs=st.integers(0, 1),
        films=st.integers(0, 2),
        cut=st.integers(0, 2),
        refused=st.integers(0, 2),
        completed=st.integers(0, 1),
        failed=st.integers(0, 1),
    )
)
def test_a_failure_that_is_noticed_is_no_finding(facts: Facts) -> None:
    """Whatever went wrong, a run that failed and kept and paid nothing is right."""
    assert judge(PASSED, facts) == []


@pytest.mark.parametrize("films", [0, 1])
def test_a_test_that_never_sees_success_is_not_accused(films: int) -> None:
    """A test of a failure passes in the ordinary run without a film, and may pass again."""
    expects_failure = replace(PASSED, films=0, completed=0, failed=1)

    assert judge(expects_failure, replace(expects_failure, films=films)) == []


def boxes(*lengths: int) -> bytes:
    """A film of boxes of these lengths, the last of which has the media."""
    names = [b"ftyp", *[b"free"] * (len(lengths) - 2), b"mdat"]
    return b"".join(
        length.to_bytes(4, "big") + name + bytes(length - 8)
        for length, name in zip(lengths, names, strict=True)
    )


@given(st.lists(st.integers(8, 200), min_size=2, max_size=5), st.data())
def test_a_film_without_its_end_is_half(
    tmp_path_factory: pytest.TempPathFactory, lengths: list[int], data: st.DataObject
) -> None:
    """A whole film is not half; one that is cut anywhere behind its first name is."""
    whole = boxes(*lengths)
    path = tmp_path_factory.getbasetemp() / "film.mp4"
    path.write_bytes(whole)
    assert not is_half(path)

    path.write_bytes(whole[: data.draw(st.integers(8, len(whole) - 1))])
    assert is_half(path)


def test_half_films_are_looked_for_where_clients_keep_them(tmp_path: Path) -> None:
    """Folders are searched; other files, and what is not in place yet, are no films."""
    (tmp_path / "deep").mkdir()
    for name in ("deep/film.mp4", "film.mp4.part", "film.tmp"):
        (tmp_path / name).write_bytes(boxes(20, 100)[:50])
    (tmp_path / "page.mp4").write_bytes(b"<html>")
    (tmp_path / "whole.mp4").write_bytes(boxes(20, 100))
    (tmp_path / "empty").touch()

    assert list(half_films(tmp_path)) == ["deep/film.mp4"]
    assert set(KINDS) >= {"keeps half a file"}
