"""Whatever happens to jobs and server, what was accepted is reserved, charged or refunded."""

import asyncio
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import openapi
from mock_server.app import build_server
from mock_server.domain.clock import ManualClock
from mock_server.settings import Settings
from tests.mock_server.inprocess import START_MS, Fake, fake_gateway
from tests.mock_server.samples import LONG_ENOUGH_S, SORA, create, finished
from tests.properties import examples

# Millionths of a dollar for a second of sora-2.
A_SECOND = 100_000
SCENARIOS = st.sampled_from(("happy", "instant", "fails_at_60", "upstream_timeout", "stuck_queued"))
CREATES = st.tuples(
    st.just("create"), st.sampled_from(("4", "8", "12")), SCENARIOS, st.integers(0, 2)
)
DERIVES = st.tuples(st.sampled_from(("remix", "edit", "extension")), st.integers(0, 9))
STEPS = st.one_of(
    CREATES,
    CREATES,
    DERIVES,
    st.tuples(st.just("delete"), st.integers(0, 9)),
    st.tuples(st.just("advance"), st.sampled_from((1, 60, 3600, 90_000))),
    st.tuples(st.just("dialect"), st.sampled_from(("gateway", "openai", "new-api"))),
    st.tuples(st.just("restart")),
)


class Shop:
    """A server on a file, which takes a while to start: one for the customers of all examples."""

    def __init__(self, folder: Path) -> None:
        self._settings = Settings(store=f"sqlite:///{folder}/jobs.db")
        self.clock = ManualClock(START_MS)
        self._runner = asyncio.Runner()
        self.customers = count()
        self._start()

    def _start(self) -> None:
        server = build_server(self._settings, self.clock)
        self.fake = Fake(server, self.clock, self._runner)

    def restart(self) -> None:
        """Another server on the same file."""
        self._stop()
        self._start()

    def _stop(self) -> None:
        self._runner.run(self.fake.server.tenants.store.close())

    def close(self) -> None:
        """End the last server."""
        self._stop()
        self._runner.close()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The server of the property."""
    shop = Shop(tmp_path_factory.mktemp("shop"))
    yield shop
    shop.close()


class Customer:
    """Sends requests with a key of its own, and adds up what they are to cost."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._key = f"sk-customer-{next(shop.customers)}"
        self._http = shop.fake.client(self._key)
        self.accepted = 0
        self.jobs: list[tuple[str, int]] = []

    def restart(self) -> None:
        """Go on with another server on the same file."""
        self.close()
        self._shop.restart()
        self._http = self._shop.fake.client(self._key)

    def close(self) -> None:
        """Send nothing more."""
        self._http.close()

    def create(self, seconds: str, scenario: str, prompt: int) -> None:
        """Order a job, sometimes with the same request as before."""
        body = {"model": "sora-2", "prompt": f"Cat {prompt} mock:{scenario}", "seconds": seconds}
        self._made(self._http.post("/v1/videos", json=body), int(seconds), int(seconds))

    def remix(self, number: int) -> None:
        """Order a remix, which costs as much as its parent's length."""
        job, seconds = self._job(number)
        self._made(
            self._http.post(f"/v1/videos/{job}/remix", json={"prompt": "Rain"}), seconds, seconds
        )

    def edit(self, number: int) -> None:
        """Order an edit, which costs as much as its parent's length."""
        job, seconds = self._job(number)
        body = {"prompt": "Rain", "video": {"id": job}}
        self._made(self._http.post("/v1/videos/edits", json=body), seconds, seconds)

    def extension(self, number: int) -> None:
        """Order an extension, of which only what is added costs."""
        job, seconds = self._job(number)
        body = {"prompt": "Rain", "video": {"id": job}, "seconds": "8"}
        self._made(self._http.post("/v1/videos/extensions", json=body), 8, seconds + 8)

    def delete(self, number: int) -> None:
        """Delete a job, twice."""
        job, _ = self._job(number)
        for _ in range(2):
            self._http.delete(f"/v1/videos/{job}")

    def advance(self, seconds: int) -> None:
        """Let time pass."""
        self._shop.clock.advance(seconds)

    def dialect(self, name: str) -> None:
        """Have other rules apply to new jobs."""
        self._http.put("/_mock/dialect", json={"dialect": name})

    def bill(self) -> dict[str, Any]:
        """The bill now."""
        found: dict[str, Any] = self._http.get("/_mock/bill").json()
        return found

    def _job(self, number: int) -> tuple[str, int]:
        return self.jobs[number % len(self.jobs)] if self.jobs else ("video_none", 0)

    def _made(self, answer: httpx.Response, billed: int, seconds: int) -> None:
        if answer.status_code == 200:
            self.accepted += billed * A_SECOND
            self.jobs.append((answer.json()["id"], seconds))


