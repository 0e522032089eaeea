"""The model list is the catalogue."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

import openapi
from mock_server.settings import Settings
from openapi.catalogue.models import load_catalogue
from tests.mock_server.inprocess import fake_gateway
from tests.mock_server.samples import PNG, form

CATALOGUE = load_catalogue(openapi.MODELS)


def test_every_row_is_listed_in_its_order(client: httpx.Client) -> None:
    """One entry a row, with what can be asked for and whether it can be had."""
    answer = client.get("/v1/models").json()
    listed = [
        (row["id"], row["availability"], row["sizes"], row["seconds"]) for row in answer["data"]
    ]

    assert answer["object"] == "list"
    assert listed == [
        (row.name, row.status, list(row.sizes), list(row.seconds))
        for row in CATALOGUE.models.values()
    ]


def requests(model: str, length: int, size: str) -> Iterator[dict[str, Any]]:
    """A create of each page that could take a model, with that length and size."""
    order: dict[str, Any] = {"model": model, "prompt": "A cat"}
    body = {**order, "seconds": str(length), "size": size}
    for fields in (body, {**body, "input_reference": PNG, "watermark": "false"}):
        yield {"url": "/v1/videos", "files": form(fields)}
    seen = {"images": ["https://example.com/cat.png"], "orientation": "portrait", "size": size}
    how = {**order, **seen, "duration": length, "watermark": True, "private": True}
    yield {"url": "/v1/video/create", "json": how}
    yield {"url": "/v1/video/create", "json": {**order, "aspect_ratio": size}}


def taken(client: httpx.Client, model: str, length: int, size: str) -> bool:
    """Whether some create operation of the server takes the order."""
    return any(
        client.post(**request).status_code == 200 for request in requests(model, length, size)
    )


@pytest.mark.parametrize("dialect", ["gateway", "openai", "new-api"])
def test_the_list_and_the_create_operations_agree(dialect: str) -> None:
    """What is listed can be ordered, and no length or size of the catalogue that is not listed."""
    with fake_gateway(Settings(dialect=dialect)) as fake:
        client = fake.client("sk-list")
        listed = {row["id"]: row for row in client.get("/v1/models").json()["data"]}
        for row in CATALOGUE.models.values():
            if row.status == "retired":
                assert row.name in listed
                continue
            offer = listed.get(row.name, {"seconds": [], "sizes": []})
            lengths = {each for each in row.seconds for size in row.sizes
                       if taken(client, row.name, each, size)}  # fmt: skip
            sizes = {each for each in row.sizes for length in row.seconds
                     if taken(client, row.name, length, each)}  # fmt: skip

            assert (row.name, set(offer["seconds"])) == (row.name, lengths)
            assert (row.name, set(offer["sizes"])) == (row.name, sizes)


@pytest.mark.parametrize("length", [4, 8, 10, 12, 15])
@pytest.mark.parametrize("size", ["720x1280", "1280x720"])
def test_every_length_of_a_model_is_taken_in_the_format_of_openai(
    client: httpx.Client, length: int, size: str
) -> None:
    """A page shows 10 seconds as an example and lists none, so it takes all that sora-2 has."""
    fields = {"model": "sora-2", "prompt": "A cat", "seconds": str(length), "size": size}
    answers = [
        client.post("/v1/videos", files=form(dict(fields))),
        client.post("/v1/videos", json=fields),
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert [answer.json()["seconds"] for answer in answers] == [str(length)] * 2


def test_an_entry_has_the_fields_that_clients_expect(client: httpx.Client) -> None:
    """OpenAI's four fields are there for every model."""
    for row in client.get("/v1/models").json()["data"]:
        assert (row["object"], type(row["created"]), type(row["owned_by"])) == ("model", int, str)
