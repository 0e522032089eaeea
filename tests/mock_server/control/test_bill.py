"""What a client's test can say about money: what is reserved, charged, refunded, and paid twice."""

import json

import httpx
import pytest
from click.testing import CliRunner
from openai import APIStatusError, OpenAI, RateLimitError

from mock_server.cli.main import main
from mock_server.running import running_gateway
from mock_server.settings import Settings
from tests.mock_server.control.conftest import Call, video
from video_gateway_mock.handle import Gateway

LONG_ENOUGH_S = 600
ORDER = {"model": "sora-2", "prompt": "A cat", "seconds": "4"}


def header(gateway: Gateway) -> dict[str, str]:
    """The header with its key."""
    return {"Authorization": f"Bearer {gateway.api_key}"}


def retried(gateway: Gateway, prompt: str, retry: int) -> str:
    """The id of a job whose request says how often it was sent before."""
    answer = httpx.post(
        f"{gateway.base_url}/videos",
        headers={
            "Authorization": f"Bearer {gateway.api_key}",
            "x-stainless-retry-count": str(retry),
        },
        json={"model": "sora-2", "prompt": prompt, "seconds": "4"},
        trust_env=False,
    )
    return str(answer.json()["id"])


def test_a_job_is_reserved_then_charged(gateway: Gateway, client: OpenAI) -> None:
    """Four seconds of sora-2 cost 40 cents, once they are there."""
    job = video(client)

    reserved = gateway.verify_bill(reserved="0.40", charged="0", jobs=1)
    gateway.clock.advance(LONG_ENOUGH_S)
    bill = gateway.verify_bill(reserved=0, charged="0.40", refunded="0.00", duplicates=0)

    assert [entry.state for entry in reserved.entries] == ["reserved"]
    assert (bill.charged, bill.charged_micros, bill.accepted) == ("0.40", 400_000, "0.40")
    (entry,) = bill.entries
    assert (entry.job, entry.state, entry.price, entry.retry) == (job, "charged", "0.40", 0)
    assert [entry.request] == [one.number for one in gateway.search(job=job)]
    assert [entry.request_id] == [one.request_id for one in gateway.search(job=job)]


@pytest.mark.parametrize("dialect", ["gateway", "openai", "new-api"])
@pytest.mark.parametrize("scenario", ["fails_at_60", "upstream_timeout"])
def test_a_failure_is_refunded(
    gateway: Gateway, client: OpenAI, dialect: str, scenario: str
) -> None:
    """new-api charges at once and gives back; with the others nothing was charged before."""
    gateway.dialect(dialect)
    gateway.scenario(scenario)
    video(client)

    gateway.verify_bill(charged="0.40" if dialect == "new-api" else "0", refunded="0")
    gateway.clock.advance(86_400)
    gateway.verify_bill(charged="0", refunded="0.40", reserved="0")


@pytest.mark.parametrize("scenario", ["stuck_queued", "stuck_at_99"])
def test_new_api_ends_a_stuck_job_and_refunds_it(
    gateway: Gateway, client: OpenAI, scenario: str
) -> None:
    """After 1440 minutes, with its words for that; other dialects let it go on."""
    gateway.dialect("new-api")
    gateway.scenario(scenario)
    stuck = video(client)
    gateway.dialect("gateway")
    other = video(client, "other")
    gateway.clock.advance(86_399)
    gateway.verify_bill(charged="0.40", reserved="0.40", refunded="0")
    gateway.clock.advance(1)
    gateway.verify_bill(charged="0", reserved="0.40", refunded="0.40")
    gateway.dialect("new-api")
    shown = client.videos.retrieve(stuck)

    assert (shown.status, shown.error and shown.error.message) == ("failed", "任务超时（1440分钟）")
    assert [gateway.job(each).refunded for each in (stuck, other)] == [True, False]


def test_a_deleted_job_stays_in_the_bill(gateway: Gateway, client: OpenAI) -> None:
    """What it has cost does not go with it; one that is cancelled by that is charged, too."""
    ended, running = video(client, "ended"), video(client, "running")
    gateway.scenario("fails_at_60")
    failed = video(client, "failed")
    gateway.clock.advance(LONG_ENOUGH_S)
    gateway.scenario("stuck_at_99")
    running = video(client, "running")
    for job in (ended, running, failed):
        client.videos.delete(job)

    bill = gateway.verify_bill(charged="1.20", refunded="0.40", reserved="0", jobs=4)

    entries = [(one.status, one.state, one.removed_ms is None) for one in bill.entries]
    assert sorted(entries) == [
        ("completed", "charged", False),
        ("completed", "charged", True),
        ("failed", "refunded", False),
        ("queued", "charged", False),
    ]


