"""Triggers are read from plain values."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.faults import FAULTS
from mock_server.http.errors import ApiError
from mock_server.tenants.triggers import PLACES, TriggerError, Triggers

TRIGGERS = Triggers(("happy", "my own", "slow"))
KNOWN = st.sampled_from([*FAULTS, "happy", "slow", "400", "429", "599"])
STEMS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1)


@given(
    STEMS.filter(lambda stem: stem.rpartition("+")[2] not in TRIGGERS), st.lists(KNOWN, max_size=3)
)
def test_added_triggers_are_split_off(stem: str, names: list[str]) -> None:
    """What was added to a model or a key comes off in its order, and the rest is as it was."""
    assert TRIGGERS.split("+".join([stem, *names])) == (stem, tuple(names))


@pytest.mark.parametrize("text", ["", "+", "+429", "a+", "a+fials", "a+ 429", "a429"])
def test_what_is_no_trigger_stays(text: str) -> None:
    """Nothing is split off if no trigger follows a plus, or nothing would be left."""
    assert TRIGGERS.split(text) == (text, ())


@pytest.mark.parametrize("count", [20, 21, 1000])
def test_twenty_triggers_are_split_off(count: int) -> None:
    """At most twenty triggers are split off a text; everything before them belongs to it."""
    stem, names = TRIGGERS.split("+".join(["sora-2", *["429"] * count]))

    assert (len(names), stem.count("+")) == (20, count - 20)


def test_a_text_beyond_all_names_is_left_alone() -> None:
    """A text of megabytes is no model and no key: nothing is split off."""
    text = "a" * 100_000 + "+429"

    assert TRIGGERS.split(text) == (text, ())


@given(st.lists(KNOWN, min_size=1, max_size=3), st.sampled_from(["\n", " ", " a cat "]))
def test_triggers_are_found_in_a_prompt(names: list[str], between: str) -> None:
    """Words stand anywhere between blanks, and count in their order."""
    prompt = between.join(f"mock:{name}" for name in names)

    assert TRIGGERS.in_prompt(prompt) == tuple(names)


@pytest.mark.parametrize(
    "prompt", ["A hammock:instant", "a mock: b", "https://mock:80/", "Mock:429", "(mock:429)"]
)
def test_a_trigger_stands_by_itself(prompt: str) -> None:
    """Text that only looks like a trigger is ignored."""
    assert TRIGGERS.in_prompt(prompt) == ()


@given(st.text())
def test_no_prompt_breaks_the_reader(text: str) -> None:
    """Whatever follows the mark is either triggers or an error of the client."""
    try:
        names = TRIGGERS.in_prompt(f"mock:{text}")
    except ApiError as error:
        names = (str(error.status),)

    assert all(name in TRIGGERS for name in names)


@given(st.binary(max_size=30))
def test_no_header_breaks_the_reader(value: bytes) -> None:
    """Every Prefer header has either triggers or an error of the client."""
    try:
        names = TRIGGERS.in_preferences([(b"host", b"x"), (b"prefer", value)])
    except ApiError as error:
        names = (str(error.status),)

    assert all(name in TRIGGERS for name in names)


@pytest.mark.parametrize("name", ["latency", "404", "599"])
def test_a_trigger_has_one_meaning(name: str) -> None:
    """A scenario cannot have the name of a fault or a status."""
    with pytest.raises(TriggerError, match=f"the scenario '{name}' has the name of a fault"):
        Triggers((name,))


def test_a_long_trigger_is_not_repeated_whole() -> None:
    """An error quotes the start of an unknown trigger."""
    with pytest.raises(ApiError) as caught:
        TRIGGERS.in_prompt(f"mock:{'x' * 10_000}")

    assert len(caught.value.message) < 1000


def test_the_examples_of_the_places_are_understood() -> None:
    """Every documented example has a known trigger."""
    shown = Triggers(("stuck_at_99", "fails_at_60"))
    found: dict[str, Callable[[str], tuple[str, ...]]] = {
        "header": lambda text: shown.in_preferences(
            [(b"prefer", text.partition(": ")[2].encode())]
        ),
        "prompt": shown.in_prompt,
        "model": lambda text: shown.split(text)[1],
        "key": lambda text: shown.split(text)[1],
    }

    assert all(found[place.name](place.example) for place in PLACES)
