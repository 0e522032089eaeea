"""Holds the rules that find facts in running text: any values, English or Chinese."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openapi.importing.prose import field_facts, title_facts

COMMA, COLON, STOP, OPEN, CLOSE = "\uff0c", "\uff1a", "\u3002", "\uff08", "\uff09"

LISTS = (
    ("Which one (allowed values: a-1, b.2).", ["a-1", "b.2"]),
    ("Allowed values are 4, 8 and 12.", ["4", "8", "12"]),
    ("Enumeration value: 30", ["30"]),
    ("enum: 16:9, 9:16", ["16:9", "9:16"]),
    ("One of a, b or c.", ["a", "b", "c"]),
    ("Options: 10, 15, 25 (25 for pro)", ["10", "15", "25"]),
    ("At present only fast_1 and slow_1 are supported. Ask for more.", ["fast_1", "slow_1"]),
    ("This one only supports: rain, snow", ["rain", "snow"]),
    ("Look supports only rain and snow.", ["rain", "snow"]),
    ("portrait (stands)\nlandscape (lies)\n", ["portrait", "landscape"]),
    ("portrait 竖屏\nlandscape 横屏", ["portrait", "landscape"]),
    ("640x480 for phones 800x600 for offices", ["640x480", "800x600"]),
    (f"可选值{COLON}4、8、12{COMMA}默认{COLON}4", ["4", "8", "12"]),
    (f"枚举值{COLON}10{COMMA}15", ["10", "15"]),
    ("仅支持 fast1 和 slow1", ["fast1", "slow1"]),
    (f"目前支持{COLON}`a`, `b`{STOP}", ["a", "b"]),
)
NO_LISTS = (
    "A text prompt for the video",
    "Only supports image files up to 5 MB",
    "only one picture is supported",
    "The options menu",
    "Generation takes a while",
    "For example 640x480",
    "portrait (stands) is what phones like",
    f"可选参数{COMMA}用于引导生成",
    "",
)
DEFAULTS = (
    ("Default is 4 seconds.", "4"),
    ("The default value is 640x480.", "640x480"),
    ("The default setting is `true`, which is kind", "true"),
    ("Defaults to 16:9.", "16:9"),
    (f"默认{COLON}5", "5"),
    ("默认为 `false`", "false"),
)
NO_DEFAULTS = ("By default the video is private.", "The default is a random value", "Duration")


@pytest.mark.parametrize(("text", "values"), LISTS)
def test_a_list_of_values_is_found_however_it_is_said(text: str, values: list[str]) -> None:
    """The values come in their order and as they are written."""
    assert field_facts(text)["allowed"] == values


@pytest.mark.parametrize("text", NO_LISTS)
def test_a_sentence_is_no_list_of_values(text: str) -> None:
    """Words that merely resemble a list state no values."""
    assert "allowed" not in field_facts(text)


@pytest.mark.parametrize(("text", "value"), DEFAULTS)
def test_a_default_is_found_however_it_is_said(text: str, value: str) -> None:
    """The default is kept as it is written, quotes and full stops aside."""
    assert field_facts(text)["default"] == value


@pytest.mark.parametrize("text", NO_DEFAULTS)
def test_a_habit_is_no_default(text: str) -> None:
    """A default without a value states none."""
    assert "default" not in field_facts(text)


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        (" Small, generally 720p", {"small": "720p"}),
        (f"small一般720p{COMMA}large一般1080p", {"small": "720p", "large": "1080p"}),
        ("huge is about 4k", {"huge": "4k"}),
        ("Size of the video", None),
    ],
)
def test_a_size_word_keeps_its_resolution(text: str, sizes: dict[str, str] | None) -> None:
    """What a word stands for approximately is kept with the word."""
    assert field_facts(text).get("resolutions") == sizes


@pytest.mark.parametrize(
    ("text", "suffix"),
    [
        ("-ALL model parameter", "-ALL"),
        ("For -pro models only", "-pro"),
        ("-all模型可用", "-all"),
        ("All models read it", None),
        ("text-to-video model", None),
    ],
)
def test_a_field_for_some_models_names_their_suffix(text: str, suffix: str | None) -> None:
    """A suffix before the word model says who reads the field."""
    assert field_facts(text).get("reserved_for") == suffix


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("Length (seconds)", "seconds"),
        (f"时长{OPEN}秒{CLOSE}", "seconds"),
        ("Updated at, in ms", "milliseconds"),
        ("毫秒", "milliseconds"),
        ("Secondary look", None),
    ],
)
def test_a_unit_of_time_is_found(text: str, unit: str | None) -> None:
    """Seconds and milliseconds are kept apart in either language."""
    assert field_facts(text).get("unit") == unit


@pytest.mark.parametrize(
    ("title", "mentions"),
    [
        ("Make a video from images", ["image"]),
        ("Make a video with sora-2 and a Character", ["character", "sora-2"]),
        (f"创建视频{COMMA}带图片", ["image"]),
        ("veo 创建视频", ["veo"]),
        ("Use wan2.1-fast", ["wan2.1-fast"]),
        ("Make an mp4 by API v1", None),
    ],
)
def test_a_title_names_things_and_models(title: str, mentions: list[str] | None) -> None:
    """Pictures, characters and models are named; formats and versions of an API are not."""
    assert title_facts(title).get("mentions") == mentions


words = st.from_regex(r"[a-z]{2,8}[-_]?[0-9]{1,3}", fullmatch=True)
TEMPLATES = (
    ("Pick (allowed values: {}).", ", "),
    ("Only {} are supported", " and "),
    ("It only supports: {}", ", "),
    (f"可选值{COLON}{{}}{STOP}", COMMA),
    ("仅支持{}", "、"),
)


@given(st.sampled_from(TEMPLATES), st.lists(words, min_size=2, max_size=6, unique=True))
def test_a_list_holds_any_values(template: tuple[str, str], values: list[str]) -> None:
    """No rule knows the values it finds."""
    form, joint = template

    assert field_facts(form.format(joint.join(values)))["allowed"] == values


@given(st.text())
def test_facts_are_never_invented(text: str) -> None:
    """Every listed value and every default stands in the text it was found in."""
    facts = field_facts(text)

    assert all(value in text for value in [*facts.get("allowed", []), facts.get("default", "")])
