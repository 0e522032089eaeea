"""Paths and methods: 404, 405 with the allowed methods, HEAD like GET, literal paths first."""

from typing import Any

import httpx
import pytest

import openapi
from mock_server.http.validation.responses import ResponseRules
from openapi.contract.contract import Contract
from openapi.contract.document import load_contract
from tests.mock_server.samples import MP4, create, error_of, form

CONTRACT = load_contract(openapi.CONTRACT)
RULES = ResponseRules(Contract(CONTRACT))
PATHS = tuple(CONTRACT["paths"])
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def documented(path: str) -> dict[str, Any]:
    """The operations of a path by method; HEAD comes with GET."""
    item = CONTRACT["paths"][path]
    found = {method: item[method.lower()] for method in METHODS if method.lower() in item}
    return {**found, "HEAD": found["GET"]} if "GET" in found else found


def filled(path: str) -> str:
    """The path with some id in its place."""
    return path.replace("{video_id}", "video_1").replace("{character_id}", "char_1")


WRONG = [
    (path, method)
    for path in PATHS
    for method in METHODS
    if method not in documented(path) and method != "HEAD"
]


@pytest.mark.parametrize(("path", "method"), [*WRONG, ("/v1/videos", "TRACE")])
def test_a_wrong_method_gets_all_allowed_ones(client: httpx.Client, path: str, method: str) -> None:
    """The Allow header of 405 lists every documented method of the path."""
    answer = client.request(method, filled(path))
    operation = next(iter(documented(path).values()))["operationId"]
    problems = RULES.problems(operation, answer.status_code, answer.headers, answer.content)

    assert answer.status_code == 405
    assert list(problems) == []
    assert answer.headers["allow"].split(", ") == sorted([*documented(path), "OPTIONS"])
    assert error_of(answer)["code"] == "method_not_allowed"


def test_head_where_there_is_no_get_has_no_body(client: httpx.Client) -> None:
    """405 with Allow, and nothing after the headers."""
    answer = client.head("/v1/videos/edits")

    assert (answer.status_code, answer.content) == (405, b"")
    assert answer.headers["allow"] == "OPTIONS, POST"


@pytest.mark.parametrize("path", PATHS)
def test_options_lists_the_methods(keyless: httpx.Client, path: str) -> None:
    """204 without a body and without a key, with the same Allow header."""
    answer = keyless.options(filled(path))

    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["allow"].split(", ") == sorted([*documented(path), "OPTIONS"])
    assert "content-type" not in answer.headers


@pytest.mark.parametrize("path", ["/v1/videos", "/v1/models"])
def test_head_is_get_without_a_body(client: httpx.Client, path: str) -> None:
    """The status and the headers are a GET's."""
    got, asked = client.get(path), client.head(path)

    assert asked.status_code == got.status_code == 200
    assert asked.headers["content-length"] == got.headers["content-length"]


UNKNOWN = (
    "/v1",
    "/v1/",
    "/v1/videos/",
    "/v1/videos//content",
    "/v1/videos/a/b",
    "/v1/videos/a/content/",
    "/V1/videos",
    "/v1/VIDEOS",
    "/v1/%2e/videos",
    "/sora/v1/characters/x",
    "/docsx",
    "/openapi",
)


@pytest.mark.parametrize("path", ["generations", "up-scale", "edit_all", "generations/content"])
def test_a_word_where_ids_stand_is_an_unknown_path(client: httpx.Client, path: str) -> None:
    """An action that does not exist is 404, not a wrong method for an id."""
    answer = client.post(f"/v1/videos/{path}", json={"prompt": "x"})

    assert (answer.status_code, error_of(answer)["code"]) == (404, "unknown_url")
    assert "allow" not in answer.headers


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", UNKNOWN)
def test_an_unknown_path_is_404(client: httpx.Client, path: str, method: str) -> None:
    """Paths are taken literally: no slash is added or dropped, no case is changed."""
    answer = client.request(method, path)

    assert (answer.status_code, error_of(answer)["code"]) == (404, "unknown_url")


def test_a_long_path_is_not_repeated_whole(client: httpx.Client) -> None:
    """An error shows enough of a path to know it by."""
    assert len(error_of(client.get("/" + "x" * 20_000))["message"]) < 300


def test_a_literal_path_comes_before_a_template(client: httpx.Client) -> None:
    """`edits` is no id: its path has the one method it is documented with."""
    answer = client.get("/v1/videos/edits")

    assert (answer.status_code, answer.headers["allow"]) == (405, "OPTIONS, POST")


def test_a_character_is_no_video(client: httpx.Client) -> None:
    """`characters/{character_id}` is not taken for an operation on a video of that name."""
    made = client.post("/v1/videos/characters", files=form({"name": "Momo", "video": MP4})).json()
    answer = client.get(f"/v1/videos/characters/{made['id']}")

    assert (answer.status_code, answer.json()) == (200, made)


@pytest.mark.parametrize("job_id", ["sora-2:task_1", "a b", "%2e%2e", "ü", "%00", "a;b", "a%25b"])
def test_an_id_may_be_any_one_segment(client: httpx.Client, job_id: str) -> None:
    """An unknown id is 404 as a video, not as a path."""
    answer = client.get(f"/v1/videos/{job_id}")

    assert (answer.status_code, error_of(answer)["code"]) == (404, "video_not_found")


def test_a_query_is_no_part_of_the_path(client: httpx.Client) -> None:
    """Undeclared query parameters are ignored."""
    create(client)

    assert len(client.get("/v1/videos?nobody=knows&nobody=cares").json()["data"]) == 1


@pytest.mark.parametrize("path", ["/nowhere", "/v1/videos/a/b"])
def test_an_unknown_path_needs_no_key(keyless: httpx.Client, path: str) -> None:
    """An unknown path is 404 without a key."""
    assert keyless.get(path).status_code == 404
