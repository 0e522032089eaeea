"""Holds pages of other gateways from the raw file to the contract: their facts are in it."""

from pathlib import Path
from typing import Any

import pytest

from openapi.building.workspace import contract_of
from openapi.contract.contract import Contract
from openapi.contract.document import load_contract


def built(tmp_path: Path, page: str, name: str = "page.yaml") -> Contract:
    """The contract of a raw page, with the overlay and catalogue of this package."""
    raw = tmp_path / name
    raw.write_text(page, encoding="utf-8")
    with contract_of([raw]) as contract:
        return Contract(load_contract(contract))


def fields(contract: Contract, path: str) -> Any:
    """The fields of the first request at a path."""
    operation = contract.match("POST", path)
    assert operation is not None
    return operation.variants[0].fields


TWO_VERSIONS = """\
openapi: 3.0.1
info: {title: '', version: 1.0.0}
paths:
""" + "".join(
    f"""\
  /{version}/videos:
    post:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties: {{model: {{type: string, example: reel-1}}, prompt: {{type: string}}}}
      responses: {{'200': {{description: Queued}}}}
"""
    for version in ("v1", "v2")
)


def test_two_versions_of_a_path_have_two_names(tmp_path: Path) -> None:
    """Both are in the contract, and each request is a schema of its own."""
    contract = built(tmp_path, TWO_VERSIONS)
    found = [contract.match("POST", f"/{version}/videos") for version in ("v1", "v2")]

    components = {each.variants[0].component for each in found if each}
    assert components == {"PageV1VideosJson", "PageV2VideosJson"}


NEWER = """\
openapi: 3.1.0
info: {title: '', version: 1.0.0}
paths:
  /v1/clips:
    post:
      summary:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                kind: {const: clip}
                style: {type: [string, 'null'], examples: [noir]}
                length: {type: integer, exclusiveMinimum: 0, maximum: 10}
              required: []
            examples:
      responses: {'200': {description: Queued}}
"""


def test_openapi_3_1_is_translated(tmp_path: Path) -> None:
    """Lists of types, const, examples and exclusive limits have their form of 3.0."""
    found = fields(built(tmp_path, NEWER), "/v1/clips")

    assert found["kind"]["enum"] == ["clip"]
    assert (found["style"]["type"], found["style"]["nullable"]) == ("string", True)
    assert found["style"]["example"] == "noir"
    assert (found["length"]["minimum"], found["length"]["exclusiveMinimum"]) == (0, True)


LISTED = """\
openapi: 3.0.1
info: {title: '', version: 1.0.0}
paths:
  /v1/clips:
    post:
      requestBody:
        content:
          multipart/form-data:
            schema:
              type: object
              properties:
                look:
                  type: string
                  description: |
                    Allowed values:

                    - comic
                    - news
                size: {type: string, description: '720p or 1080p, 720p when left out'}
                mood: {type: string, description: 'Allowed values: calm, and many others'}
                length: {type: integer, description: Between 2 and 10 seconds}
                level: {type: integer, minimum: 1, maximum: 9}
      responses: {'200': {description: Queued}}
"""


@pytest.mark.parametrize(
    ("field", "accepted", "refused"),
    [
        ("look", ["comic", "news"], ["noir", "Allowed"]),
        ("size", ["720p", "1080p"], ["480p"]),
        ("mood", ["calm", "anything"], []),
        ("length", ["2", "10"], ["1", "11", "x"]),
        ("level", ["1", "9"], ["0", "10", "1.5"]),
    ],
)
def test_a_form_is_held_to_what_its_page_says(
    tmp_path: Path, field: str, accepted: list[str], refused: list[str]
) -> None:
    """Lists and limits of text and schema hold; a list that was not understood closes nothing."""
    contract = built(tmp_path, LISTED)
    validator = contract.validator(fields(contract, "/v1/clips")[field])

    assert [value for value in accepted if not validator.is_valid(value)] == []
    assert [value for value in refused if validator.is_valid(value)] == []
