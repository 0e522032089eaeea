"""A refusal names the field, the rule, and the page and line that state it."""

import re
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

import openapi
from mock_server.http.errors import ApiError
from mock_server.http.validation.explain import refusal
from openapi.catalogue.models import load_catalogue
from tests.mock_server.samples import PNG, SORA, UNIFIED, UNIFIED_VEO, VEO, error_of, form
from tests.openapi.contract.test_requests import CHOICE, body_of

# `sora-image:49 allows '4', '8', '12'`: a page, a line, and what stands there first.
CITED = re.compile(r"([a-z][a-z-]*):(\d+) (allows|requires|says) ([^;]+?)(?=[;.] |[;.]?$)")

Demand = tuple[str, int, str, str]


def demands(message: str) -> list[Demand]:
    """Every demand of a message that cites a documented page."""
    found = [(page, int(line), verb, what) for page, line, verb, what in CITED.findall(message)]
    return [demand for demand in found if (openapi.DOCUMENTED / f"{demand[0]}.yaml").exists()]


def cited(page: str, line: int) -> str:
    """The line of a documented page."""
    text = (openapi.DOCUMENTED / f"{page}.yaml").read_text(encoding="utf-8")
    return text.splitlines()[line - 1]


@dataclass(frozen=True, slots=True)
class Wrong:
    """A request, what is wrong with it, and the pages that must be named for it."""

    path: str
    sent: dict[str, Any]
    param: str
    pages: set[str]


def refuse(client: httpx.Client, path: str, **sent: Any) -> dict[str, Any]:
    """The error that a request is refused with."""
    answer = client.post(path, **sent)
    assert answer.status_code == 400, answer.text
    return error_of(answer)


def as_form(fields: dict[str, Any]) -> dict[str, Any]:
    """Fields as a form."""
    return {"files": form(fields)}


def as_json(fields: dict[str, Any]) -> dict[str, Any]:
    """Fields as JSON."""
    return {"json": fields}


LONG = "x" * 2_000_000


@pytest.mark.parametrize("items", [["https://a.example/b.png"] * 5000 + [5], [5] * 5000])
def test_a_large_body_is_refused_for_one_thing(client: httpx.Client, items: list[object]) -> None:
    """Where a body has thousands of values the first that is wrong is named, wherever it stands."""
    error = refuse(client, "/v1/video/create", json={**UNIFIED, "images": items})

    assert (error["code"], error["param"]) == ("invalid_type", f"images[{items.index(5)}]")


@pytest.mark.parametrize(
    ("field", "code"), [("prompt", "string_above_max_length"), ("model", "model_not_found")]
)
def test_a_text_of_megabytes_is_refused_like_a_long_one(
    client: httpx.Client, field: str, code: str
) -> None:
    """The error for a long text does not depend on its length, and is short."""
    error = refuse(client, "/v1/videos", json={**SORA, field: LONG})

    assert (error["code"], error["param"]) == (code, field)
    assert len(error["message"]) < 2000


VIDEOS, UNIFIED_PATH = "/v1/videos", "/v1/video/create"
PRO = {**SORA, "model": "sora-2-pro"}
SORA_PAGES = {"sora-image", "sora-image-zh", "sora-character"}
WRONG_VALUES = (
    Wrong(VIDEOS, as_form({**SORA, "seconds": "7"}), "seconds", {"sora-image"}),
    Wrong(VIDEOS, as_json({**SORA, "seconds": "7"}), "seconds", {"sora-image"}),
    Wrong(VIDEOS, as_form({**PRO, "seconds": "10"}), "seconds", {"sora-image"}),
    Wrong(VIDEOS, as_form({**SORA, "size": "tiny"}), "size", {"sora-image", "sora-character"}),
    Wrong(VIDEOS, as_form({**PRO, "size": "16x9"}), "size", {"sora-image"}),
    Wrong(VIDEOS, as_form({**PRO, "style": "noir"}), "style", {"sora-image"}),
    Wrong(VIDEOS, as_form({**VEO, "input_reference": PNG, "size": "1"}), "size", {"veo-image"}),
    Wrong(VIDEOS, as_form({**SORA, "model": "nobody"}), "model", {"sora-image", "veo-image"}),
    Wrong(UNIFIED_PATH, as_json({**UNIFIED, "duration": 4}), "duration", {"unified-create"}),
    Wrong(UNIFIED_PATH, as_json({**UNIFIED, "size": "16x9"}), "size", {"unified-create"}),
)


