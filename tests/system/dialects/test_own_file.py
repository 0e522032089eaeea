"""A dialect of the user's own is one file; one that is not right is refused with its line."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

import openapi
from mock_server.cli.main import main
from mock_server.http.validation.responses import ResponseRules
from mock_server.running import Gateway, running_gateway
from mock_server.settings import Settings
from openapi.contract.contract import Contract
from openapi.contract.document import load_contract
from openapi.dialects import FOLDER, names
from openapi.dialects.contract import contract_for
from openapi.dialects.loading import load_dialect, load_dialects
from openapi.errors import SpecError
from tests.system.dialects.rendered import DIALECTS
from tests.system.dialects.tenants import ORDER, raw, sdk
from video_gateway_mock.handle import ControlError

OWN = """\
summary: A gateway with words of its own.
ids: {form: time_hex, prefix: job-, length: 32, source: its logs, standing: verified}
statuses:
  {queued: waiting, running: working, completed: done, failed: broken, SAID}
content:
  {kept_s: 600, kept_from: created_at, answer: json, ranges: false, variants: false, SAID}
headers: {request_id: X-Trace, poll_after: false, source: its page, standing: verified}
operations: {without: [deleteVideo], source: its page, standing: verified}
envelopes:
  short: {body: {ok: false, why: '{message}', trace: '{request_id}'}, SAID}
errors:
  - {when: [video_not_found], status: 410, message: 'gone: {id}', SAID}
  - {when: [invalid_type], params: [seconds], status: 422, SAID}
  - {when: [invalid_type], status: 406, SAID}
contract:
  - {target: $.info, update: {title: Mine}, x-source: me, x-standing: inferred}
"""
SAID = "source: me, standing: inferred"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A file with a dialect that differs in everything."""
    path = tmp_path / "mine.yaml"
    path.write_text(OWN.replace("SAID", SAID), encoding="utf-8")
    return path


@pytest.fixture
def gateway(own: Path) -> Iterator[Gateway]:
    """A server of that dialect that checks its own answers."""
    settings = Settings(dialects=(own,), dialect="mine", validate_responses=True)
    with running_gateway(settings) as gateway:
        yield gateway


def test_one_file_is_a_dialect(gateway: Gateway) -> None:
    """Ids, words, headers, error bodies and statuses are the file's, and nothing is coded."""
    made = raw(gateway, "POST", "/videos", json=ORDER)
    unknown = raw(gateway, "GET", "/videos/none")

    assert made.json()["id"].startswith(f"job-{made.json()['created_at']:08x}")
    assert made.json()["status"] == "waiting"
    assert "openai-poll-after-ms" not in made.headers
    assert unknown.status_code == 410
    assert unknown.json() == {"ok": False, "why": "gone: none", "trace": unknown.headers["x-trace"]}


def test_a_rule_may_be_for_one_parameter(gateway: Gateway, own: Path) -> None:
    """The same kind of error has another status elsewhere, and the contract documents both."""
    contract = contract_for(load_contract(openapi.CONTRACT), load_dialect(own))
    answers = contract["paths"]["/v1/videos"]["post"]["responses"]
    found = [
        raw(gateway, "POST", "/videos", json={**ORDER, **wrong}).status_code
        for wrong in ({"seconds": 4}, {"prompt": 4})
    ]

    assert found == [422, 406]
    assert {"400", "406", "422"} <= set(answers)


def test_its_content_may_be_json(gateway: Gateway) -> None:
    """Where a gateway answers a download with the job, the file is where the job says."""
    video = sdk(gateway).videos.create(**{**ORDER, "prompt": "A cat mock:instant"})
    answer = raw(gateway, "GET", f"/videos/{video.id}/content").json()

    assert (answer["id"], answer["status"]) == (video.id, "completed")
    assert httpx.get(answer["video_url"], trust_env=False).content[4:8] == b"ftyp"


def test_content_may_be_kept_from_birth(gateway: Gateway) -> None:
    """A job that takes long has its content for a shorter while."""
    gateway.clock.freeze()
    created = sdk(gateway).videos.create(**ORDER)
    gateway.clock.advance(599)
    before = raw(gateway, "GET", f"/videos/{created.id}/content")
    gateway.clock.advance(2)
    after = raw(gateway, "GET", f"/videos/{created.id}/content")

    assert (before.status_code, after.status_code) == (200, 404)


def test_an_operation_may_be_missing(gateway: Gateway) -> None:
    """A method that the file takes away leaves the path's others, and 405."""
    answer = raw(gateway, "DELETE", "/videos/none")

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


def test_its_contract_is_derived_and_changed(own: Path) -> None:
    """Statuses, ids and headers follow from the behaviour; the file's own actions come last."""
    contract = contract_for(load_contract(openapi.CONTRACT), load_dialect(own))
    retrieve = contract["paths"]["/v1/videos/{video_id}"]["get"]

    assert contract["info"]["title"] == "Mine"
    assert "410" in retrieve["responses"]
    assert "delete" not in contract["paths"]["/v1/videos/{video_id}"]
    assert contract["components"]["schemas"]["Video"]["properties"]["status"]["enum"] == [
        *("waiting", "working", "done", "broken")
    ]


def test_what_it_leaves_out_is_the_gateways(tmp_path: Path) -> None:
    """A file with a summary alone is the gateway under another name."""
    path = tmp_path / "bare.yaml"
    path.write_text("summary: Nothing special.", encoding="utf-8")
    bare, gateway = load_dialect(path), DIALECTS["gateway"]

    assert (bare.ids, bare.video, bare.content) == (gateway.ids, gateway.video, gateway.content)
    assert (bare.headers, bare.statuses) == (gateway.headers, gateway.statuses)
    assert not bare.native


