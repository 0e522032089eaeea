"""Forms that are malformed, ambiguous, or hold the wrong kind of part."""

import orjson

from tests.mock_server.cli.bad_input.case import CHARACTERS, EDITS, a_form, file, texts
from tests.mock_server.samples import MP4, PNG, SORA, VEO
from tests.mock_server.wire import FORM, chunked, form_of, part

GOOD = texts(**SORA)
MALFORMED, MISSING = "invalid_multipart", "missing_required_parameter"
REPEATED, WRONG_TYPE = "duplicate_parameter", "invalid_type"
IMAGE = "input_reference"
BOUNDARIES = ("", "; boundary", "; boundary=", f"; boundary={'x' * 300}")

MALFORMED_FORMS = (
    *(
        a_form(f"boundary {number}", MALFORMED, *GOOD, headers={"Content-Type": FORM[:19] + end})
        for number, end in enumerate(BOUNDARIES)
    ),
    a_form("wrong boundary", MALFORMED, *GOOD, headers={"Content-Type": f"{FORM}x"}),
    a_form("empty form body", MALFORMED, body=b""),
    a_form("form without end", MALFORMED, body=b"".join(GOOD)),
    a_form("form with a preamble", MALFORMED, body=b"hello" + form_of(*GOOD)),
    a_form("part without headers", MALFORMED, *GOOD, b"--edge\r\n\r\nx\r\n"),
    a_form("part with a bad header", MALFORMED, *GOOD, b"--edge\r\nNo colon\r\n\r\nx\r\n"),
    a_form("part without name", MALFORMED, b"--edge\r\nContent-Disposition: a\r\n\r\nx\r\n"),
    a_form("endless part header", MALFORMED, *GOOD, part("x", b"", "\r\nX: " + "y" * 20_000)),
    a_form("too many parts", MALFORMED, *[part("x", b"")] * 1001),
    a_form("form text not UTF-8", MALFORMED, *GOOD, part("style", b"\xff\xfe")),
    a_form("json called form", MALFORMED, body=orjson.dumps(SORA)),
)

WRONG_PARTS = (
    a_form("empty form", MISSING, param="model"),
    a_form("missing file", MISSING, *texts(**VEO), param=IMAGE),
    a_form(
        "chunked bad form",
        MISSING,
        headers={"Content-Type": FORM, "Transfer-Encoding": "chunked"},
        body=chunked(form_of(*texts(model="sora-2"))),
        param="prompt",
    ),
    a_form("repeated field", REPEATED, *GOOD, *texts(prompt="b"), param="prompt"),
    a_form("repeated file", REPEATED, *GOOD, *[file(IMAGE, PNG)] * 2, param=IMAGE),
    a_form("file and text of one name", REPEATED, *GOOD, file("prompt", PNG), param="prompt"),
    a_form("file for text", WRONG_TYPE, GOOD[0], file("prompt", b"A cat"), param="prompt"),
    a_form("file for model", WRONG_TYPE, file("model", b"sora-2"), GOOD[1], param="model"),
    a_form("text for file", WRONG_TYPE, *GOOD, *texts(input_reference="a.png"), param=IMAGE),
    a_form("no image", "invalid_image", *GOOD, file(IMAGE, b"GIF89a"), param=IMAGE),
    a_form("empty file", "invalid_image", *GOOD, file(IMAGE, b""), param=IMAGE),
    a_form("edit of nothing", MISSING, *texts(prompt="a"), target=EDITS, param="video[id]"),
    a_form("no clip", "invalid_video", *GOOD, file("video", PNG), target=EDITS, param="video"),
    a_form(
        "text for clip",
        WRONG_TYPE,
        *texts(name="Momo", video="clip.mp4"),
        target=CHARACTERS,
        param="video",
    ),
    a_form(
        "long name",
        "string_above_max_length",
        *texts(name="x" * 81),
        file("video", MP4),
        target=CHARACTERS,
        param="name",
    ),
)

FORMS = (*MALFORMED_FORMS, *WRONG_PARTS)
