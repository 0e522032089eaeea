"""If one field of a documented request is changed, the error names that field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.mock_server.samples import SORA, UNIFIED, error_of, form
from tests.system.clients.contract_requests import RequestVariant, request_variants

VARIANTS = tuple(request_variants())
_JSON = "application/json"
_NEVER = "never-ever"


@dataclass(frozen=True, slots=True)
class Mutation:
    """A body with one field that is missing, or of a value or a type that no page allows."""

    name: str
    change: str
    body: Mapping[str, Any]


def mutations(variant: RequestVariant, base: Mapping[str, Any]) -> Iterator[Mutation]:
    """Every body that differs from a documented one in one field."""
    for name in base:
        field = variant.fields[name]
        if name in variant.required:
            rest = {key: value for key, value in base.items() if key != name}
            yield Mutation(name, "missing", rest)
        if "enum" in field:
            wrong = 9999 if field.get("type") == "integer" else _NEVER
            yield Mutation(name, "value", {**base, name: wrong})
        if variant.media_type == _JSON:
            other = 5 if field.get("type") == "object" else {"a": 1}
            yield Mutation(name, "type", {**base, name: other})
            yield Mutation(name, "null", {**base, name: None})


@pytest.mark.parametrize("whole", [False, True], ids=["required", "all"])
@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.component)
def test_the_changed_field_is_blamed(
    client: httpx.Client, variant: RequestVariant, whole: bool
) -> None:
    """The error names the one field that differs, or another documented request takes the body."""
    base = variant.body(tuple(variant.fields) if whole else None)
    assert variant.send(client, base).status_code == 200
    blamed: list[tuple[str, str, str | None]] = []
    for mutation in mutations(variant, base):
        answer = variant.send(client, mutation.body)
        if answer.status_code != 200:
            blamed.append((mutation.name, mutation.change, error_of(answer)["param"]))

    assert len(blamed) >= len(variant.required)
    assert [each for each in blamed if not (each[2] or "").startswith(each[0])] == []


def refusal(client: httpx.Client, path: str, **sent: Any) -> tuple[str, str]:
    """The field that a refusal names, and its message."""
    error = error_of(client.post(path, **sent))
    return error["param"], error["message"]


def test_a_size_of_another_form_says_what_that_form_needs(client: httpx.Client) -> None:
    """The size is right where there is a picture, so the picture is what is missing."""
    sent = {**SORA, "seconds": "10", "size": "9x16", "watermark": "false"}
    param, message = refusal(client, "/v1/videos", files=form(sent))

    assert param == "input_reference"
    assert "size '9x16' is documented with an input_reference (sora-image-zh:39)" in message


def test_a_value_of_another_model_says_which(client: httpx.Client) -> None:
    """What only another model's page lists is named with that model."""
    sent = {**SORA, "model": "sora-2-pro", "size": "16x9"}
    param, message = refusal(client, "/v1/videos", json=sent)

    assert param == "size"
    assert "size '16x9' is documented with the model 'veo_3_1' or 'veo_3_1-fast' (" in message


@pytest.mark.parametrize("model", ["sora-2", "sora-2-all"])
def test_a_missing_orientation_is_no_missing_character(client: httpx.Client, model: str) -> None:
    """A request without a character is not taken for one that has it."""
    sent = {**UNIFIED, "model": model}
    del sent["orientation"]

    assert refusal(client, "/v1/video/create", json=sent)[0] == "orientation"
