"""Every row of the catalogue is served as it says; a new row needs no code."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import httpx
import pytest

import openapi
from mock_server.settings import Settings
from openapi.catalogue.models import load_catalogue
from openapi.contract.document import load_contract
from openapi.coverage import variants
from tests.mock_server.inprocess import Fake, fake_gateway
from tests.mock_server.samples import PNG, SORA, UNIFIED, error_of, form

CATALOGUE = load_catalogue(openapi.MODELS)
CONTRACT = load_contract(openapi.CONTRACT)
AVAILABLE = [row.name for row in CATALOGUE.models.values() if row.status == "available"]
RETIRED = [row.name for row in CATALOGUE.models.values() if row.status == "retired"]


@dataclass(frozen=True, slots=True)
class Documented:
    """One request that a variant documents: its body, and what it asks for."""

    variant: str
    body: dict[str, Any]

    @property
    def size(self) -> str:
        """The size word it uses."""
        return str(self.body.get("size") or self.body["aspect_ratio"])

    @property
    def seconds(self) -> int:
        """The length it asks for, or the model's own."""
        asked = self.body.get("seconds") or self.body.get("duration")
        return int(asked or CATALOGUE.models[self.body["model"]].default_seconds)

    @property
    def pixels(self) -> tuple[int, int]:
        """The size its video must have."""
        return CATALOGUE.sizes[self.size].turned(self.body.get("orientation"))

    def __str__(self) -> str:
        return f"{self.variant} {self.body['model']} {self.size} {self.seconds}s"


FILLED: dict[str, Any] = {
    "prompt": "A cow",
    "images": [],
    "watermark": False,
    "private": False,
    "character_url": "https://host/a.mp4",
}


def _documented() -> Iterator[Documented]:
    """Every combination of model, size and length that some JSON variant documents."""
    for name, schema in variants(CONTRACT):
        # `SoraImageJson`, or `SoraImageJson_NAME` for a model that takes that request.
        if not name.partition("_")[0].endswith("Json"):
            continue
        fields = schema["properties"]
        chosen = [
            field
            for field in ("model", "size", "aspect_ratio", "seconds", "duration", "orientation")
            if "enum" in fields.get(field, {})
        ]
        for values in product(*(fields[field]["enum"] for field in chosen)):
            filled = {field: _filled(field, fields[field]) for field in schema["required"]}
            yield Documented(
                schema["x-variant"], {**filled, **dict(zip(chosen, values, strict=True))}
            )


def _filled(field: str, schema: dict[str, Any]) -> Any:
    if schema.get("type") == "string" and field not in ("prompt", "character_url"):
        return "false"
    return "data:image/png;base64,iVBOR" if field == "input_reference" else FILLED.get(field)


DOCUMENTED = tuple(_documented())


def post(client: httpx.Client, body: dict[str, Any]) -> httpx.Response:
    """Send a body to the family it belongs to."""
    unified = {"duration", "images", "aspect_ratio", "orientation"} & set(body)
    return client.post("/v1/video/create" if unified else "/v1/videos", json=body)


@pytest.mark.parametrize("wanted", DOCUMENTED, ids=str)
def test_every_documented_combination_is_made_as_asked(
    client: httpx.Client, fake: Fake, wanted: Documented
) -> None:
    """It is accepted, takes as long as its row says, and has the pixels of its size word."""
    model = CATALOGUE.models[wanted.body["model"]]
    answer = post(client, wanted.body)
    assert answer.status_code == 200, answer.text
    query = {"id": answer.json()["id"]}
    fake.clock.advance((model.queued_ms + model.per_second_ms * wanted.seconds - 1) / 1000)
    waiting = client.get("/v1/video/query", params=query).json()
    fake.clock.advance(0.001)
    done = client.get("/v1/video/query", params=query).json()

    assert (waiting["status"], done["status"]) == ("processing", "completed")
    assert (done["width"], done["height"]) == wanted.pixels


