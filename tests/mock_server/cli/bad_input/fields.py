"""Well-formed bodies that no page documents."""

from tests.mock_server.cli.bad_input.case import (
    CUTS,
    EDITS,
    EXTENSIONS,
    a_form,
    a_json,
    a_sora,
    a_unified,
    texts,
)
from tests.mock_server.samples import SORA

EMPTY, TOO_LONG, WRONG = "empty_string", "string_above_max_length", "invalid_value"
MISSING, UNKNOWN = "missing_required_parameter", "model_not_found"
UNKNOWN_JOB = {"status": 404, "param": "id"}


def with_prompt(prompt: str) -> list[bytes]:
    """The sora-2 request as parts of a form, with another prompt."""
    return texts(**{**SORA, "prompt": prompt})


FIELDS = (
    a_form("empty prompt", EMPTY, *with_prompt(""), param="prompt"),
    a_form("blank prompt", WRONG, *with_prompt(" \t\r\n"), param="prompt"),
    a_form("long prompt", TOO_LONG, *with_prompt("x" * 32_001), param="prompt"),
    a_sora("empty json prompt", EMPTY, {"prompt": ""}),
    a_sora("blank json prompt", WRONG, {"prompt": " "}),
    a_sora("long json prompt", TOO_LONG, {"prompt": "ü" * 32_001}),
    a_unified("empty unified prompt", EMPTY, {"prompt": ""}),
    a_unified("long unified prompt", TOO_LONG, {"prompt": "x" * 32_001}),
    a_json("no field", MISSING, {}, param="model"),
    a_json("no model", MISSING, {"prompt": "a"}, param="model"),
    a_json("no prompt", MISSING, {"model": "sora-2"}, param="prompt"),
    a_sora("unknown model", UNKNOWN, {"model": "sora-3"}),
    a_sora("model in capitals", UNKNOWN, {"model": "SORA-2"}),
    a_sora("model of the other family", UNKNOWN, {"model": "sora-2-all"}),
    a_sora("retired model", "model_retired", {"model": "sora-2-2025-10-06"}, status=404),
    a_sora("size of no page", WRONG, {"size": "1x1"}),
    a_sora("length of no page", WRONG, {"seconds": "5"}),
    a_unified("size of the other family", WRONG, {"size": "720x1280"}),
    a_json(
        "edit without an id",
        MISSING,
        {"prompt": "a", "video": {}},
        target=EDITS,
        param="video.id",
    ),
    a_json(
        "edit of an unknown job",
        "video_not_found",
        {"prompt": "a", "video": {"id": "x"}},
        target=EDITS,
        **UNKNOWN_JOB,
    ),
    a_json(
        "odd extension",
        WRONG,
        {"prompt": "a", "seconds": "5", "video": {"id": "x"}},
        target=EXTENSIONS,
        param="seconds",
    ),
    a_json(
        "remix of an unknown job",
        "video_not_found",
        {"prompt": "a"},
        target="/v1/videos/x/remix",
        **UNKNOWN_JOB,
    ),
    a_json(
        "two sources",
        WRONG,
        {"timestamps": "1,3", "url": "http://a", "from_task": "b"},
        target=CUTS,
    ),
    a_json("no source", WRONG, {"timestamps": "1,3"}, target=CUTS),
    a_json(
        "span of nothing",
        WRONG,
        {"timestamps": "1,1", "url": "http://a"},
        target=CUTS,
        param="timestamps",
    ),
)