def test_a_bill_that_differs_lists_deleted_jobs(gateway: Gateway, client: OpenAI) -> None:
    """A film that was fetched and deleted is listed with its request, and found to be the same."""
    jobs = [video(client) for _ in range(2)]
    gateway.clock.advance(LONG_ENOUGH_S)
    for job in jobs:
        client.videos.download_content(job)
        client.videos.delete(job)
    with pytest.raises(AssertionError) as failure:
        gateway.verify_bill(charged="0.40", duplicates=0)

    requests = gateway.search(operation="createVideo")
    for job, request in zip(jobs, requests, strict=True):
        assert f"job {job} (create, sora-2, 4 s, 720x1280, completed, removed): charged $0.40" in (
            str(failure.value)
        )
        assert f"#{request.number} createVideo -> 200; request {request.request_id}" in (
            str(failure.value)
        )
    assert f"the same request as {jobs[0]}, 0 s later" in str(failure.value)


def test_forgotten_jobs_are_in_no_bill(gateway: Gateway, client: OpenAI) -> None:
    """A reset of the jobs resets the bill."""
    client.videos.delete(video(client))
    video(client)
    gateway.reset("jobs")

    gateway.verify_bill(jobs=0, accepted="0", duplicates=0)


def test_the_same_request_twice_is_a_duplicate(gateway: Gateway) -> None:
    """The duplicate names both jobs, their requests and retry counts, and the time between."""
    first = retried(gateway, "A cat", 0)
    gateway.clock.advance(2)
    again = retried(gateway, "A cat", 1)
    retried(gateway, "A dog", 0)
    (found,) = gateway.bill.duplicates

    assert (found.first_job, found.first_retry) == (first, 0)
    assert (found.job, found.retry, found.after_ms) == (again, 1, 2000)
    assert [found.request_id] == [one.request_id for one in gateway.search(job=again)]
    assert gateway.verify_bill(duplicates=0, window_s=1).duplicates == ()


def test_a_bill_that_differs_lists_its_entries_and_requests(gateway: Gateway) -> None:
    """The message says what differs, and which request made each job, and which was the same."""
    first, again = retried(gateway, "A cat", 0), retried(gateway, "A cat", 1)
    with pytest.raises(AssertionError) as failure:
        gateway.verify_bill(reserved="0.40", duplicates=0)
    message = str(failure.value)

    assert "reserved is $0.80, not $0.40" in message
    assert "duplicates is 1, not 0" in message
    assert f"job {again} " in message
    assert f"the same request as {first}, 0 s later" in message
    for request in gateway.requests:
        assert request.request_id in message
    assert "#2 createVideo -> 200" in message
    assert "retry 1" in message


def test_a_job_without_a_known_price_is_never_free(gateway: Gateway, client: OpenAI) -> None:
    """It is counted as unpriced, and amounts hold only for a test that expects it."""
    gateway.requests_mode("lenient")
    video(client)
    client.videos.create(model="unheard-of", prompt="A cat", seconds="4")
    with pytest.raises(AssertionError, match="1 of 2 jobs have no known price"):
        gateway.verify_bill(reserved="0.40")
    bill = gateway.verify_bill(reserved="0.40", unpriced=1)

    assert [entry.state for entry in bill.entries] == ["reserved", "unpriced"]
    assert [entry.price for entry in bill.entries] == ["0.40", None]


def test_an_expected_amount_is_dollars(call: Call) -> None:
    """Anything else is refused, rather than never equal."""
    answer = call("POST", "bill/verify", json={"expected": {"charged": "40 cents"}})

    assert answer.status_code == 400


def test_the_bill_of_a_new_key_is_empty(gateway: Gateway, call: Call) -> None:
    """There is nothing to pay; the number of entries is limited."""
    for number in range(3):
        retried(gateway, f"A cat {number}", 0)
    entries = call("GET", "bill?limit=2").json()["entries"]

    assert [entry["request"] for entry in entries] == [2, 3]
    assert gateway.with_key("sk-nobody").bill.jobs == 0


def test_example_objects_cost_nothing(gateway: Gateway) -> None:
    """Nobody ordered them."""
    gateway.fill_examples()

    gateway.verify_bill(accepted="0", duplicates=0)


REFUSALS = {
    "gateway": (429, "insufficient_quota"),
    "openai": (429, "insufficient_quota"),
    "new-api": (403, "insufficient_user_quota"),
}


