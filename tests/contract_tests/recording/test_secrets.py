"""Nothing that unlocks, pays or identifies is in a cassette, and relations survive."""

import base64
import json
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.guard.keys import Keys
from contract_tests.recording import times
from contract_tests.recording.bodies import as_json
from contract_tests.recording.canary import Canary, LeakError
from contract_tests.recording.cassette import Cassette
from contract_tests.recording.errors import CassetteError
from contract_tests.recording.filling import Filler
from contract_tests.recording.lines import line_of
from contract_tests.recording.references import shape_of, stand_in
from contract_tests.recording.sanitiser import Sanitiser
from contract_tests.wire.exchange import KEY, Request
from tests.contract_tests.commands import CANARY
from tests.contract_tests.connections import CONTRACT
from tests.contract_tests.recording.recordings import (
    START_S,
    TARGET,
    everything,
    exchange,
    recorded,
    sent,
    writer,
)

PERSON = "Ann-Sophie Müller, +49 151 23456789, ann.mueller@example.org, sister of 王小明"
PIECES = ("Müller", "23456789", "ann.mueller", "王小明", "Sophie")
SIGNED = (
    "https://cdn.example/v/a8f3b2c1d0e9f8a7/film.mp4?Expires=1795860000&Signature=Zk9-bYq3~AbC"
    "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261128"
)
JOB = "video_68e1f9d2aa0b81909a8f3b"


def test_personal_data_of_a_prompt_occurs_nowhere(tmp_path: Path) -> None:
    """However a response repeats a prompt: whole, in parts, in an error, in a film, in HTML."""
    create = sent({"model": "sora-2", "prompt": PERSON, "user": "ann.mueller"})
    film = b"\0\0\0\x18ftypisom\xa9cmt" + PERSON.encode() + b"\0" * 100
    wide = b"\xff\xfe" + "sister of Ann-Sophie M".encode("utf-16-le") + b"\xff" * 50
    answers = [
        exchange({"id": JOB, "prompt": PERSON, "revised_prompt": f"A film of {PERSON}"}, create),
        exchange({"error": {"message": f"'{PERSON[:30]}' names a person"}}, create, status=400),
        exchange(
            {"error": {"message": "it names Müller and 王小明", "code": "x"}}, create, status=400
        ),
        exchange({PERSON: [PERSON], "email": "ann.mueller@example.org"}, create),
        exchange(f"<p>{PERSON}</p>".encode(), create, headers={"content-type": "text/html"}),
        exchange(film, headers={"content-type": "video/mp4"}),
        exchange(wide, headers={"content-type": "video/mp4"}),
        exchange({}, Request("GET", f"/v1/videos?after={quote(PERSON)}")),
        exchange({}, headers={"content-type": "text/plain", "x-user": PERSON, "link": PERSON}),
    ]
    folder = tmp_path / "live"
    recorded(folder, answers)

    written = everything(folder).decode("utf-8", "replace")
    assert [piece for piece in PIECES if piece in written] == []


def test_signed_addresses_occur_nowhere(tmp_path: Path) -> None:
    """Of an address its host, its random parts and its query's values are replaced."""
    answers = [
        exchange({"id": JOB, "video_url": SIGNED, "detail": {"url": SIGNED}}),
        exchange({"error": {"message": f"could not fetch {SIGNED}."}}, status=502),
        exchange({}, headers={"location": SIGNED, "content-type": "application/json"}, status=302),
        exchange({"id": JOB}, sent({"prompt": "x", "images": [SIGNED]}, "/v1/video/create")),
    ]
    cassette = recorded(tmp_path / "live", answers)

    written = everything(tmp_path / "live")
    for piece in (b"cdn.example", b"Zk9-bYq3", b"AKIA", b"a8f3b2c1d0e9f8a7", b"1795860000"):
        assert piece not in written
    body = cassette.exchanges[0].line["reply"]["body"]["json"]
    assert body["video_url"] == body["detail"]["url"] == "<url:1>"
    assert cassette.shapes["url:1"] == (
        "https://<host:1>/v/<id:1>/film.mp4"
        "?Expires=<secret>&Signature=<secret>&X-Amz-Credential=<secret>"
    )