def test_the_combinations_cover_the_catalogue() -> None:
    """Every size and length of every row that can be had is among them."""
    served = {(each.body["model"], each.size) for each in DOCUMENTED}
    lengths = {(each.body["model"], each.seconds) for each in DOCUMENTED}
    rows = [CATALOGUE.models[name] for name in AVAILABLE]

    assert served == {(row.name, size) for row in rows for size in row.sizes}
    assert lengths == {(row.name, seconds) for row in rows for seconds in row.seconds}


@pytest.mark.parametrize("name", RETIRED)
@pytest.mark.parametrize("path", ["/v1/videos", "/v1/video/create"])
def test_a_retired_model_is_gone(client: httpx.Client, name: str, path: str) -> None:
    """404 with the day it was retired."""
    answer = client.post(path, json={**UNIFIED, "model": name})
    error = error_of(answer)

    assert (answer.status_code, error["code"], error["param"]) == (404, "model_retired", "model")
    assert str(CATALOGUE.models[name].retired_on) in error["message"]


@pytest.mark.parametrize("path", ["/v1/videos", "/v1/video/create"])
def test_a_model_no_page_documents_is_not_found(client: httpx.Client, path: str) -> None:
    """400 that names the field and every page's models."""
    answer = client.post(path, json={**UNIFIED, "model": "sora-3"})
    error = error_of(answer)

    assert (answer.status_code, error["code"], error["param"]) == (400, "model_not_found", "model")
    assert "'sora-3'" in error["message"]
    assert "'sora-2'" in error["message"]


NEW_ROW = """
  sora-9:
    family: sora
    status: available
    pages: []
    like: [sora-image]
    sizes: [1280x720]
    seconds: [30]
    default_size: 1280x720
    default_seconds: 30
    price: {per: job, usd: 1, source: nobody, standing: inferred}
    timing: {queued_s: 1, per_second_s: 0.1, source: nobody, standing: inferred}
"""


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a fake with a new model, a paused one and an unavailable one."""
    text = openapi.MODELS.read_text(encoding="utf-8")
    for name, status in (("sora-2-all", "paused"), ("veo_3_1", "unavailable")):
        head, _, tail = text.partition(f"\n  {name}:\n")
        text = f"{head}\n  {name}:\n{tail.replace('status: available', f'status: {status}', 1)}"
    path: Path = tmp_path_factory.mktemp("catalogue") / "models.yaml"
    path.write_text(text + NEW_ROW, encoding="utf-8")
    with fake_gateway(Settings(models=path, validate_responses=True)) as fake:
        yield fake.client("key")


def test_a_paused_model_says_when_to_come_back(changed: httpx.Client) -> None:
    """503 with Retry-After, and no job."""
    answer = changed.post("/v1/video/create", json=UNIFIED)

    assert (answer.status_code, error_of(answer)["code"]) == (503, "model_paused")
    assert int(answer.headers["retry-after"]) > 0


def test_an_unavailable_model_is_refused(changed: httpx.Client) -> None:
    """503, the gateway's answer for a model that no channel serves."""
    body: dict[str, str | bytes] = {
        "model": "veo_3_1",
        "prompt": "A cow",
        "seconds": "8",
        "size": "16x9",
        "input_reference": PNG,
    }
    answer = changed.post("/v1/videos", files=form(body))

    assert (answer.status_code, error_of(answer)["code"]) == (503, "model_unavailable")


def test_a_new_row_is_a_new_model(changed: httpx.Client) -> None:
    """A row that names the page it is like is served with its own sizes and lengths."""
    body = {**SORA, "model": "sora-9"}
    made = [changed.post("/v1/videos", **sent) for sent in ({"json": body}, {"files": form(body)})]
    refused = changed.post("/v1/videos", json={**body, "seconds": "4"})

    assert [answer.json().get("seconds") for answer in made] == ["30", "30"]
    assert (refused.status_code, error_of(refused)["param"]) == (400, "seconds")
    assert "models.yaml:" in error_of(refused)["message"]
