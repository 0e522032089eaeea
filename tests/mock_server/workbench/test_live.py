"""The event stream: which parts of an open page have changed."""

import asyncio
from collections import Counter
from collections.abc import Iterator

import httpx
import orjson

from mock_server.app import build_server
from mock_server.running import serving
from mock_server.settings import Settings
from mock_server.workbench.control_api import ControlApi
from mock_server.workbench.events import MOST_STREAMS, Streams
from mock_server.workbench.place import Place
from tests.mock_server.wire import PATIENCE_S
from tests.mock_server.workbench.conftest import ADMIN, HTML, Browser, create

PATH = "/_mock/workbench/events?parts=keys"


def messages(browser: Browser, names: str, **query: str) -> Iterator[dict[str, str]]:
    """The messages of an event stream."""
    params = {"key": browser.tenant, "parts": names, **query}
    with browser.http.stream("GET", "/_mock/workbench/events", params=params) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        for line in stream.iter_lines():
            if line.startswith("data: "):
                yield orjson.loads(line.removeprefix("data: "))


def test_a_stream_says_which_part_has_changed(browser: Browser, client: httpx.Client) -> None:
    """First the states of all parts, then those of the parts that differ."""
    create(client)
    stream = messages(browser, "jobs,requests,status")
    first = next(stream)
    shown = browser.part("jobs").headers["x-part-state"]
    client.get("/v1/models")
    second = next(stream)
    create(client)
    third = next(stream)

    assert set(first) == {"jobs", "requests", "status"}
    assert first["jobs"] == shown
    assert set(second) == {"requests"}
    assert set(third) == {"jobs", "requests"}


def test_a_stream_notices_what_anybody_sets(browser: Browser, client: httpx.Client) -> None:
    """Time that is moved, faults and scenarios, through whatever API."""
    create(client)
    stream = messages(browser, "jobs,faults,status")
    next(stream)
    browser.gateway.clock.advance(5)
    assert set(next(stream)) == {"jobs", "status"}
    browser.gateway.fault("latency", ms=1)
    assert set(next(stream)) == {"faults", "status"}


def test_a_stream_notices_that_running_time_has_jumped(
    browser: Browser, client: httpx.Client
) -> None:
    """Everything that moves by itself is elsewhere: all parts are shown anew."""
    create(client)
    browser.gateway.clock.run()
    stream = messages(browser, "jobs,status")
    next(stream)
    browser.gateway.clock.advance(30)

    assert next(stream) == {"jobs": "", "status": ""}


def test_a_stream_goes_on_when_its_key_is_forgotten(browser: Browser, client: httpx.Client) -> None:
    """The parts say that nobody knows the key, and show it again when it is used again."""
    create(client)
    stream = messages(browser, "jobs,status")
    next(stream)
    browser.gateway.forget()
    assert set(next(stream)) == {"jobs", "status"}
    assert "Not here any more" in browser.part("jobs").text
    create(client)
    assert set(next(stream)) == {"jobs", "status"}


def test_the_number_of_streams_is_bounded() -> None:
    """Of many that are opened at once, too; the others are refused with a text.

    Streams that end make room.
    """

    async def body(url: str) -> tuple[Counter[int], str, int]:
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(
            base_url=url, limits=limits, timeout=PATIENCE_S, trust_env=False
        ) as client:
            await client.get(f"/?token={ADMIN}", headers=HTML)
            requests = [client.build_request("GET", PATH) for _ in range(MOST_STREAMS + 8)]
            streams = await asyncio.gather(*(client.send(each, stream=True) for each in requests))
            refused = await client.get(PATH)
            for stream in streams:
                await stream.aclose()
            status = 503
            while status == 503:
                async with client.stream("GET", PATH) as stream:
                    status = stream.status_code
        return Counter(stream.status_code for stream in streams), refused.text, status

    with serving(build_server(Settings(admin_token=ADMIN))) as url:
        statuses, why, afterwards = asyncio.run(body(url))

    assert statuses == {200: MOST_STREAMS, 503: 8}
    assert "not live" in why
    assert afterwards == 200


def test_a_stream_ends_with_the_server() -> None:
    """A server that ends does not wait for those who look."""

    async def unused(*_: object) -> None:
        raise AssertionError("nothing is asked for a page without parts")

    async def body() -> list[bytes]:
        answers = iter([False, False, True])
        streams = Streams(lambda: next(answers), most=1)
        api = ControlApi(unused, ADMIN, {})
        found = [message async for message in streams.messages(api, Place({}), ())]
        assert not streams.full
        return found

    assert asyncio.run(body()) == [b"retry: 1000\n\n"]
