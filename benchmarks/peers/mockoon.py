"""Mockoon makes routes of an OpenAPI document, and fills their answers with made-up values."""

from collections.abc import Sequence

from benchmarks.peers.npm import NODE, program
from benchmarks.peers.peer import CONTRACT, Peer, Place


def _command(place: Place) -> Sequence[str]:
    document = "--data", str(CONTRACT)
    # It logs no requests unless it is told to; this leaves out a log file in the user's home.
    return program("mockoon-cli"), "start", *document, "--port", str(place.port), "-X"


MOCKOON = Peer(
    name="mockoon",
    title="Mockoon",
    package="@mockoon/cli",
    setting="`mockoon-cli start -d openapi/gateway.yaml -X`",
    command=_command,
    needs=NODE,
)
