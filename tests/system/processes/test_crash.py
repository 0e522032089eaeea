"""What was answered is kept, whichever worker is killed at whatever moment."""

import pytest

from benchmarks.crash import Storm, storm
from tests.properties import is_thorough

# A few seconds; `python -m benchmarks.crash` takes a minute.
BRIEF = Storm(seconds=4 if is_thorough() else 2, every_s=0.5, clients=4, workers=2, speed=30)


@pytest.mark.long
def test_no_answered_job_is_lost(shared_store: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Under kills every acknowledged job is there once and at the stage its age says."""
    report = storm(shared_store, BRIEF)
    with capsys.disabled():
        print(report)  # noqa: T201

    assert report.sound, report
    assert report.kills > 1
    assert report.answered
