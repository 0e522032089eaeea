"""Holds how lists and ranges of values are read from running text: whole, or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openapi.importing.value_lists import ValueList, find_value_list

COLON, COMMA, DUN = "\uff1a", "\uff0c", "\u3001"

WHOLE = (
    ("枚举值:\nm-2-vip\nm-2\nm-2-pro:不稳定", ["m-2-vip", "m-2", "m-2-pro"]),
    (f"4{DUN}8{DUN}12\n", ["4", "8", "12"]),
    ("宽x高, 可用值:\n720x1280\n1280x720", ["720x1280", "1280x720"]),
    ("Allowed values:\n- comic\n- news\n- anime", ["comic", "news", "anime"]),
    ("Allowed values:\n1. comic\n2. news", ["comic", "news"]),
    ("Allowed values:\n4\n8\nMore of them follow with the models of next year.", ["4", "8"]),
    ("Allowed values:\n\n- comic\n\n- news\n\nMore text.", ["comic", "news"]),
    ("Name of the model, clip-1 or clip-1-fast", ["clip-1", "clip-1-fast"]),
    ("Support 15, 25", ["15", "25"]),
    ("可选为 2:3, 3:2, 1:1", ["2:3", "3:2", "1:1"]),
    ("720p or 1080p, 720p when left out", ["720p", "1080p"]),
    ("The pace only supports 5s\n", ["5s"]),
    (f"支持 720p{DUN}1080p", ["720p", "1080p"]),
    ("| value | meaning |\n|---|---|\n| fast | quick |\n| slow | good |", ["fast", "slow"]),
    ("- `a`: one\n- `b`: two", ["a", "b"]),
    ("Values:\n- 4 seconds\n- 8 seconds", ["4", "8"]),
    ("Options: 16:9/9:16", ["16:9", "9:16"]),
    ("Allowed values: black/flux-1, acme/clip-2", ["black/flux-1", "acme/clip-2"]),
    ('Allowed values: "a" (slow), "b" (fast)', ["a", "b"]),
    ("Supported formats: png, jpg", ["png", "jpg"]),
    ("supports png, jpg", ["png", "jpg"]),
    ("only supports rain and snow", ["rain", "snow"]),
    ("支持5秒或10秒", ["5", "10"]),
    (f"可选 5{DUN}10{COMMA}默认 5", ["5", "10"]),
    ("枚举值: std/pro", ["std", "pro"]),
    ("enum: [fast, slow]", ["fast", "slow"]),
    ("Values: a, b, c", ["a", "b", "c"]),
    ("Valid values (a, b)", ["a", "b"]),
    ("Allowed values:\n\n`a`\n\n`b`", ["a", "b"]),
    ("`clip-1`\n`clip-2`", ["clip-1", "clip-2"]),
    (f"0{COLON}普通\n1{COLON}高级", ["0", "1"]),
    ("The resolution (480p, 720p, 1080p)", ["480p", "720p", "1080p"]),
    ("Model name: clip-1, clip-2, clip-3 (beta)", ["clip-1", "clip-2", "clip-3"]),
)
RANGES = (
    ("Duration between 5 and 10 seconds", ("5", "10")),
    (f"取值范围{COLON}1-10", ("1", "10")),
    ("range 1~10", ("1", "10")),
    ("Range: 0 ~ 1, default 0.5", ("0", "1")),
    ("取值范围 0-4294967295", ("0", "4294967295")),
    ("Allowed values: 0.5 to 2", ("0.5", "2")),
    ("1-10", ("1", "10")),
    ("0 ~ 1", ("0", "1")),
    ("范围 1-10", ("1", "10")),
    ("Range: 0.0-1.0", ("0.0", "1.0")),
    ("min 1, max 10", ("1", "10")),
)
IN_PART = (
    "Allowed values: 4, 8 and something else entirely",
    "Supported values: a, b, the others on request",
    "可选值: fast, slow等",
    "Allowed values:\n- comic\n- news of the day\n- anime",
    "Allowed values: 4, 8, 10-15",
    "Supported: a-1, b-2, etc.",
    f"支持 a-1{DUN}b-2 等",
    "取值范围: [0, 1]",
)
NONE = (
    "Supports images up to 5 MB or 10 MB.",
    "at most 2 or 3",
    "支持上传图片",
    "one of the models",
    "Which one of these 3 models",
    "optional values are ignored by the server",
    "Supports images and videos",
    "For example 5 or 10",
    "Something like 720p or 1080p",
    "Needs clip-1 or clip-2",
    "If model is clip-1 or clip-2, ignored",
    "Deprecated in v1 or v2",
    "不支持 720p 或 1080p",
    "does not support 720p, 1080p",
    "Sizes (e.g. 480p, 720p)",
    "",
)


@pytest.mark.parametrize(("text", "values"), WHOLE)
def test_a_list_is_read_whole(text: str, values: list[str]) -> None:
    """Every value in its order, without bullets, quotes, units and comments."""
    assert find_value_list(text) == ValueList(tuple(values))


@pytest.mark.parametrize(("text", "bounds"), RANGES)
def test_a_range_is_no_value(text: str, bounds: tuple[str, str]) -> None:
    """The ends of a range are kept as such: what lies between them is meant, too."""
    assert find_value_list(text) == ValueList(bounds=bounds)


@pytest.mark.parametrize("text", IN_PART)
def test_a_list_that_is_read_in_part_states_no_value(text: str) -> None:
    """One candidate that is not understood leaves the list open; its text is reported."""
    found = find_value_list(text)

    assert found is not None
    assert (found.values, found.bounds) == ((), None)
    assert found.unread in " ".join(text.split())


@pytest.mark.parametrize("text", NONE)
def test_a_sentence_states_no_list(text: str) -> None:
    """Words that announce lists are used for other things, too."""
    assert find_value_list(text) is None


_VALUES = st.lists(st.from_regex(r"[a-z]{2,6}-[0-9]{1,3}", fullmatch=True), min_size=2, unique=True)
_FORMS = st.sampled_from(
    [
        ("Allowed values: {}", ", "),
        ("枚举值:\n{}", "\n"),
        ("Choose.\nPossible values:\n- {}", "\n- "),
        ("可选值为{}", DUN),
        ("Supports {}", ", "),
    ]
)


@given(_FORMS, _VALUES, st.sampled_from(["", "!?", "the rest is up to you"]))
def test_one_piece_that_is_not_understood_closes_nothing(
    form: tuple[str, str], values: list[str], more: str
) -> None:
    """A list of values is read whole; the same list with a piece of another kind is not."""
    template, joint = form
    text = template.format(joint.join([*values[:1], *([more] if more else []), *values[1:]]))

    found = find_value_list(text)

    assert found is not None
    assert found.values == (() if more else tuple(values))
    assert bool(found.unread) is bool(more)


@given(st.text(alphabet=st.sampled_from("a1 ,.:|-\n()或、枚举值support only")))
def test_values_stand_in_the_text(text: str) -> None:
    """Nothing is invented, whatever the text."""
    found = find_value_list(text) or ValueList()

    assert all(value in text for value in (*found.values, *(found.bounds or ())))
