"""The hooks of Schemathesis keep its test data what the contract means."""

from copy import deepcopy
from typing import Any

import pytest
import schemathesis
from hypothesis import find, settings
from schemathesis import HookContext

import openapi
from contract_tests.schemathesis_hooks import before_load_schema, map_body
from openapi.contract.document import load_contract

SCHEMA = schemathesis.openapi.from_dict(load_contract(openapi.CONTRACT))
CREATE = SCHEMA["/v1/webhook_endpoints"]["POST"]
UPDATE = SCHEMA["/v1/webhook_endpoints/{webhook_endpoint_id}"]["POST"]
CHARACTER = SCHEMA["/sora/v1/characters"]["POST"]
NOBODY = "http://127.0.0.1:9/webhooks"


def mapped(operation: Any, body: Any) -> Any:
    """What is sent instead of a generated body."""
    return map_body(HookContext(operation=operation), body)


def prompt_of(case: Any) -> str:
    """The prompt of a generated request."""
    return str(case.body["prompt"])


@pytest.mark.parametrize("operation", [CREATE, UPDATE], ids=["create", "update"])
@pytest.mark.parametrize("url", ["https://hooks.example.com/films", "http://0", "http://a:b@c/"])
def test_a_url_is_replaced(operation: Any, url: str) -> None:
    """A fake is never asked to send webhooks to a generated URL."""
    body = {"url": url, "name": "n", "event_types": []}

    assert mapped(operation, body) == {**body, "url": NOBODY}


@pytest.mark.parametrize(
    "url", ["hooks", "ftp://a/", "http://a b/", "http://a/" + "u" * 2048, 5, None]
)
def test_what_the_contract_refuses_stays_as_it_is(url: object) -> None:
    """An invalid URL is sent as generated."""
    assert mapped(CREATE, {"url": url}) == {"url": url}


def test_other_urls_stay_as_they_are() -> None:
    """URLs that are not of webhooks stay as generated."""
    body = {"url": "https://example.com/cat.mp4", "timestamps": "1,3"}

    assert mapped(CHARACTER, body) == body
    assert mapped(CREATE, ["no", "object"]) == ["no", "object"]


def test_a_limited_text_may_have_blanks() -> None:
    """A pattern that a part of a text has to match leaves the rest of the text free."""
    prompt = {"type": "string", "pattern": "[^ ]", "minLength": 1, "maxLength": 32000}
    body = {"type": "object", "required": ["prompt"], "properties": {"prompt": prompt}}
    create = {
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {"200": {"description": "Accepted"}},
    }
    schema = schemathesis.openapi.from_dict(
        {
            "openapi": "3.0.3",
            "info": {"title": "One form", "version": "1"},
            "paths": {"/videos": {"post": create}},
        }
    )
    prompts = schema["/videos"]["POST"].as_strategy().map(prompt_of)

    assert " " in find(prompts, lambda prompt: " " in prompt, settings=settings(database=None))


def test_other_patterns_stay_as_they_are() -> None:
    """A pattern of a whole text, one without a limit, and a source named ``pattern`` stay."""
    kept: dict[str, Any] = {
        "whole": {"type": "string", "pattern": "^[a-z]+$", "maxLength": 9},
        "unlimited": {"type": "string", "pattern": "[a-z]"},
        "sources": {"pattern": "a page", "maxLength": "another page"},
    }
    document = deepcopy(kept)

    before_load_schema(HookContext(), document)

    assert document == kept