@pytest.mark.parametrize("wrong", WRONG_VALUES, ids=lambda wrong: wrong.param)
def test_a_wrong_value_is_explained_with_the_pages_of_right_ones(
    client: httpx.Client, wrong: Wrong
) -> None:
    """The message cites the pages that list values for the model; each cited line holds one."""
    error = refuse(client, wrong.path, **wrong.sent)
    found = demands(error["message"])

    assert error["param"] == wrong.param
    assert {page for page, *_ in found} == wrong.pages
    for page, line, verb, what in found:
        assert verb == "allows"
        assert what.partition(",")[0].strip("'") in cited(page, line)


def without(fields: dict[str, Any], name: str) -> dict[str, Any]:
    """All fields but one."""
    return {key: value for key, value in fields.items() if key != name}


MISSING = (
    Wrong(VIDEOS, as_form(without(SORA, "prompt")), "prompt", SORA_PAGES),
    Wrong(VIDEOS, as_json(without(SORA, "prompt")), "prompt", SORA_PAGES),
    Wrong(VIDEOS, as_form(VEO), "input_reference", {"veo-image"}),
    Wrong(VIDEOS, as_json(without(VEO, "seconds")), "seconds", {"veo-image"}),
    Wrong(UNIFIED_PATH, as_json(without(UNIFIED, "size")), "size", {"unified-create"}),
)


@pytest.mark.parametrize("wrong", MISSING, ids=lambda wrong: wrong.param)
def test_a_missing_field_is_explained_with_the_page_that_requires_it(
    client: httpx.Client, wrong: Wrong
) -> None:
    """Each cited line begins a required list of its page, which holds the field."""
    error = refuse(client, wrong.path, **wrong.sent)
    found = demands(error["message"])

    assert (error["code"], error["param"]) == ("missing_required_parameter", wrong.param)
    assert {page for page, *_ in found} == wrong.pages
    for page, line, verb, what in found:
        assert (verb, cited(page, line).strip()) == ("requires", "required:")
        assert wrong.param in what.split(", ")


WRONG_TYPES = (
    (VIDEOS, as_form({**SORA, "prompt": PNG}), "prompt"),
    (VIDEOS, as_form({**SORA, "input_reference": "a.png"}), "input_reference"),
    (VIDEOS, as_json({**SORA, "prompt": 5}), "prompt"),
    (UNIFIED_PATH, as_json({**UNIFIED, "images": "one"}), "images"),
    (UNIFIED_PATH, as_json({**UNIFIED, "watermark": 5}), "watermark"),
)


@pytest.mark.parametrize(("path", "sent", "param"), WRONG_TYPES)
def test_a_wrong_type_is_explained_with_the_page_of_the_field(
    client: httpx.Client, path: str, sent: dict[str, Any], param: str
) -> None:
    """Each cited line is the field's own on its page."""
    error = refuse(client, path, **sent)
    found = demands(error["message"])

    assert (error["code"], error["param"]) == ("invalid_type", param)
    assert found
    for page, line, verb, _ in found:
        assert (verb, cited(page, line).strip()) == ("says", f"{param}:")


def test_where_pages_list_nothing_the_catalogues_row_is_named(client: httpx.Client) -> None:
    """A page is cited for a list that it states; the rest is what the model's row has."""
    message = refuse(client, VIDEOS, **as_form({**SORA, "seconds": "7"}))["message"]
    row = load_catalogue(openapi.MODELS).models["sora-2"]

    assert [what for *_, what in demands(message)] == ["'4', '8', '12'"]
    assert (
        f"model catalogue, sora-2 at models.yaml:{row.line} (inferred) allows "
        + ", ".join(f"'{length}'" for length in row.seconds)
    ) in message


def test_a_page_that_does_not_cover_the_model_is_not_heard(client: httpx.Client) -> None:
    """What another model's page allows would send the caller the wrong way."""
    error = refuse(client, VIDEOS, **as_form({**PRO, "seconds": "7"}))

    assert [page for page, *_ in demands(error["message"])] == ["sora-image"]


