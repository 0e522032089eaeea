"""What a suite's configuration and a test's marker say."""

from collections.abc import Iterator
from typing import Any

import pytest

from mock_server.domain.clock import Pace
from mock_server.handle import Gateway
from mock_server.settings import Settings

# A job of four seconds ends with its third poll, one of twelve with its seventh.
_STEP_S = 30.0
_SEED = 0
_ASKED = frozenset({"scenario", "dialect", "egress"})


def settings_of(config: pytest.Config) -> Settings:
    """The settings of the session's server.

    Raises:
        pytest.UsageError: the step is no number of seconds.
    """
    text: str = config.getini("video_gateway_step")
    try:
        step = float(text) if text else _STEP_S
    except ValueError:
        step = -1.0
    if not 0 <= step < float("inf"):
        raise pytest.UsageError(
            f"video_gateway_step = {text}: must be a number of seconds, 0 or more, e.g. 30"
        )
    pace = Pace(speed=0, step_s=step) if step else Pace()
    return Settings(pace=pace, seed=_SEED)


def environment(config: pytest.Config, gateway: Gateway) -> Iterator[tuple[str, str]]:
    """The environment variables a test runs with.

    Raises:
        pytest.UsageError: a line of the configuration is none.
    """
    yield "OPENAI_BASE_URL", gateway.base_url
    yield "OPENAI_API_KEY", gateway.api_key
    known = {"base_url": gateway.base_url, "url": gateway.url, "api_key": gateway.api_key}
    for line in config.getini("video_gateway_env"):
        name, equals, value = line.partition("=")
        try:
            filled = value.strip().format_map(known)
        except (KeyError, ValueError, IndexError) as error:
            raise _bad_line(line) from error
        if not equals or not name.strip():
            raise _bad_line(line)
        yield name.strip(), filled


def asked(marker: pytest.Mark | None) -> dict[str, Any]:
    """What the marker of a test asks for.

    Raises:
        pytest.UsageError: it asks for what there is not.
    """
    if marker is None:
        return {}
    if marker.args or not set(marker.kwargs) <= _ASKED:
        known = ", ".join(sorted(_ASKED))
        raise pytest.UsageError(f"the marker video_gateway takes only these, by name: {known}")
    return dict(marker.kwargs)


def is_guarded(config: pytest.Config, marked: dict[str, Any]) -> bool:
    """Whether a test is kept on loopback.

    Raises:
        pytest.UsageError: the configuration says neither guard nor allow.
    """
    said: str = config.getini("video_gateway_egress") or "guard"
    if said not in ("guard", "allow"):
        raise pytest.UsageError(f"video_gateway_egress = {said}: must be 'guard' or 'allow'")
    return said == "guard" and not marked.get("egress", False)


def _bad_line(line: str) -> pytest.UsageError:
    return pytest.UsageError(
        f"video_gateway_env: {line!r} is not NAME=VALUE; "
        "VALUE may hold {base_url}, {url} and {api_key}"
    )
