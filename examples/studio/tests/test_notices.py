"""The gateway reports finished films by webhook: messages are verified, and no test waits."""

from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from threading import Thread

import pytest
from openai import OpenAI

from studio.notices import Notices, handler_for

PATIENCE_S = 10
A_FILMS_LIFE_S = 1800


@pytest.fixture
def client(video_gateway):
    with OpenAI() as client:
        yield client


@pytest.fixture
def server():
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def ended():
    return Queue()


@pytest.fixture
def endpoint(client, server, ended):
    endpoint = client.webhooks.create(
        name="studio",
        url=f"http://127.0.0.1:{server.server_port}/webhooks",
        event_types=["video.completed", "video.failed"],
    )
    notices = Notices(client, endpoint.signing_secret, ended.put)
    server.RequestHandlerClass = handler_for(notices)
    return endpoint


@pytest.fixture
def a_film_ends(video_gateway, client, endpoint):
    def ordered_and_ended():
        job = client.videos.create(model="sora-2", prompt="A cat").id
        video_gateway.clock.advance(A_FILMS_LIFE_S)
        video_gateway.webhooks.deliver()
        return job

    return ordered_and_ended


def test_a_film_is_fetched_when_the_gateway_says_so(a_film_ends, ended, studio, target):
    a_film_ends()
    job = ended.get(timeout=PATIENCE_S)
    assert studio.finish(job, target).status == "completed"
    assert target.stat().st_size > 0


def test_nothing_is_sent_before_the_end(video_gateway, client, endpoint, ended):
    client.videos.create(model="sora-2", prompt="A cat")
    assert video_gateway.webhooks.deliver() == []
    assert ended.empty()


def test_a_failure_is_sent_too(video_gateway, a_film_ends, ended):
    video_gateway.scenario("fails_at_60")
    job = a_film_ends()
    assert ended.get(timeout=PATIENCE_S) == job


def test_a_repeated_message_is_taken_once(video_gateway, a_film_ends, ended):
    job = a_film_ends()
    (delivery,) = video_gateway.webhooks.deliveries(job=job)
    again = video_gateway.webhooks.redeliver(delivery)
    assert [each.status for each in again.attempts] == [204, 204]
    assert ended.get(timeout=PATIENCE_S) == job
    assert ended.empty()


def test_what_somebody_else_has_signed_is_not_believed(video_gateway, a_film_ends, ended, client):
    (endpoint,) = client.webhooks.list()
    client.webhooks.rotate_secret(endpoint.id)
    job = a_film_ends()
    (delivery,) = video_gateway.webhooks.deliveries(job=job)
    assert (delivery.state, delivery.attempts[0].status) == ("pending", 400)
    assert ended.empty()


def test_a_receiver_that_was_away_gets_it_later(video_gateway, a_film_ends, ended, client):
    (endpoint,) = client.webhooks.list()
    client.webhooks.update(endpoint.id, url="http://127.0.0.1:9/nobody")
    job = a_film_ends()
    client.webhooks.update(endpoint.id, url=endpoint.url)
    video_gateway.clock.advance(3600)
    video_gateway.webhooks.deliver()
    assert ended.get(timeout=PATIENCE_S) == job
    (delivery,) = video_gateway.webhooks.deliveries(job=job)
    assert (delivery.state, len(delivery.attempts)) == ("delivered", 2)
