"""`gateway-contract catalogue` says what a target sells that the catalogue does not, for free."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

import openapi
from contract_tests.catalogue.listing import listed_models, prices_by_call
from contract_tests.cli.main import main
from contract_tests.guard.classification import RequestKind, classify
from contract_tests.wire.exchange import BEARER, Reply
from contract_tests.wire.exchange import Request as Sent
from openapi.catalogue.models import load_catalogue
from tests.contract_tests.commands import CANARY
from tests.contract_tests.connections import CONTRACT
from tests.contract_tests.gateways import journaled, served, stub

KNOWN = {
    name for name, row in load_catalogue(openapi.MODELS).models.items() if row.status == "available"
}


@dataclass
class Gateway:
    """A gateway that sells some models; it looks at the model of a create first, if ``strict``."""

    listed: list[str]
    known: set[str] = field(default_factory=set)
    prices: Mapping[str, float] | None = None
    checks_model: bool = True
    accepts: bool = False
    creates: list[Mapping[str, Any]] = field(default_factory=list)
    keys: set[tuple[str, str | None]] = field(default_factory=set)

    async def __call__(self, request: Request) -> Response:
        """Respond to a request."""
        self.keys.add((request.url.path, request.headers.get("authorization")))
        if request.url.path == "/v1/models":
            data = [{"id": name, "object": "model"} for name in self.listed]
            return JSONResponse({"object": "list", "data": data})
        if request.url.path == "/api/pricing" and self.prices is not None:
            rows = [
                {"model_name": name, "quota_type": 1, "model_price": usd}
                for name, usd in self.prices.items()
            ]
            return JSONResponse({"success": True, "data": rows, "group_ratio": {"default": 1}})
        if request.method == "POST":
            return self._create(await request.json())
        return JSONResponse({"error": {"message": "no such page", "code": None}}, 404)

    def _create(self, body: Mapping[str, Any]) -> Response:
        self.creates.append(body)
        if self.accepts:
            return JSONResponse({"id": "video_1", "status": "queued"})
        if self.checks_model and body["model"] not in {*self.listed, *self.known}:
            error = {"message": f"no channel for {body['model']}", "code": "model_not_found"}
            return JSONResponse({"error": error}, 503)
        return JSONResponse({"error": {"message": "prompt is required", "param": "prompt"}}, 400)


def compare(gateway: Gateway, *options: str) -> Result:
    """One comparison with a gateway that costs money."""
    with served(stub(gateway)) as url:
        reach = ["--target", url, "--live", "--api-key-env", "CANARY_KEY"]
        return CliRunner().invoke(main, ["catalogue", *reach, *options])


def found(result: Result) -> dict[str, dict[str, Any]]:
    """The differences of a comparison by model."""
    return {each["model"]: each for each in json.loads(result.stdout)["differences"]}


def test_a_target_that_sells_what_the_catalogue_has_differs_in_nothing() -> None:
    """The fake lists its own catalogue; the status is that of a clean run."""
    with journaled() as (url, journal):
        reach = ["--target", url, "--live", "--api-key-env", "CANARY_KEY"]
        result = CliRunner().invoke(main, ["catalogue", *reach])

    assert (result.exit_code, journal.accepted) == (0, 0)
    assert "0 differences" in result.stdout
    assert {method for method, _ in journal.requests} == {"GET"}


def test_new_and_gone_models_are_named_with_rows_to_paste() -> None:
    """A new one takes what the list does not say from a model of its family; one is gone."""
    listed = sorted((KNOWN - {"sora-2-pro"}) | {"sora-9", "gpt-4o"})
    gateway = Gateway(listed, prices={"sora-9": 0.35})
    result = compare(gateway, "--format", "json")
    differences = found(result)

    assert result.exit_code == 1
    assert set(differences) == {"sora-9", "sora-2-pro"}
    assert differences["sora-9"]["change"] == "new"
    assert differences["sora-9"]["row"]["price"]["usd"] == 0.35
    assert differences["sora-2-pro"]["change"] == "gone"
    assert differences["sora-2-pro"]["row"]["status"] == "retired"


def test_the_rows_can_be_pasted() -> None:
    """The YAML that is printed is valid in the catalogue, where it stands under 'models'."""
    gateway = Gateway(sorted((KNOWN - {"sora-2-pro"}) | {"sora-9"}), prices={"sora-2": 0.4})
    printed = compare(gateway, "--match", "gpt*").stdout
    block = printed.partition("models.yaml:\n\n")[2].partition("\n\n")[0]
    rows = yaml.safe_load(block)
    whole = yaml.safe_load(openapi.MODELS.read_text(encoding="utf-8"))
    whole["models"] |= rows
    Path("mine.yaml").write_text(yaml.safe_dump(whole), encoding="utf-8")

    assert set(rows) == {"sora-9", "sora-2-pro"}
    assert load_catalogue(Path("mine.yaml")).models["sora-9"].sizes
    assert compare(gateway, "--models", "mine.yaml").exit_code == 0


def test_a_price_that_is_another_one_is_named() -> None:
    """A price of a call is compared with that of a job of the usual size and length."""
    gateway = Gateway(sorted(KNOWN), prices={"sora-2": 0.4, "sora-2-pro": 2.0})
    differences = found(compare(gateway, "--format", "json"))

    assert set(differences) == {"sora-2-pro"}
    assert differences["sora-2-pro"]["listed"] == "$2 a job"
    assert differences["sora-2-pro"]["row"]["price"]["standing"] == "verified"


def test_a_model_that_is_known_though_not_listed_is_not_gone() -> None:
    """Its create is refused for something else than the model, so no row follows."""
    gateway = Gateway(sorted(KNOWN - {"sora-2-pro"}), known={"sora-2-pro"})
    difference = found(compare(gateway, "--format", "json"))["sora-2-pro"]

    assert difference["change"] == "not listed"
    assert difference["row"] is None
    assert "the model is known" in difference["listed"]


def test_a_target_that_does_not_look_at_the_model_first_confirms_nothing() -> None:
    """Where an unknown model is refused for something else, nothing is said of the others."""
    gateway = Gateway(sorted(KNOWN - {"sora-2-pro"}), checks_model=False)
    difference = found(compare(gateway, "--format", "json"))["sora-2-pro"]

    assert difference["change"] == "not listed"
    assert len(gateway.creates) == 1


def test_no_create_that_is_sent_can_be_made() -> None:
    """Each is for a film of no size, no length and no prompt, with the key of the account."""
    gateway = Gateway([], prices={})
    compare(gateway)

    assert len(gateway.creates) > 3
    for each in gateway.creates:
        assert set(each) == {"model", "size", "seconds"}
        assert (each["size"], each["seconds"]) == ("0x0", "0")
    assert ("/api/pricing", None) in gateway.keys
    assert ("/v1/videos", f"Bearer {CANARY}") in gateway.keys


def test_after_a_create_of_nothing_was_accepted_nothing_more_is_sent() -> None:
    """A target that accepts anything is named, at the price of one create."""
    gateway = Gateway([], accepts=True)
    result = compare(gateway)

    assert result.exit_code == 1
    assert "it accepted a film of 0 x 0 pixels" in result.output
    assert len(gateway.creates) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"model": "sora-2", "size": "0x0", "seconds": "4"},
        {"model": "sora-2", "size": "720x1280", "seconds": "0"},
        {"model": "sora-2", "size": "0x0", "seconds": "0", "prompt": "A cat"},
        {"model": "sora-2", "size": "0x0", "seconds": "0", "input_reference": "x"},
    ],
)
def test_what_a_target_could_make_something_of_is_no_create_of_nothing(body: object) -> None:
    """The guard knows a create of nothing by all three of its faults."""
    headers = (("authorization", BEARER), ("content-type", "application/json"))
    request = Sent("POST", "/v1/videos", headers, json.dumps(body).encode())

    assert classify(CONTRACT, request) is not RequestKind.MUST_BE_REFUSED


@pytest.mark.parametrize(
    ("options", "status", "says"),
    [
        (("--target", "http://127.0.0.1:9"), 3, "not available"),
        (("--target", "gateway.example"), 2, "--target"),
        (("--target", "https://gateway.example"), 2, "--api-key-env"),
        (("--models", "none.yaml"), 2, "none.yaml"),
    ],
)
def test_what_cannot_be_compared_has_the_status_of_a_run(
    options: tuple[str, ...], status: int, says: str
) -> None:
    """2 for an option that cannot work, 3 for a target that is not there."""
    result = CliRunner().invoke(main, ["catalogue", *options])

    assert result.exit_code == status
    assert says in result.output


def test_a_target_without_a_list_is_named() -> None:
    """What it answers instead is shown, escaped."""

    async def respond(_request: Request) -> Response:
        return Response("\x1b[31mno", 404)

    with served(stub(respond)) as url:
        result = CliRunner().invoke(main, ["catalogue", "--target", url])

    assert result.exit_code == 1
    assert "no list of models: 404" in result.output
    assert "\x1b" not in result.output


@given(body=st.binary(max_size=40) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["data", "id", "sizes", "seconds", "model_name", "model_price",
                         "quota_type", "group_ratio", "default"]), inner, max_size=5),
    max_leaves=20,
).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_whatever_a_target_lists_is_read_or_refused(body: bytes) -> None:
    """Nothing that it sends is more than names, lengths and prices."""
    reply = Reply(200, (), body)

    for model in listed_models(reply) or ():
        assert model.name.strip() == model.name != ""
    assert all(isinstance(usd, float) for usd in prices_by_call(reply).values())
