"""What holds in every dialect, whatever its behaviour; a new file is covered by being there."""

import ast
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

import openapi
from openapi.building.check import check_contract
from openapi.contract.document import load_contract
from openapi.dialects import names
from openapi.dialects.contract import contract_for
from openapi.dialects.dialect import VIDEO_KEYS, Dialect
from openapi.documents.places import operations
from tests.mock_server.inprocess import Fake
from tests.mock_server.samples import LONG_ENOUGH_S, MP4, SORA, UNIFIED, form
from tests.project.source import modules
from tests.system.dialects.rendered import DIALECTS

CONTRACT = load_contract(openapi.CONTRACT)
OPERATIONS = {
    operation["operationId"]: (str(method).upper(), str(path))
    for (_, path, method), operation in operations(CONTRACT)
}
# From one look to the next: queued, in progress, completed, still there, long gone.
STEPS_S = (0, 20, LONG_ENOUGH_S, 10, 10_000_000)
Send = Callable[[httpx.Client], httpx.Response]


def post(path: str, **more: Any) -> Send:
    """A POST."""
    return lambda client: client.post(path, **more)


def get(path: str, **more: Any) -> Send:
    """A GET."""
    return lambda client: client.get(path, **more)


BAD: dict[str, Send] = {
    "no model": post("/v1/videos", json={"prompt": 5}),
    "no prompt": post("/v1/videos", json={"model": "sora-2"}),
    "blank prompt": post("/v1/videos", files=form({**SORA, "prompt": " "})),
    "empty prompt": post("/v1/videos", files=form({**SORA, "prompt": ""})),
    "long prompt": post("/v1/videos", files=form({**SORA, "prompt": "p" * 32001})),
    "unknown model": post("/v1/videos", json={**SORA, "model": "sora-9"}),
    "retired model": post("/v1/videos", json={**SORA, "model": "sora-2-2025-10-06"}),
    "bad size": post("/v1/videos", json={**SORA, "size": "1x1"}),
    "bad seconds": post("/v1/videos", json={**SORA, "seconds": "7"}),
    "numeric seconds": post("/v1/videos", json={**SORA, "seconds": 4}),
    "text for a file": post("/v1/videos", files=form({**SORA, "input_reference": "a.png"})),
    "no image": post("/v1/videos", files=form({**SORA, "input_reference": b"GIF89a"})),
    "twice": post("/v1/videos", files=[*form(SORA), *form({"prompt": "again"})]),
    "broken JSON": post("/v1/videos", content=b"{", headers={"content-type": "application/json"}),
    "no form": post("/v1/videos", content=b"x", headers={"content-type": "multipart/form-data"}),
    "foreign type": post("/v1/videos", content=b"x", headers={"content-type": "text/plain"}),
    "refused": post("/v1/videos", json={**SORA, "prompt": "mock:moderation_at_create"}),
    "unknown scenario": post("/v1/videos", json={**SORA, "prompt": "mock:nobody"}),
    "unknown id": get("/v1/videos/none"),
    "unknown content": get("/v1/videos/none/content"),
    "unknown parent": post("/v1/videos/none/remix", json={"prompt": "again"}),
    "remix without prompt": post("/v1/videos/none/remix", json={}),
    "wrong method": lambda client: client.put("/v1/videos"),
    "no key": get("/v1/videos/none", headers={"Authorization": ""}),
    "bad key": get("/v1/videos/none", headers={"Authorization": "Bearer invalid"}),
    "no scheme": get("/v1/videos/none", headers={"Authorization": "key"}),
    "unknown path": get("/v1/nowhere"),
}


def created(client: httpx.Client, **fields: str) -> dict[str, Any]:
    """A new job."""
    answer = client.post("/v1/videos", json={**SORA, **fields})
    assert answer.status_code == 200, answer.text
    job: dict[str, Any] = answer.json()
    return job


def test_its_contract_is_one(dialect: Dialect) -> None:
    """The contract as the dialect speaks it is valid OpenAPI and keeps the project's own rules."""
    check_contract(contract_for(CONTRACT, dialect), [])


def test_its_contract_lacks_exactly_what_it_lacks(dialect: Dialect) -> None:
    """An operation stands in the contract, or is named as not being there."""
    response_dialect = contract_for(CONTRACT, dialect)
    there = {operation["operationId"] for _, operation in operations(response_dialect)}

    assert there == set(OPERATIONS) - dialect.without


def test_deriving_leaves_the_contract_alone(dialect: Dialect) -> None:
    """The contract that is derived from can be derived from again."""
    first, second = contract_for(CONTRACT, dialect), contract_for(CONTRACT, dialect)

    assert first == second
    assert load_contract(openapi.CONTRACT) == CONTRACT


@pytest.mark.parametrize("name", BAD)
def test_a_refusal_is_what_its_contract_says(client: httpx.Client, name: str) -> None:
    """Every kind of error has a documented status and body, and names its exchange."""
    answer = BAD[name](client)

    assert 400 <= answer.status_code < 600
    assert answer.status_code != 500, answer.text
    assert answer.json()


