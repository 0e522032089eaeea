"""The clock options of the command line, and who may use the control API."""

from pathlib import Path

import pytest

from mock_server.domain.clock import Pace
from mock_server.settings import Settings
from tests.mock_server.cli.test_cli import gateway_mock

PACES = (
    ((), Pace()),
    (("--speed", "60"), Pace(speed=60)),
    (("--frozen",), Pace(speed=0)),
    (("--step", "30"), Pace(speed=0, step_s=30)),
    (("--start", "2026-01-01"), Pace(start_ms=1_767_225_600_000)),
    (("--frozen", "--start", "2026-01-01T00:00:01Z"), Pace(speed=0, start_ms=1_767_225_601_000)),
)


@pytest.mark.parametrize(("arguments", "pace"), PACES)
def test_clocks_start_with_the_given_options(
    served: list[tuple[str, int, Settings]], arguments: tuple[str, ...], pace: Pace
) -> None:
    """As real time, faster, not at all, or by steps; now, or at an instant in UTC."""
    gateway_mock(*arguments)

    assert [settings.pace for _, _, settings in served] == [pace]


@pytest.mark.parametrize(
    ("arguments", "control"),
    [
        ((), True),
        (("--host", "0.0.0.0"), False),
        (("--host", "0.0.0.0", "--admin-token", "secret"), True),
    ],
)
def test_other_machines_get_controls_only_with_a_token(
    *,
    served: list[tuple[str, int, Settings]],
    tmp_path: Path,
    arguments: tuple[str, ...],
    control: bool,
) -> None:
    """Off loopback there is no control API unless its token is given."""
    keys = tmp_path / "keys"
    keys.write_text("sk-one")
    gateway_mock("--keys-file", str(keys), *arguments)

    assert [settings.control for _, _, settings in served] == [control]
