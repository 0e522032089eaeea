"""wrk sends what a row is about, and answers that are not the expected ones are no figure."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from benchmarks.abilities import Ability, reference, without_prompt
from benchmarks.peers.fake import FAKE
from benchmarks.requests import (
    ORDER,
    LoadError,
    Pressure,
    demand,
    order_as_form,
    order_as_json,
    page,
)
from benchmarks.rows.requests import CYCLE
from benchmarks.servers import Server, running
from benchmarks.wrk import load_with_wrk

pytestmark = pytest.mark.needs("wrk")
SHORT = Pressure(seconds=1, connections=2)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """The fake, as it is measured."""
    with running(FAKE) as one:
        yield one


def test_a_form_with_a_picture_arrives_whole(server: Server) -> None:
    """200 KB of any bytes pass through wrk's script, and each answer is a job."""
    before = len(demand(server.url, page(100)).json()["data"])
    found = load_with_wrk(server.url, order_as_form(ORDER, reference()), SHORT)

    assert found.answers > 0
    assert found.rate > 0
    assert len(demand(server.url, page(100)).json()["data"]) > before


def test_a_refusal_is_a_figure_only_where_it_is_expected(server: Server) -> None:
    """The same answers are a rate of refusals, and no rate of creates."""
    refused = order_as_json(without_prompt(), answered=400)

    assert load_with_wrk(server.url, refused, SHORT).answers > 0
    with pytest.raises(LoadError, match="answers were not"):
        load_with_wrk(server.url, replace(refused, answered=200), SHORT)
    with pytest.raises(LoadError, match="answers were not"):
        load_with_wrk(server.url, order_as_json(ORDER, answered=400), SHORT)


def test_a_cycle_downloads_jobs_that_are_completed(server: Server) -> None:
    """Every job is polled until it is completed: a download too early would be an error."""
    load = CYCLE.prepare(server, frozenset(Ability))

    assert load(SHORT) > 0
