"""The model list is the catalogue."""

import httpx

import openapi
from openapi.catalogue import load_catalogue

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


def test_an_entry_has_the_fields_that_clients_expect(client: httpx.Client) -> None:
    """OpenAI's four fields are there for every model."""
    for row in client.get("/v1/models").json()["data"]:
        assert (row["object"], type(row["created"]), type(row["owned_by"])) == ("model", int, str)
