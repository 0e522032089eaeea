"""Every videos method of the official Python client, in every form in which it takes arguments."""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import pytest
from openai import BadRequestError, omit
from openai.resources.videos import AsyncVideos, Videos
from openai.types import Video, VideoSeconds, VideoSize

from mock_server.domain.clock import ManualClock
from mock_server.settings import Settings
from tests.system.clients import pictures
from tests.system.clients.gateway import EPOCH_MS, StillGateway, running
from tests.system.clients.sdk import Sdk

LONGEST_JOB_S = 400
# What every method takes besides its own arguments, and what is no method of the API's.
BESIDES = {"self", "extra_headers", "extra_query", "extra_body", "timeout"}
PLAIN: dict[str, Any] = {"prompt": "A calico cat", "model": "sora-2"}
# The client refuses an object where a file may stand; its `extra_body` takes it.
BY_ID: dict[str, Any] = {"video": omit, "extra_body": {"video": {"id": "VIDEO"}}}

# A file on the disk and its media type, in each form that the client has for files.
FILES: Mapping[str, Callable[[Path, str], Any]] = {
    "bytes": lambda path, _: path.read_bytes(),
    "path": lambda path, _: path,
    "open": lambda path, _: path.open("rb"),
    "name": lambda path, _: (path.name, path.read_bytes()),
    "type": lambda path, kind: (path.name, path.read_bytes(), kind),
    "headers": lambda path, kind: (path.name, path.read_bytes(), kind, {"X-Part": "1"}),
}


@dataclass(frozen=True)
class DialectGateway(StillGateway):
    """A server whose clock stands still, and the dialect that it speaks."""

    dialect: str


@dataclass(frozen=True)
class Call:
    """One call. VIDEO and CHARACTER stand for ids, a pair of file and form for a file."""

    method: str
    arguments: Mapping[str, Any]

    def __str__(self) -> str:
        """What it shows of itself."""
        sent = {**self.arguments, "prompt": omit}
        shown = (f"{name}={value}" for name, value in sent.items() if value is not omit)
        return f"{self.method} {' '.join(shown)}"


def creates(method: str) -> Iterator[Call]:
    """Every form of a create."""
    yield Call(method, PLAIN)
    yield from (Call(method, {**PLAIN, "model": model}) for model in ("sora-2", "sora-2-pro"))
    yield from (Call(method, {**PLAIN, "seconds": each}) for each in get_args(VideoSeconds))
    yield from (Call(method, {**PLAIN, "size": each}) for each in get_args(VideoSize))
    yield from (Call(method, {**PLAIN, "input_reference": ("image", form)}) for form in FILES)
    for reference in ({"image_url": "https://example.com/cat.png"}, {"file_id": "file-1"}):
        yield Call(method, {**PLAIN, "extra_body": {"input_reference": reference}})


def derivations() -> Iterator[Call]:
    """Every form of an edit and of an extension; neither has an argument for a model."""
    prompt = {"prompt": "At night"}
    for source in ({"video": ("clip", form)} for form in FILES):
        yield Call("edit", {**prompt, **source})
        yield Call("extend", {**prompt, **source, "seconds": "4"})
    yield Call("edit", {**prompt, **BY_ID})
    for seconds in get_args(VideoSeconds):
        yield Call("extend", {**prompt, **BY_ID, "seconds": seconds})
    yield Call("remix", {**prompt, "video_id": "VIDEO"})


def reads() -> Iterator[Call]:
    """Every form of a read, of a character and of a delete."""
    for arguments in ({}, {"limit": 1}, {"order": "asc"}, {"order": "desc"}, {"after": "VIDEO"}):
        yield Call("list", arguments)
    yield Call("retrieve", {"video_id": "VIDEO"})
    yield Call("poll", {"video_id": "VIDEO"})
    yield Call("poll", {"video_id": "VIDEO", "poll_interval_ms": 1})
    yield Call("download_content", {"video_id": "VIDEO"})
    for variant in ("video", "thumbnail", "spritesheet"):
        yield Call("download_content", {"video_id": "VIDEO", "variant": variant})
    yield from (Call("create_character", {"name": "Tom", "video": ("clip", f)}) for f in FILES)
    yield Call("get_character", {"character_id": "CHARACTER"})
    yield Call("delete", {"video_id": "VIDEO"})


# The client names no media type for bytes, and OpenAI takes an image by the type it is sent as.
UNTYPED = Call("create", {**PLAIN, "input_reference": ("image", "bytes")})
CALLS: Sequence[Call] = tuple(
    call for call in (*creates("create"), *derivations(), *reads()) if call != UNTYPED
)
# The client has no raw form of its poll loop, and pages only for its iterators.
RAW = [call for call in CALLS if call.method not in ("list", "poll")]
# These wait for the job's end, on a clock that runs.
WAITING: Sequence[Call] = (
    *creates("create_and_poll"),
    Call("create_and_poll", {**PLAIN, "poll_interval_ms": 1}),
)


@pytest.fixture(scope="module", params=["gateway", "openai"])
def server(request: pytest.FixtureRequest) -> Iterator[DialectGateway]:
    """A server of each dialect that has all operations of the client."""
    clock = ManualClock(EPOCH_MS)
    with running(Settings(dialect=request.param, validate_responses=True), clock) as url:
        yield DialectGateway(url, clock, request.param)