def _coded(key: str) -> dict[str, str]:
    raw = key.encode()
    return {
        "plain": key,
        "percent": quote(key, safe=""),
        "percent in lower case": quote(key, safe="").replace("%2F", "%2f").replace("%2B", "%2b"),
        "base64": base64.b64encode(b"user:" + raw + b":").decode(),
        "base64 of an address": base64.urlsafe_b64encode(b"x" + raw).decode(),
        "hexadecimal": raw.hex(),
        "escaped": json.dumps(key).replace("/", "\\/").replace("+", "\\u002b"),
    }


@pytest.mark.parametrize("coding", list(_coded(CANARY)))
@pytest.mark.parametrize("place", ["line", "blob"])
def test_nothing_is_kept_once_a_key_is_about_to_be_written(
    tmp_path: Path, coding: str, place: str
) -> None:
    """A canary finds the key in any coding although nothing has taken it out before."""
    made = writer(tmp_path / "live")
    # This sanitiser knows another key, and so takes nothing out.
    made.sanitiser.keys = Keys({KEY: "sk-of-somebody-else"})
    said: list[str] = []
    made.failed = said.append
    made.keep(exchange({"id": JOB}))
    key = _coded(CANARY)[coding]
    in_film = exchange(b"\0\xff" + key.encode() + b"\xff", headers={"content-type": "video/mp4"})
    made.keep(in_film if place == "blob" else replace(exchange({}), sender=key))
    made.keep(exchange({"id": JOB}))

    assert not (tmp_path / "live").exists()
    assert len(said) == 1
    assert CANARY not in said[0]
    with pytest.raises(CassetteError, match="nothing is kept"):
        made.close(jobs=0, usd=0.0, complete=True)


@pytest.mark.parametrize("keep_texts", [False, True])
def test_a_client_s_own_key_occurs_nowhere(tmp_path: Path, keep_texts: bool) -> None:
    """In a header, a cookie, the query or the body, where no guard expects one; nor in answers."""
    key = "sk-client-9f8e7d6c5b4a39281706"
    basic = base64.b64encode(f"user:{key}".encode()).decode()
    places = [("x-api-key", key), ("cookie", f"session={key}"), ("authorization", f"Basic {basic}"),
              ("x-goog-api-key", key), ("prefer", key), ("user-agent", f"app/1 {key}")]  # fmt: skip
    body = {"model": "sora-2", "prompt": "x", "api_key": key, "key": key, "more": [{"auth": key}]}
    fields = quote(json.dumps(body))
    kind = ("content-type", "application/json")
    urlencoded = ("content-type", "application/x-www-form-urlencoded")
    asked = [
        *(Request("GET", "/v1/models", (place,)) for place in places),
        *(Request("GET", f"/v1/models?{name}={key}") for name in ("key", "api_key", "k", "after")),
        Request("GET", f"/v1/videos/{key}"),
        Request("POST", "/v1/videos", (kind,), json.dumps(body).encode()),
        Request("POST", "/v1/videos", (urlencoded,), f"key={key}&all={fields}".encode()),
        Request("POST", "/v1/videos", (kind,), f'{{"key": "{key}", broken'.encode()),
    ]
    answer = {"error": {"message": f"Incorrect API key provided: {key}."}, "key": key}
    cookie = {"content-type": "application/json", "set-cookie": f"session={key}"}
    answers = [exchange(answer, each, status=401, headers=cookie) for each in asked]
    recorded(tmp_path / "live", answers, keep_texts=keep_texts)

    Canary.of([key]).require_none(everything(tmp_path / "live"), "the cassette")


