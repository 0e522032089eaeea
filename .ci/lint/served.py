"""Writes what fakes serve to a folder: contract and client's edition by dialect, control document.

Called by `make lint-contract`.
"""

import sys
import urllib.request
from pathlib import Path

from openapi.dialects.loading import load_dialects
from video_gateway_mock import running_gateway

NAMES = ("openapi", "openapi-clients")

FOLDER = Path(sys.argv[1])
FOLDER.mkdir(parents=True, exist_ok=True)
for dialect in load_dialects():
    with running_gateway(dialect=dialect) as gateway:
        documents = {f"{dialect}-{name}": f"/{name}.yaml" for name in NAMES}
        # The control API is the same in every dialect.
        documents |= {f"control-{name}": f"/_mock/{name}.yaml" for name in NAMES}
        for name, path in documents.items():
            with urllib.request.urlopen(f"{gateway.url}{path}") as answer:
                (FOLDER / f"{name}.yaml").write_bytes(answer.read())
