"""A cassette has what was exchanged, can be read while it is written, and says what is damaged."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from contract_tests.contract.bodies import body_of, request_of
from contract_tests.recording.cassette import Cassette
from contract_tests.recording.errors import CassetteError
from contract_tests.wire.exchange import Request
from tests.contract_tests.connections import FORM
from tests.contract_tests.recording.recordings import (
    START_S,
    everything,
    exchange,
    recorded,
    sent,
    writer,
)

JOB = "video_68e1f9d2aa0b81909a8f3b"
VIDEO = {
    "id": JOB,
    "object": "video",
    "model": "sora-2",
    "status": "completed",
    "progress": 100,
    "created_at": START_S - 90,
    "completed_at": START_S + 12,
    "expires_at": None,
    "error": None,
}


def test_an_exchange_is_read_with_stand_ins_of_the_recorded_form(tmp_path: Path) -> None:
    """Kinds, key order and nulls stay; times are as recorded; an id is another of its shape."""
    cassette = recorded(tmp_path / "live", [exchange(VIDEO, at_s=12.5)])
    read = cassette.exchanges[0]
    body = read.exchange.reply.object

    assert (read.pointer, read.at_s, cassette.facts.exchanges) == ("live #1", 12.5, 1)
    assert list(body) == list(VIDEO)
    assert {**body, "id": JOB} == VIDEO
    assert body["id"] != JOB
    assert cassette.shapes["video:1"] == "video_[0-9a-f]{22}"
    assert read.exchange.request.path == f"/v1/videos/{body['id']}"
    assert read.line["reply"]["body"]["json"]["completed_at"] == "<time:created+102>"


def test_a_form_is_kept_by_its_fields(tmp_path: Path) -> None:
    """The fields of a form can be read; of a file there are its type, its length and its hash."""
    create = request_of(FORM, body_of(FORM, seconds="4", input_reference=None))
    cassette = recorded(tmp_path / "live", [exchange(VIDEO, create)])
    line = cassette.exchanges[0].line

    names = [each["name"] for each in line["request"]["body"]["form"]]
    assert {"model", "prompt", "seconds"} <= set(names)
    assert b'name="seconds"\r\n\r\n4\r\n' in cassette.exchanges[0].exchange.request.body


def test_a_large_body_is_a_blob(tmp_path: Path) -> None:
    """Bytes are a blob by their hash, the same one once; a long JSON body is one as well."""
    film = os.urandom(5000)
    long = {"data": [{**VIDEO, "id": f"{JOB}{n:06}"} for n in range(1000)]}
    headers = {"content-type": "video/mp4"}
    films = [exchange(film, headers=headers), exchange(film, headers=headers)]
    cassette = recorded(tmp_path / "live", [*films, exchange(long)])

    assert len(list((tmp_path / "live" / "blobs").iterdir())) == 2
    assert cassette.exchanges[1].exchange.reply.body == film
    assert len(cassette.exchanges[2].exchange.entries) == 1000


def test_what_was_written_is_valid_at_any_time(tmp_path: Path) -> None:
    """Before the end, and cut within a line, a cassette has its whole lines and says so."""
    made = writer(tmp_path / "live")
    for second in range(3):
        made.keep(exchange(VIDEO, at_s=second))
    running = Cassette.open(tmp_path / "live")
    traffic = tmp_path / "live" / "traffic.jsonl"
    traffic.write_bytes(traffic.read_bytes()[:-20])
    cut = Cassette.open(tmp_path / "live")

    assert (len(running.exchanges), running.facts.complete) == (3, False)
    assert "interrupted" in running.damage
    assert len(cut.exchanges) == 2
    assert "line 3" in cut.damage


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        ("cassette.yaml", None, "it has no cassette.yaml"),
        ("cassette.yaml", b"format: 2\n", "its format is 2"),
        ("cassette.yaml", b"- a list\n", "is no cassette|not of type|is not"),
        ("cassette.yaml", b"format: 1\nname: x\n", "is missing"),
        ("traffic.jsonl", None, "cannot be read"),
        ("traffic.jsonl", b"no json\n", "traffic.jsonl:1: this line is not JSON"),
        ("traffic.jsonl", b'{"n": 1}\n', "traffic.jsonl:1: this line is no exchange"),
        ("traffic.jsonl", b"[" * 100_000 + b"\n", "this line is not JSON"),
        ("traffic.jsonl", b"0" * 5_000_000, "too long"),
        ("blobs", None, "this body is missing"),
        ("blobs", b"another film", "not what was recorded"),
    ],
)
def test_a_damaged_or_foreign_folder_is_named(
    tmp_path: Path, file: str, content: bytes | None, says: str
) -> None:
    """What is wrong is said with its file and line, and what to do; nothing else is raised."""
    folder = tmp_path / "live"
    recorded(folder, [exchange(b"\0\xff film", headers={"content-type": "video/mp4"})])
    path = folder / file if file != "blobs" else next((folder / file).iterdir())
    path.unlink()
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(CassetteError, match=says) as raised:
        Cassette.open(folder)
    assert str(folder) in str(raised.value)


def test_a_path_in_a_blob_s_name_is_refused(tmp_path: Path) -> None:
    """A cassette of others' making cannot name a file outside its folder."""
    cassette = recorded(tmp_path / "live", [exchange(VIDEO)])
    line = json.loads(json.dumps(cassette.exchanges[0].line))
    line["reply"]["body"] = {"blob": "../cassette.yaml", "size": 1}
    (tmp_path / "live" / "traffic.jsonl").write_text(json.dumps(line) + "\n")

    with pytest.raises(CassetteError, match="this line is no exchange"):
        Cassette.open(tmp_path / "live")


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    """A recording never overwrites what is there."""
    recorded(tmp_path / "live", [exchange(VIDEO)])
    before = everything(tmp_path / "live")

    with pytest.raises(CassetteError, match="name another folder"):
        writer(tmp_path / "live")
    assert everything(tmp_path / "live") == before


def test_a_request_without_a_response_is_kept(tmp_path: Path) -> None:
    """It says why there is none, without the address of the target."""
    broken = replace(exchange(), reply_or_none=None, trouble="no connection: 10.0.0.7 refused")
    made = recorded(tmp_path / "live", [broken])

    assert made.exchanges[0].exchange.reply_or_none is None
    assert "10.0.0.7" not in made.exchanges[0].exchange.trouble


def test_texts_can_be_kept(tmp_path: Path) -> None:
    """With ``keep_texts`` a prompt stays as it was sent; by default it is a hash."""
    create = exchange(VIDEO, sent({"model": "sora-2", "prompt": "Ann Smith in Rome"}))
    for keep in (False, True):
        folder = tmp_path / str(keep)
        recorded(folder, [create], keep_texts=keep)
        assert (b"Ann Smith in Rome" in everything(folder)) is keep


def test_an_unknown_path_and_query_are_kept_without_their_values(tmp_path: Path) -> None:
    """Words of an address stay; what may identify or unlock does not."""
    read = Request("GET", "/files/Zq8kL2mN4pR6tV8x/film.mp4?sig=abc123&expires=1795856400&after=x")
    target = (
        recorded(tmp_path / "live", [exchange({}, read)]).exchanges[0].line["request"]["target"]
    )

    assert target.startswith("/files/<id:1>/film.mp4?sig=")
    assert "abc123" not in target
