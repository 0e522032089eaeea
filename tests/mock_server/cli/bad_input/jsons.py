"""JSON that is none, is no object, or has values of the wrong kind."""

import orjson

from tests.mock_server.cli.bad_input.case import UNIFIED_PATH, a_json, a_sora, a_unified
from tests.mock_server.samples import SORA, UNIFIED
from tests.mock_server.wire import JSON, chunked

RAW = orjson.dumps(SORA)
BROKEN, WRONG_TYPE = "invalid_json", "invalid_type"
NO_JSON_VALUES = ("NaN", "Infinity", "-Infinity", "1e999", "01", "'a'", "1,")
NO_OBJECTS = (b"[]", b"null", b'"a"', b"1", b"[{}]")

BROKEN_JSON = (
    a_json("empty body", BROKEN, b"", headers={"Content-Type": JSON, "Content-Length": "0"}),
    a_json("blank body", BROKEN, b" \r\n"),
    a_json("broken json", BROKEN, RAW[:-1]),
    a_json("two json values", BROKEN, RAW + RAW),
    a_json("json not UTF-8", BROKEN, b'{"model":"sora-2","prompt":"\xff"}'),
    a_json("json in UTF-16", BROKEN, RAW.decode().encode("utf-16")),
    a_json("json with a byte order mark", BROKEN, b"\xef\xbb\xbf" + RAW),
    a_json("bogus charset", BROKEN, RAW, headers={"Content-Type": f"{JSON}; charset=bogus"}),
    a_json("deep lists", BROKEN, b"[" * 100_000),
    a_json("deep objects", BROKEN, b'{"a":' * 30_000),
    a_json("lone surrogate", BROKEN, b'{"model":"sora-2","prompt":"\\ud800"}'),
    a_json("raw nul", BROKEN, b'{"model":"sora-2","prompt":"\0"}'),
    a_json(
        "chunked bad json",
        BROKEN,
        chunked(b"{"),
        headers={"Content-Type": JSON, "Transfer-Encoding": "chunked"},
    ),
    *(
        a_json(f"json with {value}", BROKEN, b'{"model":"sora-2","x":' + value.encode() + b"}")
        for value in NO_JSON_VALUES
    ),
)

WRONG_VALUES = (
    *(a_json(f"json {value.decode()}", WRONG_TYPE, value) for value in NO_OBJECTS),
    a_json(
        "repeated key",
        "duplicate_parameter",
        b'{"model":"sora-2","prompt":"a","prompt":"b"}',
        param="prompt",
    ),
    a_json(
        "repeated unified key",
        "duplicate_parameter",
        orjson.dumps(UNIFIED)[:-1] + b',"duration":10}',
        target=UNIFIED_PATH,
        param="duration",
    ),
    a_json(
        "huge number",
        WRONG_TYPE,
        b'{"model":"sora-2","prompt":"a","seconds":' + b"9" * 300 + b"}",
        param="seconds",
    ),
    a_sora("seconds as number", WRONG_TYPE, {"seconds": 4}),
    a_sora("null for text", WRONG_TYPE, {"size": None}),
    a_sora("number for prompt", WRONG_TYPE, {"prompt": 1}),
    a_sora("list for model", WRONG_TYPE, {"model": ["sora-2"]}),
    a_sora("number for image", WRONG_TYPE, {"input_reference": 1}),
    a_sora("empty image", "invalid_value", {"input_reference": ""}),
    a_sora("model with a nul", "model_not_found", {"model": "sora-2\0"}),
    a_unified("boolean for number", WRONG_TYPE, {"duration": True}),
    a_unified("text for number", WRONG_TYPE, {"duration": "15"}),
    a_unified("text for list", WRONG_TYPE, {"images": "a"}),
    a_unified("number in list", WRONG_TYPE, {"images": ["https://a/b", 5]}, param="images[1]"),
    a_unified("file in list", "invalid_value", {"images": ["file:///x"]}, param="images[0]"),
    a_unified("huge integer", "invalid_value", {"duration": 2**63}),
)

JSONS = (*BROKEN_JSON, *WRONG_VALUES)
