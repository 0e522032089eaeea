"""Specmatic answers an OpenAPI document with made-up values, and checks requests against it."""

from collections.abc import Sequence

import yaml

from benchmarks.peers.npm import JAVA, program
from benchmarks.peers.peer import CONTRACT, Peer, Place

_FORM = "multipart/form-data"


def _command(place: Place) -> Sequence[str]:
    derived = place.folder / "gateway.yaml"
    derived.write_text(_derived(), encoding="utf-8")
    port = "--port", str(place.port)
    return program("specmatic"), "stub", str(derived), *port, "--noConsoleLog"


def _derived() -> str:
    """The contract with one page's form: Specmatic finds no fields in a choice between forms."""
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
    command=_command,
    needs=JAVA,
    warm_s=5,
)