def test_a_place_inside_a_field_is_named(client: httpx.Client) -> None:
    """An error in a list or an object names the part, and cites what holds it."""
    images = ["https://host/a.png", "ftp://host/b.png"]
    listed = refuse(client, UNIFIED_PATH, **as_json({**UNIFIED, "images": images}))
    held = refuse(client, "/v1/videos/edits", json={"prompt": "again", "video": {}})

    assert (listed["param"], held["param"]) == ("images[1]", "video.id")
    assert "'ftp://host/b.png'. unified-create:48 says pattern ^(https?://" in listed["message"]
    assert "OpenAI API spec" in held["message"]


@pytest.mark.parametrize("reference", [5, "", {}, {"image_url": "a", "file_id": "b"}, None])
def test_a_field_of_several_kinds_is_explained(client: httpx.Client, reference: object) -> None:
    """A reference to an image says what kinds there are, and where that is written."""
    error = refuse(client, VIDEOS, json={**SORA, "input_reference": reference})

    assert error["param"] == "input_reference"
    assert "OpenAI API spec, CreateVideoJsonBody.input_reference" in error["message"]
    assert error["message"].endswith("says string or object.")


def test_a_wrong_type_and_a_wrong_value_are_distinguished(client: httpx.Client) -> None:
    """A number for an image is of the wrong type, an empty address is a wrong value."""
    codes = [
        refuse(client, VIDEOS, json={**SORA, "input_reference": reference})["code"]
        for reference in (5, "")
    ]

    assert codes == ["invalid_type", "invalid_value"]


@pytest.mark.parametrize("missing", ["seconds", "prompt"])
def test_the_upload_that_was_meant_is_the_one_explained(client: httpx.Client, missing: str) -> None:
    """Of two forms that miss one field each, the one that knows the sent fields is meant."""
    sent = {"prompt": "again", "video": PNG, "seconds": "4"}
    del sent[missing]

    assert refuse(client, "/v1/videos/extensions", **as_form(sent))["param"] == missing


@pytest.mark.parametrize(
    ("path", "fields"), [(VIDEOS, {**SORA, "seconds": "9" * 5000}), (VIDEOS, {"model": "x" * 5000})]
)
def test_a_long_value_is_not_repeated_whole(
    client: httpx.Client, path: str, fields: dict[str, Any]
) -> None:
    """An error shows enough of a value to know it by."""
    assert len(refuse(client, path, **as_form(fields))["message"]) < 1000


def test_a_model_that_is_no_text_is_refused(client: httpx.Client) -> None:
    """Neither a list nor a number names a model."""
    for model in (["sora-2"], 2, {"id": "sora-2"}, True):
        error = refuse(client, VIDEOS, json={**SORA, "model": model})

        assert (error["code"], error["param"]) == ("invalid_type", "model")


def test_no_model_is_a_missing_field(client: httpx.Client) -> None:
    """Every page requires one, and all models are offered."""
    error = refuse(client, UNIFIED_PATH, json={"prompt": "A cow"})

    assert (error["code"], error["param"]) == ("missing_required_parameter", "model")
    assert repr(UNIFIED_VEO["model"]) in error["message"]


def test_a_demand_beside_the_choices_is_explained() -> None:
    """A body that a variant accepts can still break a rule for all variants."""
    body = body_of({"anyOf": CHOICE, "properties": {"note": {"type": "string"}}})
    fields = {"model": "b", "note": 5}
    error = refusal(body, fields, lambda _model: None)

    assert not body.whole.validator.is_valid(fields)
    assert (error.error_kind.code, error.param) == ("invalid_type", "note")


def test_a_demand_without_words_of_its_own_is_explained() -> None:
    """Alternatives without required fields have a plain message."""
    body = body_of({"type": "object", "oneOf": [{"maxProperties": 0}, {"maxProperties": 1}]})
    error = refusal(body, {"a": 1, "b": 2}, lambda _model: None)

    assert isinstance(error, ApiError)
    assert error.message == "No form of it fits (the contract)."