@settings(max_examples=examples(30))
@given(steps=st.lists(STEPS, max_size=25))
def test_what_was_accepted_is_reserved_charged_or_refunded(
    shop: Shop, steps: list[tuple[Any, ...]]
) -> None:
    """In whole millionths, after any requests, deletions, leaps of the clock and restarts."""
    customer = Customer(shop)
    for name, *values in steps:
        getattr(customer, name)(*values)
        bill = customer.bill()

        parts = (bill[f"{part}_micros"] for part in ("reserved", "charged", "refunded"))
        assert sum(parts) == bill["accepted_micros"] == customer.accepted
        # Every job is listed, deleted ones included, and the entries say where each cent is.
        assert bill["jobs"] == len(customer.jobs) == len(bill["entries"])
        for state in ("reserved", "charged", "refunded"):
            prices = (each["price_micros"] for each in bill["entries"] if each["state"] == state)
            assert sum(prices) == bill[f"{state}_micros"]
        assert bill["unpriced"] == 0
    customer.close()


@pytest.mark.parametrize(
    ("size", "seconds", "micros"),
    [("720x1280", "4", 1_200_000), ("1792x1024", "12", 6_000_000)],
)
def test_a_price_is_by_second_and_size(
    client: httpx.Client, size: str, seconds: str, micros: int
) -> None:
    """sora-2-pro costs 0.30 a second, and 0.50 in its larger sizes."""
    create(client, model="sora-2-pro", size=size, seconds=seconds)

    assert client.get("/_mock/bill").json()["accepted_micros"] == micros


def test_content_that_expires_costs_nothing_back(client: httpx.Client, clock: ManualClock) -> None:
    """A job was paid for, whether its film was fetched in time or not."""
    finished(client, clock)
    clock.advance(10**7)
    bill = client.get("/_mock/bill").json()

    assert (bill["charged"], bill["refunded"]) == ("0.40", "0.00")


def test_prices_can_be_by_job_or_unknown(tmp_path: Path) -> None:
    """A catalogue of one's own decides; what no row knows is unpriced."""
    models = tmp_path / "models.yaml"
    rows = openapi.MODELS.read_text(encoding="utf-8")
    by_job = rows.replace("{per: second, usd: 0.10,", "{per: job, usd: 0.0025,")
    models.write_text(by_job.replace("usd: 0.30", "usd: null"), encoding="utf-8")
    with fake_gateway(Settings(models=models)) as fake, fake.client("sk-customer") as client:
        for model in ("sora-2", "sora-2-pro"):
            create(client, model=model)
        bill = client.get("/_mock/bill").json()

    assert (bill["accepted"], bill["accepted_micros"]) == ("0.0025", 2500)
    assert (bill["jobs"], bill["unpriced"]) == (2, 1)


def test_new_api_says_what_a_key_may_spend_and_has_spent() -> None:
    """The limit in dollars, what is spent in cents; a key without a budget has new-api's number."""
    settings = Settings(services=("new-api",), dialect="new-api", validate_responses=True)
    with fake_gateway(settings) as fake, fake.client("sk-customer") as client:

        def asked(path: str, name: str) -> Any:
            return client.get(f"/v1/dashboard/billing/{path}").json()[name]

        without = asked("subscription", "hard_limit_usd")
        client.put("/_mock/budget", json={"usd": "1.50"})
        limits = [asked("subscription", f"{each}_usd") for each in ("soft_limit", "hard_limit")]
        client.post("/v1/videos", json={**SORA, "seconds": "4"})
        client.post("/v1/videos", json={**SORA, "prompt": "A cat mock:fails_at_60"})
        before = asked("usage", "total_usage")
        fake.clock.advance(LONG_ENOUGH_S)
        after = asked("usage", "total_usage")

    assert (without, limits) == (100_000_000, [1.5, 1.5])
    assert (before, after) == (80, 40)
