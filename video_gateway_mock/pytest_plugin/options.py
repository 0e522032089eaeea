"""Reads the configuration of a suite and the marker of a test."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from video_gateway_mock.drill.watch import Limits
from video_gateway_mock.handle import Gateway

if TYPE_CHECKING:
    from video_gateway_mock.pytest_plugin.session_server import SessionServer

# With this step a job of 4 seconds ends at its third poll, one of 12 seconds at its seventh.
_STEP_S = 30.0
_SEED = 0
_MARKER_ARGUMENTS = frozenset(
    {"scenario", "dialect", "requests", "budget", "egress", "strict", "drill"}
)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
# The start of the warning that openai-python emits on every call of the videos API.
SDK_WARNING = "The Sora API is scheduled to permanently shut down"


def server_arguments(config: pytest.Config) -> list[str]:
    """The options of ``gateway-mock`` from the configuration file.

    Raises:
        pytest.UsageError: ``video_gateway_step`` is not a number of seconds.
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
    pace = [f"--step={step}"] if step else []
    return [*pace, "--exact", f"--seed={_SEED}", *config.getini("video_gateway_options")]


def gateway_for(nodeid: str, url: str, *, strict: bool = False) -> Gateway:
    """The handle of one test; its key, and so its ids with a seed, are the same in every run.

    If it is ``strict``, each of its faults must be used.
    """
    digest = hashlib.blake2b(nodeid.encode(), digest_size=12).hexdigest()
    return Gateway(url, f"sk-test-{digest}", strict)


def environment(config: pytest.Config, gateway: Gateway) -> Iterator[tuple[str, str]]:
    """The environment variables to set for a test.

    Raises:
        pytest.UsageError: a line of ``video_gateway_env`` is not NAME=VALUE.
    """
    yield "OPENAI_BASE_URL", gateway.base_url
    yield "OPENAI_API_KEY", gateway.api_key
    # A proxy from the environment could not reach a server on loopback.
    for name in ("NO_PROXY", "no_proxy"):
        yield name, _without_proxy(os.environ.get(name) or os.environ.get("NO_PROXY", ""))
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


def _without_proxy(existing: str) -> str:
    hosts = [host.strip() for host in existing.split(",") if host.strip()]
    return "*" if "*" in hosts else ",".join(dict.fromkeys((*hosts, *_LOOPBACK)))


def asked(marker: pytest.Mark | None) -> dict[str, Any]:
    """The arguments of a test's marker.

    Raises:
        pytest.UsageError: an argument is positional or unknown.
    """
    if marker is None:
        return {}
    if marker.args or not set(marker.kwargs) <= _MARKER_ARGUMENTS:
        known = ", ".join(sorted(_MARKER_ARGUMENTS))
        raise pytest.UsageError(f"the marker video_gateway takes only these, by name: {known}")
    return dict(marker.kwargs)


def is_guarded(config: pytest.Config, marked: dict[str, Any]) -> bool:
    """Whether a test may connect to loopback only.

    Raises:
        pytest.UsageError: ``video_gateway_egress`` is neither guard nor allow.
    """
    said = _choice(config, "video_gateway_egress", "guard", "allow")
    return said == "guard" and not marked.get("egress", False)


def begin(gateway: Gateway, marked: dict[str, Any]) -> None:
    """Set what a test's marker says about the state in which it begins."""
    setters = {
        "scenario": gateway.scenario,
        "dialect": gateway.dialect,
        "requests": gateway.requests_mode,
        "budget": gateway.budget,
    }
    for name, setter in setters.items():
        if name in marked:
            setter(marked[name])


def drill_limits(config: pytest.Config) -> Limits:
    """What one run of a drilled test may take.

    Raises:
        pytest.UsageError: ``video_gateway_drill_seconds`` is not a number above zero.
    """
    text: str = config.getini("video_gateway_drill_seconds")
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise pytest.UsageError(
            f"video_gateway_drill_seconds = {text}: must be a number above 0, e.g. 30"
        )
    return Limits(seconds=seconds)


def is_strict(config: pytest.Config, marked: dict[str, Any]) -> bool:
    """Whether each fault of a test must be used."""
    return bool(marked.get("strict", config.getini("video_gateway_strict_faults")))


def sdk_warning_filter(config: pytest.Config) -> str | None:
    """The warning filter for the SDK's deprecation warning, or None.

    Raises:
        pytest.UsageError: ``video_gateway_sdk_warnings`` is neither ignore nor default.
    """
    said = _choice(config, "video_gateway_sdk_warnings", "default", "ignore")
    return f"ignore:{SDK_WARNING}:DeprecationWarning" if said == "ignore" else None


@contextmanager
def server_errors(server: "SessionServer | None") -> Iterator[None]:
    """Fail the test with the server's last output if the server has ended.

    Raises:
        ConnectionError: a server given by ``video_gateway_url`` does not answer.
    """
    try:
        yield
    except ConnectionError as error:
        reason = server.ended() if server is not None else ""
        if not reason:
            raise
        pytest.fail(f"the server of video_gateway is gone: {reason}\n{error}", pytrace=False)


def _choice(config: pytest.Config, name: str, *choices: str) -> str:
    said: str = config.getini(name) or choices[0]
    if said not in choices:
        first, second = choices
        raise pytest.UsageError(f"{name} = {said}: must be '{first}' or '{second}'")
    return said


def _bad_line(line: str) -> pytest.UsageError:
    return pytest.UsageError(
        f"video_gateway_env: {line!r} is not NAME=VALUE; "
        "VALUE may contain {base_url}, {url} and {api_key}"
    )
