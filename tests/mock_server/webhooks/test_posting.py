"""One request to a receiver: where it goes, what it carries, and what is made of the answer."""

import asyncio
from collections.abc import Sequence
from threading import Event

import pytest

from benchmarks.redis_server import free_port
from mock_server.webhooks import Poster, Targets
from mock_server.webhooks.post import TIMEOUT_S, Answer
from tests.mock_server.webhooks.receiver import Receiver


async def to_loopback(_host: str) -> Sequence[str]:
    """A look-up that always finds this machine."""
    return ("127.0.0.1",)


def posted(url: str, targets: Targets | None = None, timeout_s: float = TIMEOUT_S) -> Answer:
    """What comes of a request."""

    async def run() -> Answer:
        poster = Poster(targets or Targets(resolve=to_loopback), timeout_s)
        answer = await poster.post(url, b"{}", {"webhook-id": "evt_1"})
        await poster.close()
        return answer

    return asyncio.run(run())


def test_it_arrives_as_it_was_sent(receiver: Receiver) -> None:
    """Body and headers come as they are, and the status comes back."""
    receiver.script.statuses = [204]

    assert posted(receiver.url) == Answer(status=204)
    (event,) = receiver.heard
    assert (event.path, event.body, event.headers["webhook-id"]) == ("/hooks", b"{}", "evt_1")


def test_it_connects_to_the_address_that_was_checked(receiver: Receiver) -> None:
    """A name is looked up once, and the receiver gets the name of its URL."""
    asked: list[str] = []

    async def once(host: str) -> Sequence[str]:
        asked.append(host)
        return ("127.0.0.1",)

    # No other look-up knows that name.
    url = receiver.url.replace("127.0.0.1", "hooks.invalid")
    answer = posted(url, Targets(["hooks.invalid"], once))

    assert (answer.status, asked) == (200, ["hooks.invalid"])
    assert receiver.heard[0].headers["host"] == url.split("/")[2]


def test_a_dead_address_is_passed_over(receiver: Receiver) -> None:
    """Where a name has several addresses the next one is tried when nobody listens at the first."""

    async def both(_host: str) -> Sequence[str]:
        # The receiver listens at the other one alone.
        return ("::1", "127.0.0.1")

    url = receiver.url.replace("127.0.0.1", "localhost")

    assert posted(url, Targets(resolve=both)).status == 200


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(receiver: Receiver, status: int) -> None:
    """A redirect is an answer like others: nothing is sent where it points."""
    receiver.script.statuses = [status]
    receiver.script.headers = {"location": receiver.url}

    assert posted(receiver.url).status == status
    assert len(receiver.heard) == 1


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_no_proxy_is_used(receiver: Receiver, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A proxy in the environment would be another way out, and is left alone."""
    monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")

    assert posted(receiver.url).status == 200


def test_no_more_is_read_than_needed(receiver: Receiver) -> None:
    """An answer with a body of many megabytes is cut off, and its status counts."""
    receiver.script.body = b"x" * 30_000_000

    assert posted(receiver.url).status == 200


def test_no_cookie_is_kept(receiver: Receiver) -> None:
    """What one receiver sets no other request carries."""
    receiver.script.headers = {"set-cookie": "a=b"}

    async def run() -> None:
        poster = Poster(Targets())
        for _ in range(2):
            await poster.post(receiver.url, b"{}", {})
        await poster.close()

    asyncio.run(run())

    assert [event.headers.get("cookie") for event in receiver.heard] == [None, None]


def test_a_silent_receiver_is_given_up(receiver: Receiver) -> None:
    """Who does not answer in time is a failure that says so."""
    receiver.script.release = Event()
    answer = posted(receiver.url, timeout_s=0.05)

    assert answer == Answer(error="no answer within 0.05 s")


def test_a_slow_look_up_is_given_up() -> None:
    """The time is for all of it, the look-up of the name included."""

    async def never(_host: str) -> Sequence[str]:
        await asyncio.Event().wait()
        return ()

    answer = posted("http://localhost/", Targets(resolve=never), timeout_s=0.01)

    assert answer == Answer(error="no answer within 0.01 s")


def test_a_refused_connection_is_reported() -> None:
    """A closed port is a failure that names the address."""
    answer = posted(f"http://127.0.0.1:{free_port()}/")

    assert answer.status is None
    assert answer.error is not None
    assert "no connection to 127.0.0.1" in answer.error


def test_a_name_without_an_address_is_reported() -> None:
    """A look-up that fails is a failure of the attempt alone."""

    async def unknown(_host: str) -> Sequence[str]:
        raise OSError("Name or service not known")

    answer = posted("http://localhost/", Targets(resolve=unknown))

    assert answer == Answer(error="its host name cannot be resolved: Name or service not known")


@pytest.mark.parametrize("url", ["http://10.0.0.1/", "http://nowhere.example/", "no url"])
def test_what_may_not_be_reached_is_refused(url: str) -> None:
    """Nothing is sent, and the answer says why."""
    answer = posted(url)

    assert answer.refused
    assert answer.error


def test_a_failure_nobody_foresaw_is_one_of_the_attempt() -> None:
    """Any failure of a request is reported, and is retried."""

    async def broken(_host: str) -> Sequence[str]:
        raise UnicodeError("label too long")

    answer = posted("http://localhost/", Targets(resolve=broken))

    assert answer == Answer(error="UnicodeError: label too long")


def test_what_is_not_http_is_reported(receiver: Receiver) -> None:
    """TLS to a receiver without it is a failure, not an error of the server."""
    answer = posted(receiver.url.replace("http://", "https://"))

    assert answer.status is None
    assert answer.error


def test_retry_after_is_handed_on(receiver: Receiver) -> None:
    """How long a receiver wants to be left alone is part of what it answered."""
    receiver.script.statuses = [429]
    receiver.script.headers = {"retry-after": "7"}

    assert posted(receiver.url) == Answer(status=429, retry_after_ms=7000)