def test_a_tenant_may_change_to_it_and_back(own: Path) -> None:
    """A server that knows the file gives it to the keys that want it, and to no other."""
    with running_gateway(Settings(dialects=(own,), validate_responses=True)) as gateway:
        other = gateway.with_key("sk-other")
        gateway.dialect("mine")
        found = [raw(each, "GET", "/videos/none").status_code for each in (gateway, other)]
        gateway.dialect("gateway")
        again = raw(gateway, "GET", "/videos/none").status_code

    assert (found, again) == ([410, 404], 404)


def test_a_dialect_nobody_knows_is_reported_with_the_known_ones() -> None:
    """A slip in a name is answered with the names there are."""
    with (
        running_gateway() as gateway,
        pytest.raises(ControlError, match="No dialect 'klingon'; known: gateway, new-api, openai"),
    ):
        gateway.dialect("klingon")


def test_a_file_may_replace_a_shipped_dialect(tmp_path: Path) -> None:
    """A file of the same name counts instead of the project's."""
    path = tmp_path / "openai.yaml"
    path.write_text("summary: Mine.", encoding="utf-8")

    assert load_dialects(path)["openai"].summary == "Mine."
    assert tuple(load_dialects(path)) == names()


WRONG = (
    ("summary: a\nnobody: 1\n", 2, "the key 'nobody' is not known here"),
    ("sumary: a\n", 1, "'sumary'"),
    ("- a\n", 1, "not of type"),
    ("summary: a\nids: {form: ulid, prefix: v, SAID}\n", 2, "/ids/form"),
    ("summary: a\nids:\n  form: alphanumeric\n  prefix: v\n  SAID_LINES\n", 2, "'length'"),
    ("summary: a\nids: {form: uuid, prefix: v}\n", 2, "'source' is missing"),
    ("summary: a\nvideo: {nulls: explicit, keys: [id, status, x], SAID}\n", 2, "/video/keys/2"),
    ("summary: a\nvideo: {nulls: left_out, keys: [id], SAID}\n", 2, "/video/keys"),
    (
        "summary: a\nenvelopes:\n  e: {body: {a: '{nobody}'}, SAID}\n",
        3,
        "errors have no '{nobody}'",
    ),
    ("summary: a\nenvelopes:\n  e: {body: {a: '{code.x}'}, SAID}\n", 3, "more than a name"),
    ("summary: a\nerrors:\n  - {when: [video_lost], SAID}\n", 3, "there is no error 'video_lost'"),
    ("summary: a\nerrors:\n  - {envelope: flat, SAID}\n", 3, "there is no envelope 'flat'"),
    ("summary: a\nerrors:\n  - {message: '{nobody}', SAID}\n", 3, "errors have no '{nobody}'"),
    ("summary: a\nerrors:\n  - {message: '{', SAID}\n", 3, "Single '{'"),
    ("summary: a\nerrors:\n  - {status: 200, SAID}\n", 3, "/errors/0/status"),
    (
        "summary: a\ncontract:\n  - {target: $, x-source: a, x-standing: inferred}\n",
        3,
        "neither",
    ),
    ("summary: a\nsummary: b\n", 2, "stands twice"),
)


@pytest.mark.parametrize(("text", "line", "reason"), WRONG, ids=[row[2] for row in WRONG])
def test_a_wrong_file_is_refused_with_its_line(
    tmp_path: Path, text: str, line: int, reason: str
) -> None:
    """File, line and reason are reported, by the library and at the command line alike."""
    path = tmp_path / "mine.yaml"
    lines = SAID.replace(", ", "\n  ")
    path.write_text(text.replace("SAID_LINES", lines).replace("SAID", SAID), encoding="utf-8")
    with pytest.raises(SpecError) as refused:
        load_dialect(path)
    result = CliRunner().invoke(main, ["--dialects", str(path), "--port", "0"])

    assert str(refused.value).startswith(f"{path}:{line}: ")
    assert reason in str(refused.value)
    assert (result.exit_code, f"{path}:{line}: " in result.output) == (1, True)


@pytest.mark.parametrize(
    "section",
    [
        f"operations: {{without: [listVideo], {SAID}}}",
        f"errors: [{{at: [listVideo], {SAID}}}]",
    ],
)
def test_an_operation_that_is_not_in_the_contract_is_refused(tmp_path: Path, section: str) -> None:
    """A slip in an operation's name is reported with the known names, before anything is served."""
    path = tmp_path / "mine.yaml"
    path.write_text(f"summary: a\n{section}\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["--dialects", str(path), "--port", "0"])

    assert result.exit_code == 1
    assert f"{path}:2: " in result.output
    assert "no operation 'listVideo'; it has createSoraCharacter, " in result.output


def test_a_contract_with_fewer_operations_is_no_problem() -> None:
    """Of a contract of the user's own a dialect takes away what is there."""
    contract = load_contract(openapi.CONTRACT)
    del contract["paths"]["/v1/videos/edits"]
    response_dialect = contract_for(contract, DIALECTS["new-api"], partial=True)

    assert list(response_dialect["paths"]) == [
        *("/v1/videos", "/v1/videos/{video_id}", "/v1/videos/{video_id}/content"),
        *("/v1/videos/{video_id}/remix", "/v1/models"),
    ]
    ResponseRules(Contract(response_dialect))


def test_every_shipped_fact_names_its_source() -> None:
    """Each section and each rule of each file has a source and evidence of its own."""
    for name in names():
        dialect = load_dialect(FOLDER / f"{name}.yaml")
        rules = [rule for some in dialect.errors.named.values() for rule in some]

        assert all(evidence in ("verified", "inferred") for _, evidence in dialect.sources.values())
        assert all(source for source, _ in dialect.sources.values())
        assert all(rule.source and rule.standing for rule in rules)