@pytest.fixture
def connected(official: Sdk, server: DialectGateway, api_key: str) -> Sdk:
    """The official client, connected to that server with the test's key."""
    return official.connected(server.url, api_key)


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Callable[[Call, Mapping[str, str]], dict[str, Any]]]:
    """A call's arguments with files and ids in their places."""
    files = {"image": tmp_path / "cat.webp", "clip": tmp_path / "cat.mp4"}
    files["image"].write_bytes(pictures.webp())
    files["clip"].write_bytes(pictures.mp4())
    kinds = {"image": "image/webp", "clip": "video/mp4"}

    def put(value: Any, ids: Mapping[str, str]) -> Any:
        if isinstance(value, tuple):
            file = FILES[value[1]](files[value[0]], kinds[value[0]])
            return opened.enter_context(file) if value[1] == "open" else file
        if isinstance(value, dict):
            return {name: put(each, ids) for name, each in value.items()}
        return ids.get(value, value) if isinstance(value, str) else value

    with ExitStack() as opened:
        yield lambda call, ids: {name: put(each, ids) for name, each in call.arguments.items()}


Filled = Callable[[Call, Mapping[str, str]], dict[str, Any]]


def called(sdk: Sdk, call: Call, arguments: Mapping[str, Any]) -> Any:
    """What a call returns; of a list its jobs."""
    if call.method == "list":
        return sdk.listed(**arguments)
    return sdk(lambda videos: getattr(videos, call.method)(**arguments))


def ids_for(sdk: Sdk, call: Call, server: DialectGateway) -> dict[str, str]:
    """The ids of a finished job and of a character, where a call speaks of one."""
    named = str(call.arguments)
    ids = {}
    if "VIDEO" in named:
        ids["VIDEO"] = sdk(lambda videos: videos.create(**PLAIN)).id
        server.clock.advance(LONGEST_JOB_S)
    if "CHARACTER" in named:
        clip = pictures.mp4()
        ids["CHARACTER"] = str(
            sdk(lambda videos: videos.create_character(name="Tom", video=clip)).id
        )
    return ids


@pytest.mark.parametrize("call", CALLS, ids=str)
def test_every_call_is_answered(
    connected: Sdk, server: DialectGateway, filled: Filled, call: Call
) -> None:
    """Whatever the client offers for a method is taken, and the answer is what was asked for."""
    ids = ids_for(connected, call, server)
    answer = called(connected, call, filled(call, ids))

    if isinstance(answer, Video):
        asked = {name: call.arguments.get(name) for name in ("seconds", "size")}
        asked = {name: value for name, value in asked.items() if value}
        if call.method == "extend" and "VIDEO" in ids:
            asked["seconds"] = str(int(call.arguments["seconds"]) + 4)
        assert asked == {name: getattr(answer, name) for name in asked}
        assert answer.model == call.arguments.get("model", "sora-2")
        assert answer.status == ("completed" if call.method in ("poll", "retrieve") else "queued")
    assert answer is not None


@pytest.mark.parametrize("call", RAW, ids=str)
def test_every_call_is_answered_as_raw_response(
    connected: Sdk, server: DialectGateway, filled: Filled, call: Call
) -> None:
    """The client's other face sends the same, and its answer has the id of the exchange."""
    arguments = filled(call, ids_for(connected, call, server))
    answer = connected(lambda videos: getattr(videos.with_raw_response, call.method)(**arguments))

    assert answer.http_response.status_code == 200
    assert answer.headers["x-request-id"]


def test_an_image_without_a_media_type_is_taken_as_its_dialect_does(
    connected: Sdk, server: DialectGateway, filled: Filled
) -> None:
    """The gateway looks at the bytes, OpenAI at the type, and says which it takes."""
    arguments = filled(UNTYPED, {})
    if server.dialect == "gateway":
        assert called(connected, UNTYPED, arguments).status == "queued"
        return
    with pytest.raises(BadRequestError, match="unsupported mimetype") as refused:
        called(connected, UNTYPED, arguments)

    assert refused.value.param == "input_reference"


@pytest.mark.parametrize("call", WAITING, ids=str)
def test_every_form_of_create_can_be_waited_for(hasty_sdk: Sdk, filled: Filled, call: Call) -> None:
    """The client's own loop ends with the finished job."""
    answer = called(hasty_sdk, call, filled(call, {}))

    assert answer.status == "completed"


@pytest.mark.parametrize("resource", [Videos, AsyncVideos])
def test_no_method_and_no_argument_is_left_out(resource: type) -> None:
    """A new release of the client with more methods or arguments needs more calls here."""
    offered = {
        name: set(inspect.signature(method).parameters) - BESIDES
        for name, method in inspect.getmembers(resource, inspect.isfunction)
        if not name.startswith("_") and inspect.signature(method).parameters.keys() & BESIDES
    }
    driven: dict[str, set[str]] = {}
    for call in (*CALLS, *WAITING):
        driven.setdefault(call.method, set()).update(set(call.arguments) - BESIDES)

    assert driven == offered