def test_everything_written_is_searched_at_the_end(tmp_path: Path) -> None:
    """A key that reached a file by another way removes the cassette, too."""
    made = writer(tmp_path / "live")
    (tmp_path / "live" / "blobs" / "stray").write_text(f"x{CANARY}x")

    with pytest.raises(CassetteError, match="nothing is kept"):
        made.close(jobs=0, usd=0.0, complete=True)
    assert not (tmp_path / "live").exists()


def test_a_key_in_the_address_of_the_target_is_found(tmp_path: Path) -> None:
    """Facts of a cassette are searched before anything is written."""
    with pytest.raises(LeakError):
        Canary.of([CANARY]).require_none(f"target: https://x/{CANARY}".encode(), "x")


TEXTS = st.text(min_size=12, max_size=60).filter(lambda text: not text.isspace())
SECRETS = st.from_regex(r"sk-[A-Za-z0-9+/=]{12,40}", fullmatch=True)
IDS = st.from_regex(r"(video_|task_)?[0-9a-f]{20,32}|[0-9]{8,16}", fullmatch=True)
JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(key=SECRETS, prompt=TEXTS, rest=JSONS)
def test_no_secret_survives(key: str, prompt: str, rest: object) -> None:
    """Wherever a response repeats the key or the prompt, neither stands in the line."""
    sanitiser = Sanitiser(CONTRACT, TARGET, Keys({KEY: key}), START_S)
    prompt = f"{prompt} Wiebke-4711"
    answer = {
        "id": JOB,
        "x": [key, prompt, rest, {"y": f"for {prompt} with {key}"}],
        "error": {"message": f"{key}: {prompt}"},
        f"{key}/{prompt}": f"https://cdn.example/{quote(prompt)}?sig={quote(key)}",
    }
    create = sent({"model": "sora-2", "prompt": prompt, "extra": rest, "key": key})
    data, blobs = line_of(exchange(answer, create, status=400), 1, sanitiser)
    written = json.dumps(data, ensure_ascii=False)

    assert blobs == []
    assert key not in written
    assert "Wiebke" not in written
    Canary.of([key]).require_none(written.encode("utf-8", "backslashreplace"), "the line")


@given(ids=st.lists(IDS, min_size=2, max_size=6), other=JSONS)
def test_relations_survive(ids: list[str], other: object) -> None:
    """Two ids are the same in a cassette exactly if they were, in paths, bodies and messages."""
    sanitiser = Sanitiser(CONTRACT, TARGET, Keys({}), START_S)
    seen: list[str] = []
    for each in ids:
        body = {"id": each, "object": "video", "remixed_from_video_id": ids[0], "other": other}
        data, _ = line_of(exchange(body, Request("GET", f"/v1/videos/{each}")), 1, sanitiser)
        found = data["reply"]["body"]["json"]
        assert data["request"]["target"] == f"/v1/videos/{found['id']}"
        seen.append(found["id"])
        assert found["remixed_from_video_id"] == seen[0]

    same = [[a == b for b in ids] for a in ids]
    assert [[a == b for b in seen] for a in seen] == same


HEADERS = st.dictionaries(
    st.sampled_from(["etag", "date", "location", "content-type", "retry-after", "x-user", "link",
                     "content-range", "x-request-id", "expires", "content-disposition"]),
    st.text(st.characters(max_codepoint=255), max_size=40), max_size=4,
)  # fmt: skip


