"""Content types that are missing, wrong, or another operation's."""

import orjson

from tests.mock_server.cli.bad_input.case import (
    CHARACTERS,
    UNIFIED_PATH,
    Case,
    a_form,
    a_json,
    texts,
)
from tests.mock_server.samples import SORA

CODE = "unsupported_media_type"
RAW = orjson.dumps(SORA)
WRONG = ("text/plain", "application/x-www-form-urlencoded", "application/xml", "json", ";=")

MEDIA_TYPES = (
    Case(name="nothing at all", code=CODE, status=415),
    Case(name="no content type", code=CODE, status=415, body=RAW),
    *(
        Case(name=f"type {kind}", code=CODE, status=415, headers={"Content-Type": kind}, body=RAW)
        for kind in WRONG
    ),
    a_form("form for json", CODE, *texts(**SORA), target=UNIFIED_PATH, status=415),
    a_json("json for form", CODE, {"name": "a"}, target=CHARACTERS, status=415),
)
