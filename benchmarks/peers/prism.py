"""Prism answers with the examples of an OpenAPI document, and checks requests against it."""

from collections.abc import Sequence

from benchmarks.peers.npm import NODE, program
from benchmarks.peers.peer import CONTRACT, Peer, Place


def _command(place: Place) -> Sequence[str]:
    return program("prism"), "mock", "-p", str(place.port), "-v", "silent", str(CONTRACT)


PRISM = Peer(
    name="prism",
    title="Prism",
    package="@stoplight/prism-cli",
    setting="`prism mock -v silent openapi/gateway.yaml`",
    command=_command,
    needs=NODE,
)
