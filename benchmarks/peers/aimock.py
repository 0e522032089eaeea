"""aimock answers as AI services do, from fixtures that somebody writes."""

import json
from collections.abc import Sequence

from benchmarks.orders import ORDER
from benchmarks.peers.npm import NODE, program
from benchmarks.peers.peer import ANY_JOB, Peer, Place

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


def _command(place: Place) -> Sequence[str]:
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
    command=_command,
    needs=NODE,
    keeps=True,
    forgets="jobs beyond 10,000",
)
