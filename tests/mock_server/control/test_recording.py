"""What the journal says of each request, as the official client sends them."""

from collections.abc import Callable

import httpx
import pytest
from openai import APIConnectionError, APIStatusError, OpenAI

from mock_server.journal.headers import HeaderError, KeptHeaders
from mock_server.journal.journal import JournalLimits
from mock_server.running import running_gateway
from mock_server.settings import Settings
from tests.system.clients.pictures import jpeg
from video_gateway_mock.handle import Gateway, Request

Act = Callable[[OpenAI, Gateway], object]


def only(gateway: Gateway) -> Request:
    """The one request there was."""
    (entry,) = gateway.requests
    return entry


def test_a_create_is_recorded_with_its_job(gateway: Gateway, client: OpenAI) -> None:
    """Operation, fields, scenario, job, client and times of an accepted request are there."""
    video = client.videos.create(model="sora-2", prompt="A cat", seconds="4")
    entry = only(gateway)

    assert (entry.operation, entry.status, entry.code) == ("createVideo", 200, None)
    assert entry.fields == {"model": "sora-2", "prompt": "A cat", "seconds": "4"}
    assert (entry.job, entry.scenario, entry.retry) == (video.id, "happy", 0)
    assert entry.at_ms == gateway.clock.now()
    assert entry.duration_us > 0
    assert entry.user_agent.startswith("OpenAI/Python")
    assert entry.request_id.startswith("req_")


def test_a_file_is_recorded_without_its_bytes(gateway: Gateway, client: OpenAI) -> None:
    """Name, type and length of an upload are kept."""
    picture = jpeg()
    client.videos.create(
        model="sora-2",
        prompt="A cat",
        input_reference=("cat.jpg", picture, "image/jpeg"),
    )
    sent = only(gateway).files["input_reference"]

    assert (sent.filename, sent.content_type, sent.length) == (
        "cat.jpg",
        "image/jpeg",
        len(picture),
    )


def refused_value(client: OpenAI, _gateway: Gateway) -> None:
    """A length that no page documents."""
    client.videos.create(model="sora-2", prompt="A cat", seconds="7")  # type: ignore[arg-type]


def unknown_job(client: OpenAI, _gateway: Gateway) -> None:
    """A job that never was."""
    client.videos.retrieve("video_nobody")


def unknown_path(client: OpenAI, _gateway: Gateway) -> None:
    """A path that the contract does not have."""
    client.get("/vidoes", cast_to=httpx.Response)


def wrong_method(client: OpenAI, _gateway: Gateway) -> None:
    """A method that the path does not have."""
    client.patch("/videos", cast_to=httpx.Response)


def struck(client: OpenAI, gateway: Gateway) -> None:
    """A fault answers instead."""
    gateway.fault("status", status=503, code="upstream_error")
    client.videos.list()


RECORDED = (
    (refused_value, "createVideo", 400, "invalid_value", None),
    (unknown_job, "retrieveVideo", 404, "video_not_found", None),
    (unknown_path, None, 404, "unknown_url", None),
    (wrong_method, None, 405, "method_not_allowed", None),
    (struck, "listVideos", 503, None, "status"),
)


@pytest.mark.parametrize(("act", "operation", "status", "code", "fault"), RECORDED)
def test_what_was_refused_is_recorded_too(
    *,
    gateway: Gateway,
    client: OpenAI,
    act: Act,
    operation: str | None,
    status: int,
    code: str | None,
    fault: str | None,
) -> None:
    """However far a request got, its status, its error's code and its fault are there."""
    with pytest.raises(APIStatusError):
        act(client, gateway)
    entry = only(gateway)

    assert (entry.operation, entry.status) == (operation, status)
    assert entry.faults == ((fault,) if fault else ())
    assert entry.code in (code, "upstream_error" if fault else code)


def test_the_fields_of_a_refused_request_are_recorded(gateway: Gateway, client: OpenAI) -> None:
    """What was wrong can be seen in what was sent."""
    with pytest.raises(APIStatusError):
        refused_value(client, gateway)

    assert only(gateway).fields["seconds"] == "7"


def test_a_dropped_connection_has_no_status(gateway: Gateway, client: OpenAI) -> None:
    """A dropped connection is recorded as status 0."""
    gateway.fault("disconnect")
    with pytest.raises(APIConnectionError):
        client.videos.list()

    assert (only(gateway).status, only(gateway).faults) == (0, ("disconnect",))