@pytest.mark.parametrize("dialect", REFUSALS)
def test_a_budget_that_is_used_up_is_refused_as_the_dialect_does(
    gateway: Gateway, client: OpenAI, dialect: str
) -> None:
    """Another budget, or none, lets the key go on."""
    gateway.dialect(dialect)
    gateway.budget("0.50")
    video(client)
    with pytest.raises(APIStatusError) as refused:
        video(client)

    assert (refused.value.status_code, refused.value.code) == REFUSALS[dialect]
    assert gateway.verify_bill(accepted="0.40", jobs=1).budget == "0.50"
    for budget in ("0.80", None):
        gateway.budget(budget)
        video(client)
    assert gateway.bill.jobs == 3


def test_a_refund_can_be_spent_again(gateway: Gateway, client: OpenAI) -> None:
    """What has failed does not use the budget up; a reset of the budget lifts it."""
    gateway.budget("0.40")
    gateway.scenario("fails_at_60")
    video(client)
    gateway.clock.advance(LONG_ENOUGH_S)
    video(client)
    with pytest.raises(RateLimitError, match=r"budget of this API key is \$0.40, of which \$0.40"):
        video(client)
    gateway.reset("budget")
    video(client)

    assert gateway.bill.budget_micros is None


def test_a_key_can_begin_with_a_budget() -> None:
    """``--budget KEY=USD`` holds for that key and no other."""
    with running_gateway(Settings(budgets={"sk-poor": 400_000})) as fake:
        poor, rich = (Gateway(fake.url, key) for key in ("sk-poor", "sk-rich"))
        answers = [
            httpx.post(f"{each.base_url}/videos", json=ORDER, headers=header(each)).status_code
            for each in (poor, poor, rich, rich)
        ]

    assert answers == [200, 429, 200, 200]


@pytest.mark.parametrize("form", ["table", "json"])
def test_the_command_prints_the_bill_of_a_key(
    gateway: Gateway, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every job with its request, what is the same as before, and the sums."""
    monkeypatch.setenv("OPENAI_BASE_URL", gateway.base_url)
    monkeypatch.setenv("COLUMNS", "200")
    gateway.budget("2")
    first, again = retried(gateway, "A cat", 0), retried(gateway, "A cat", 1)
    arguments = ["bill", "--api-key", gateway.api_key, "--format", form]
    printed = CliRunner().invoke(main, arguments)

    assert printed.exit_code == 0, printed.output
    if form == "json":
        bill = json.loads(printed.output)
        assert [entry["job"] for entry in bill["entries"]] == [first, again]
        assert bill["reserved_micros"] == 800_000
    else:
        assert again in printed.output
        assert "2 jobs: $0.00 charged, $0.80 reserved, $0.00 refunded" in printed.output
        assert "budget: $2.00" in printed.output
        assert "1 jobs have the same request as an earlier one" in printed.output


@pytest.mark.parametrize("form", ["table", "json"])
def test_the_command_prints_the_sums_of_all_keys(form: str) -> None:
    """With the server's token; each key by its last characters."""
    with running_gateway(Settings(admin_token="token-of-the-test")) as fake:
        for key, times in (("sk-poor-0001", 2), ("sk-rich-0002", 1)):
            for _ in range(times):
                retried(Gateway(fake.url, key), "A cat", 0)
        arguments = ["bill", "--url", fake.url, "--admin-token", "token-of-the-test"]
        printed = CliRunner().invoke(main, [*arguments, "--format", form])

    assert printed.exit_code == 0, printed.output
    if form == "json":
        bills = {each["key_end"]: each["bill"] for each in json.loads(printed.output)}
        reserved = {key: bill["reserved"] for key, bill in bills.items()}
        assert reserved == {"…001": "0.80", "…002": "0.40"}
        return
    rows = [line.split("│") for line in printed.output.splitlines() if "…" in line]
    cells = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    assert cells == [
        ["…001", "2", "$0.00", "$0.80", "$0.00", "-", "0", "1"],
        ["…002", "1", "$0.00", "$0.40", "$0.00", "-", "0", "0"],
    ]


@pytest.mark.parametrize(
    ("arguments", "env", "said"),
    [
        ([], {}, "Missing option '--api-key'"),
        (["--url", "http://127.0.0.1:9"], {"OPENAI_API_KEY": "sk"}, "no fake gateway answers"),
        (["--url", "http://127.0.0.1:x"], {"OPENAI_API_KEY": "sk"}, "is no URL of a fake gateway"),
        ([], {"OPENAI_API_KEY": "sk\nx"}, "the API key has characters that no header"),
    ],
)
def test_the_command_says_what_it_lacks(
    arguments: list[str], env: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key of the environment, and a server that runs."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    printed = CliRunner(env=env).invoke(main, ["bill", *arguments])

    assert printed.exit_code != 0
    assert said in printed.output