def test_every_answer_has_the_dialects_headers(client: httpx.Client, dialect: Dialect) -> None:
    """Good answers, errors and pages name the exchange as the dialect does, and no other way."""
    for path in ("/v1/models", "/v1/videos/none", "/nowhere", "/docs/", "/openapi.yaml"):
        headers = client.get(path).headers
        sent = headers[dialect.headers.request_id]
        others = {each.headers.request_id for each in DIALECTS.values()}

        assert re.fullmatch(f"{dialect.headers.request_id_prefix}[0-9a-f]{{24}}", sent)
        assert [name for name in others if name in headers] == [dialect.headers.request_id]
        assert all(headers[name] == value for name, value in dialect.headers.every.items())


@pytest.mark.parametrize("scenario", ["happy", "fails_at_60", "content_expired", "unknown_status"])
def test_a_jobs_life_is_what_its_contract_says(
    client: httpx.Client, fake: Fake, dialect: Dialect, scenario: str
) -> None:
    """At every stage the job, its content and a remix are answered as documented."""
    job = created(client, prompt=f"A cat mock:{scenario}")
    for seconds in STEPS_S:
        fake.clock.advance(seconds)
        shown = client.get(f"/v1/videos/{job['id']}")
        content = client.get(f"/v1/videos/{job['id']}/content")
        remix = client.post(f"/v1/videos/{job['id']}/remix", json={"prompt": "again"})

        assert shown.status_code == 200
        assert set(shown.json()) <= set(dialect.video.keys)
        assert [content.status_code, remix.status_code].count(500) == 0


def test_a_new_job_is_as_the_dialect_says(client: httpx.Client, dialect: Dialect) -> None:
    """Id, keys in their order, status word and progress are those of the file."""
    job = created(client)
    always = [key for key in dialect.video.keys if dialect.video.explicit_nulls or VIDEO_KEYS[key]]

    assert re.fullmatch(dialect.ids.pattern, job["id"])
    assert list(job) == always
    assert job["status"] == dialect.statuses["queued"]
    assert job["progress"] == dialect.progress.shown("queued", 0)


def test_content_is_kept_as_long_as_the_dialect_says(
    client: httpx.Client, fake: Fake, dialect: Dialect
) -> None:
    """A second before the end it can be had, at the end it cannot."""
    job = created(client, prompt="A cat mock:instant")
    fake.clock.advance(dialect.content.kept_ms // 1000 - 1)
    before = client.get(f"/v1/videos/{job['id']}/content")
    fake.clock.advance(1)
    after = client.get(f"/v1/videos/{job['id']}/content")

    assert before.status_code == 200
    assert after.status_code >= 400


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_that_is_not_there_is_an_unknown_path(
    client: httpx.Client, dialect: Dialect, operation: str
) -> None:
    """What the dialect lacks is answered like a path that nobody has, or a method of another."""
    if operation not in dialect.without:
        return
    method, template = OPERATIONS[operation]
    path = re.sub(r"\{\w+\}/?", "x", template)
    bodies: dict[str, Any] = {"POST": {"json": UNIFIED}}
    answer = client.request(method, path, **bodies.get(method, {}))
    unknown = client.request(method, "/v1/nowhere")

    if answer.status_code == unknown.status_code:
        assert _blank(answer, path) == _blank(unknown, "/v1/nowhere")
    else:
        assert answer.status_code in (405, client.get("/v1/videos/none").status_code)


def _blank(answer: httpx.Response, path: str) -> str:
    return answer.text.replace(path, "PATH")


def test_uploads_are_taken_where_there_are_characters(
    client: httpx.Client, dialect: Dialect
) -> None:
    """The operations that are not about jobs conform too."""
    answer = client.post("/v1/videos/characters", files=form({"name": "Momo", "video": MP4}))

    assert (answer.status_code == 200) == ("createVideoCharacter" not in dialect.without)


def test_its_own_contract_is_served(client: httpx.Client, fake: Fake, dialect: Dialect) -> None:
    """The documentation shows the contract as the server's dialect speaks it."""
    with fake.client(None) as keyless:
        assert keyless.get("/openapi.json").json() == contract_for(CONTRACT, dialect)


@pytest.mark.parametrize("other", names())
def test_another_dialect_may_read_its_jobs(
    client: httpx.Client, fake: Fake, dialect: Dialect, other: str
) -> None:
    """Whatever dialect a job was made in, it can be read and downloaded in any other."""
    job = created(client)
    fake.clock.advance(LONG_ENOUGH_S)
    tenant = client.headers["Authorization"].removeprefix("Bearer ")
    fake.speak(tenant, DIALECTS[other])
    shown = client.get(f"/v1/videos/{job['id']}")
    content = client.get(f"/v1/videos/{job['id']}/content")

    assert (shown.status_code, content.status_code) == (200, 200)
    assert set(shown.json()) <= set(DIALECTS[other].video.keys)
    assert DIALECTS[other].headers.request_id in shown.headers


def test_no_module_knows_a_dialect_by_name() -> None:
    """Behaviour is data: no code of the fake or of the contract compares with a dialect's name.

    Only the drill of relays has one as the default of an option: most relays are for that dialect.
    """
    known = set(names()) - {"gateway"}
    found = [
        f"{module.path}:{node.lineno} {node.value}"
        for module in modules("openapi", "mock_server", "contract_tests")
        if module.path != "contract_tests/cli/relay.py"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and node.value in known
    ]

    assert found == []