@pytest.mark.parametrize("kind", ["disconnect", "truncated"])
def test_a_connection_that_is_cut_on_purpose_is_no_defect(
    gateway: Gateway, client: OpenAI, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    """An error that was asked for is not in the server's log."""
    gateway.fault(kind)
    with pytest.raises(APIConnectionError):
        client.videos.list()
    gateway.clock.now()

    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []


def test_retries_count(gateway: Gateway) -> None:
    """How often the client says it has tried can be asserted."""
    gateway.fault("rate_limit", first=2, retry_after_ms=1)
    with OpenAI(base_url=gateway.base_url, api_key=gateway.api_key, max_retries=2) as client:
        client.videos.list()

    assert [entry.retry for entry in gateway.requests] == [0, 1, 2]
    assert [entry.status for entry in gateway.requests] == [429, 429, 200]
    assert gateway.verify(operation="listVideos", retry=2, exactly=1)


def test_verify_fails_with_what_came_near(gateway: Gateway, client: OpenAI) -> None:
    """A request that was never made is an assertion error that shows the nearest."""
    client.videos.create(model="sora-2", prompt="A dog", seconds="4")

    with pytest.raises(AssertionError, match="prompt is 'A dog', without 'cat'"):
        gateway.verify(operation="createVideo", prompt="cat", exactly=1)


def test_a_download_is_recorded_with_its_key_or_without(gateway: Gateway, client: OpenAI) -> None:
    """Both the content route and the key-less address appear as what they are."""
    gateway.scenario("instant")
    video = client.videos.create(model="sora-2", prompt="A cat", seconds="4")
    client.videos.download_content(video.id)
    address = client.videos.retrieve(video.id).to_dict()["video_url"]
    httpx.get(str(address), trust_env=False).raise_for_status()

    assert [entry.operation for entry in gateway.requests] == [
        "createVideo",
        "downloadVideoContent",
        "retrieveVideo",
        "media",
    ]


def test_a_journal_holds_no_key_and_no_redacted_field() -> None:
    """A field that is to be redacted is not kept, and no key ever is."""
    with running_gateway(
        Settings(redact=frozenset({"prompt"}), journal=JournalLimits(2))
    ) as gateway:
        with OpenAI(base_url=gateway.base_url, api_key=gateway.api_key) as client:
            for _ in range(3):
                client.videos.create(model="sora-2", prompt="My secret", seconds="4")
        shown = repr(gateway.requests)

        assert "My secret" not in shown
        assert gateway.api_key not in shown
        assert len(gateway.requests) == 2


def test_headers_that_tests_ask_about_are_kept(gateway: Gateway) -> None:
    """Retries, idempotency and kinds of content can be read and asserted; no other header is."""
    sent = {
        **{"Idempotency-Key": "order-7", "X-Stainless-Retry-Count": "1", "X-Secret": "s"},
        **{"Authorization": f"Bearer {gateway.api_key}", "Cookie": "a=b"},
        **{"Range": f"bytes=0-9 of {gateway.api_key}"},
    }
    httpx.get(f"{gateway.base_url}/videos", headers=sent, trust_env=False)
    headers = only(gateway).headers

    assert headers["user-agent"].startswith("python-httpx")
    assert (headers["idempotency-key"], headers["x-stainless-retry-count"]) == ("order-7", "1")
    assert headers["range"] == "[redacted]"
    assert not {"authorization", "cookie", "x-secret"} & set(headers)
    assert gateway.verify(headers={"Idempotency-Key": "order-7", "prefer": False}, exactly=1)
    with pytest.raises(AssertionError, match="header prefer is absent, not present"):
        gateway.verify(headers={"prefer": True})


def test_more_headers_are_kept_when_they_are_named() -> None:
    """An option adds a header, and refuses one that may carry a credential."""
    with running_gateway(Settings(journal=JournalLimits(headers=("X-Film", "x-batch")))) as gateway:
        httpx.get(
            f"{gateway.base_url}/videos",
            headers={"Authorization": f"Bearer {gateway.api_key}", "x-film": "7"},
            trust_env=False,
        )

        assert gateway.verify(headers={"x-film": "7"}, exactly=1)
        assert only(gateway).headers["x-film"] == "7"


@pytest.mark.parametrize(
    "name", ["Authorization", "X-Api-Key", "x-goog-apikey", "Cookie", "x-auth-token", "", "a b"]
)
def test_a_header_that_may_carry_a_credential_is_never_kept(name: str) -> None:
    """The server does not start with it, and says which it is."""
    with pytest.raises(HeaderError, match="--journal-header"):
        KeptHeaders([name])


@pytest.mark.parametrize("key", [None, "Basic x", "Bearer invalid"])
def test_nobodys_requests_are_kept_by_nobody(control_url: str, key: str | None) -> None:
    """A request without a good key is refused and fills no journal."""
    headers = {} if key is None else {"Authorization": key}
    answer = httpx.get(f"{control_url}/v1/videos", headers=headers, trust_env=False)

    assert answer.status_code == 401


def test_the_reason_of_a_refusal_is_recorded(gateway: Gateway, client: OpenAI) -> None:
    """The message of the error is there, with the page and line that demand it."""
    with pytest.raises(APIStatusError) as refused:
        client.videos.create(model="sora-2", prompt="A cat", seconds="7")  # type: ignore[arg-type]

    assert str(only(gateway).reason) in str(refused.value)
    assert "'seconds'" in str(only(gateway).reason)


def test_a_hidden_value_is_not_in_the_reason() -> None:
    """A message about a field whose values are hidden is not recorded, since it may quote one."""
    with (
        running_gateway(Settings(redact=frozenset({"seconds"}))) as gateway,
        OpenAI(base_url=gateway.base_url, api_key=gateway.api_key, max_retries=0) as client,
    ):
        with pytest.raises(APIStatusError):
            client.videos.create(model="sora-2", prompt="A cat", seconds="7")  # type: ignore[arg-type]

        assert (only(gateway).code, only(gateway).reason) == ("invalid_value", None)
