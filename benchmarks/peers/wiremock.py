"""WireMock answers with stubs that somebody writes; those here answer as the fake does at first."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.asking import demand
from benchmarks.film import film
from benchmarks.load import Call
from benchmarks.peers.npm import JAVA, program
from benchmarks.peers.peer import ANY_JOB, Peer, Place

_FILM = "film.mp4"
_JOB = {
    "id": ANY_JOB,
    "object": "video",
    "model": "sora-2",
    "status": "queued",
    "progress": 0,
    "created_at": 1762326617,
    "seconds": "12",
    "size": "720x1280",
}
_LIST = {"object": "list", "data": [_JOB] * 20, "has_more": True, "last_id": ANY_JOB}
_HEADERS = {"Content-Type": "application/json"}


def _stub(method: str, where: Mapping[str, str], answer: Mapping[str, Any]) -> dict[str, Any]:
    response = {"status": 200, "headers": _HEADERS, **answer}
    return {"request": {"method": method, **where}, "response": response}


_STUBS = (
    _stub("POST", {"urlPath": "/v1/videos"}, {"jsonBody": _JOB}),
    _stub("GET", {"urlPath": "/v1/videos"}, {"jsonBody": _LIST}),
    _stub("GET", {"urlPathPattern": "/v1/videos/[^/]+"}, {"jsonBody": _JOB}),
    _stub(
        "GET",
        {"urlPathPattern": "/v1/videos/[^/]+/content"},
        {"bodyFileName": _FILM, "headers": {"Content-Type": "video/mp4"}},
    ),
)


def _command(place: Place) -> Sequence[str]:
    for name in ("mappings", "__files"):
        (place.folder / name).mkdir()
    mappings = place.folder / "mappings" / "videos.json"
    mappings.write_text(json.dumps({"mappings": _STUBS}), encoding="utf-8")
    (place.folder / "__files" / _FILM).write_bytes(film())
    return program("wiremock"), "--port", str(place.port), "--root-dir", str(place.folder)


def _rest(url: str) -> None:
    """Empty the journal, which has no bound by default: its memory is no matter of the next row."""
    demand(url, Call("journal", "DELETE", "/__admin/requests", headers={}))


WIREMOCK = Peer(
    name="wiremock",
    title="WireMock",
    package="wiremock",
    setting="`wiremock --root-dir ...`: four stubs and a video file, written for this run; "
    "its journal is emptied between rounds",
    command=_command,
    needs=JAVA,
    keeps=True,
    forgets="jobs, only a journal",
    # A virtual machine compiles what it runs often; before that it is several times slower.
    warm_s=5,
    rest=_rest,
)
