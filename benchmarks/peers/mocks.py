"""The other mock servers, each with how it is started."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from benchmarks.film import film
from benchmarks.peers.peer import ANY_JOB, CONTRACT, JAVA, NODE, Peer, Place, program
from benchmarks.requests import ORDER, Call, demand

_FIXTURES = {
    "fixtures": [
        {
            "match": {"userMessage": ORDER["prompt"], "endpoint": "video"},
            "response": {
                "video": {"id": ANY_JOB, "status": "completed", "url": "http://127.0.0.1/film.mp4"}
            },
        }
    ]
}


def _aimock(place: Place) -> Sequence[str]:
    fixtures = place.folder / "fixtures.json"
    fixtures.write_text(json.dumps(_FIXTURES), encoding="utf-8")
    quiet = "--log-level", "silent"
    return program("llmock"), "-p", str(place.port), "-f", str(fixtures), *quiet


AIMOCK = Peer(
    name="aimock",
    title="aimock",
    package="@copilotkit/aimock",
    setting="`llmock -f fixtures.json --log-level silent`: one fixture, written for this run, "
    "so that every job has its id and is completed at once",
    command=_aimock,
    needs=NODE,
    keeps=True,
    forgets="jobs beyond 10,000",
)


def _mockoon(place: Place) -> Sequence[str]:
    document = "--data", str(CONTRACT)
    # It does not log requests by default; -X also prevents a log file in the user's home.
    return program("mockoon-cli"), "start", *document, "--port", str(place.port), "-X"


MOCKOON = Peer(
    name="mockoon",
    title="Mockoon",
    package="@mockoon/cli",
    setting="`mockoon-cli start -d openapi/gateway.yaml -X`",
    command=_mockoon,
    needs=NODE,
)


def _prism(place: Place) -> Sequence[str]:
    return program("prism"), "mock", "-p", str(place.port), "-v", "silent", str(CONTRACT)


PRISM = Peer(
    name="prism",
    title="Prism",
    package="@stoplight/prism-cli",
    setting="`prism mock -v silent openapi/gateway.yaml`",
    command=_prism,
    needs=NODE,
)


_FORM = "multipart/form-data"


def _specmatic(place: Place) -> Sequence[str]:
    derived = place.folder / "gateway.yaml"
    derived.write_text(_derived(), encoding="utf-8")
    port = "--port", str(place.port)
    return program("specmatic"), "stub", str(derived), *port, "--noConsoleLog"


def _derived() -> str:
    """The contract with the form of one page: Specmatic finds no fields in ``oneOf``."""
    contract = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))
    contents = contract["paths"]["/v1/videos"]["post"]["requestBody"]["content"]
    contents[_FORM]["schema"] = {"$ref": "#/components/schemas/SoraImageForm"}
    return yaml.safe_dump(contract, allow_unicode=True, sort_keys=False)


SPECMATIC = Peer(
    name="specmatic",
    title="Specmatic",
    package="specmatic",
    setting="`specmatic stub gateway.yaml --noConsoleLog`: the contract with the form of one page "
    "only, because it reads no fields from a choice between forms",
    command=_specmatic,
    needs=JAVA,
    warm_s=5,
)


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


def _wiremock(place: Place) -> Sequence[str]:
    for name in ("mappings", "__files"):
        (place.folder / name).mkdir()
    mappings = place.folder / "mappings" / "videos.json"
    mappings.write_text(json.dumps({"mappings": _STUBS}), encoding="utf-8")
    (place.folder / "__files" / _FILM).write_bytes(film())
    return program("wiremock"), "--port", str(place.port), "--root-dir", str(place.folder)


def _rest(url: str) -> None:
    """Empty the journal, which grows without limit by default and would count for the next row."""
    demand(url, Call("journal", "DELETE", "/__admin/requests", headers={}))


WIREMOCK = Peer(
    name="wiremock",
    title="WireMock",
    package="wiremock",
    setting="`wiremock --root-dir ...`: four stubs and a video file, written for this run; "
    "its journal is emptied between rounds",
    command=_wiremock,
    needs=JAVA,
    keeps=True,
    forgets="jobs, only a journal",
    # Until its code is compiled, the Java virtual machine is several times slower.
    warm_s=5,
    rest=_rest,
)