@given(
    body=st.binary(max_size=80) | JSONS.map(lambda value: json.dumps(value).encode()),
    target=st.text(st.characters(max_codepoint=255), max_size=30),
    headers=HEADERS,
    status=st.sampled_from([200, 201, 302, 400, 404, 500]),
)
def test_whatever_is_exchanged_is_kept(
    body: bytes, target: str, headers: dict[str, str], status: int
) -> None:
    """No body, address or header keeps an exchange from being written and read."""
    sanitiser = Sanitiser(CONTRACT, TARGET, Keys({KEY: CANARY}), START_S)
    kinds = ("application/json", "multipart/form-data; boundary=x", "text/html", "")
    for kind in kinds:
        request = Request("POST", f"/{target}", (("content-type", kind),), body)
        one = exchange(body, request, status=status, headers={"content-type": kind, **headers})
        data, blobs = line_of(one, 1, sanitiser)
        filler = Filler(START_S)
        filler.learn(data.get("new", {}), data["at"])
        by_name = {sha256(each).hexdigest(): each for each in blobs}
        read = filler.exchange(json.loads(as_json(data)), by_name.__getitem__)
        assert read.status == status


def test_json_that_is_nested_too_deep_is_left_out(tmp_path: Path) -> None:
    """Its length and its hash are kept, and the next exchange is."""
    deep = b"[" * 500 + b"]" * 500
    cassette = recorded(tmp_path / "live", [exchange(deep), exchange({"id": JOB})])

    assert "deeper" in cassette.exchanges[0].line["reply"]["body"]["left_out"]
    assert len(cassette.exchanges) == 2


@given(ids=st.sets(IDS, min_size=1, max_size=20))
def test_stand_ins_have_the_shape_of_what_they_stand_for(ids: set[str]) -> None:
    """A stand-in has the shape of its id, and two references never the same one."""
    shapes = {f"video:{n}": shape_of(each) for n, each in enumerate(sorted(ids), 1)}
    stand_ins = {name: stand_in(name, shape) for name, shape in shapes.items()}

    assert len(set(stand_ins.values())) == len(ids)
    assert all(len(stand_in_) > 3 for stand_in_ in stand_ins.values())


TIMES = st.integers(1_000_000_000, 4_000_000_000)
WRITTEN = st.one_of(
    TIMES,
    TIMES.map(lambda s: s * 1000 + 123),
    TIMES.map(lambda s: s + 0.5),
    TIMES.map(str),
    st.datetimes(min_value=datetime(2002, 1, 1), max_value=datetime(2090, 1, 1)).map(
        lambda d: d.isoformat(timespec="milliseconds") + "Z"
    ),
)


@given(created=TIMES, other=WRITTEN)
def test_times_come_back_as_they_were_written(tmp_path_factory: pytest.TempPathFactory,
                                              created: int, other: object) -> None:  # fmt: skip
    """Seconds, milliseconds, fractions, texts and dates are the same after a recording."""
    folder = tmp_path_factory.mktemp("times") / "live"
    body = {"id": JOB, "created_at": created, "completed_at": other}
    read = recorded(folder, [exchange(body)]).exchanges[0]

    assert {**read.exchange.reply.object, "id": JOB} == body
    assert read.line["reply"]["body"]["json"]["completed_at"].startswith("<time:created")


def test_a_reference_that_was_received_is_no_reference(tmp_path: Path) -> None:
    """A target that sends what looks like a reference does not confuse a reader."""
    body = {"id": JOB, "a": "<video:1>", "b": "<time:start+1>", "created_at": "<time:created+1>"}
    cassette = recorded(tmp_path / "live", [exchange(body)])

    read = cassette.exchanges[0].exchange.reply.object
    assert read["a"].startswith("<text:")
    assert read["b"].startswith("<text:")
    assert times.TIME.search(str(read)) is None


def test_the_same_recording_is_the_same_bytes(tmp_path: Path) -> None:
    """References are counted in order, so that two recordings can be compared as text."""
    for name in ("a", "b"):
        recorded(tmp_path / name, [exchange({"id": JOB, "video_url": SIGNED})])

    lines = [(tmp_path / name / "traffic.jsonl").read_bytes() for name in ("a", "b")]
    assert lines[0] == lines[1]
    assert isinstance(Cassette.open(tmp_path / "a"), Cassette)
