"""A caller's regular expressions cost time that grows with the text, whatever they say."""

import httpx
import pytest

from mock_server.journal import Search
from mock_server.journal.search import SearchError
from mock_server.patterns import LONGEST_PATTERN, LONGEST_SEARCHED, PatternError, found
from tests.mock_server.inprocess import Fake

ORDER = {"model": "sora-2", "prompt": "A cat", "seconds": "4"}
EXPONENTIAL = ("(a+)+$", "(a|a)+$", "(a|aa)+$", "(.*a){12}$", "^(([a-z])+.)+[A-Z]([a-z])+$")
REFUSED = (
    ("(", "missing"),
    ("(?=a)", "no look-around"),
    ("(?<!a)b", "no look-around"),
    (r"(a)\1", "no back-references"),
    ("x" * (LONGEST_PATTERN + 1), f"longer than {LONGEST_PATTERN} characters"),
    ("(?:a?){999}b{999}", "too many steps"),
    (r"\p{L}{900}", "too large"),
    ("\udc80", "cannot be encoded as UTF-8"),
)


@pytest.mark.parametrize("pattern", EXPONENTIAL)
def test_a_search_never_tries_again(pattern: str) -> None:
    """Patterns that take a back-tracking search for ever are answered like any other."""
    assert not found(pattern, "a" * 30_000 + "!")


@pytest.mark.parametrize(("pattern", "why"), REFUSED)
def test_what_cannot_be_searched_for_is_refused(pattern: str, why: str) -> None:
    """A pattern that is none, is too large, or would need to look around says so."""
    with pytest.raises(PatternError, match=why):
        found(pattern, "a")


@pytest.mark.parametrize(
    ("pattern", "text"),
    [("^A c", "A cat"), (r"\bcat\b", "a cat!"), ("(?i)CAT", "cat"), ("猫$", "一只猫"), ("", "")],
)
def test_usual_patterns_mean_what_they_did(pattern: str, text: str) -> None:
    """Anchors, words, flags and other scripts are there."""
    assert found(pattern, text)


def test_the_beginning_of_a_text_is_searched() -> None:
    """As much of a text is searched as a journal keeps of one."""
    assert found("b", "a" * (LONGEST_SEARCHED - 1) + "b")
    assert not found("b", "a" * LONGEST_SEARCHED + "b")


@pytest.mark.parametrize(("pattern", "why"), REFUSED[:-1])
def test_a_fault_and_a_search_refuse_it_alike(client: httpx.Client, pattern: str, why: str) -> None:
    """Both ways of giving a pattern answer 400, and nothing is set."""
    fault = client.post("/_mock/faults", json={"kind": "latency", "prompt": pattern})
    search = client.post("/_mock/requests/search", json={"where": {"prompt": pattern}})
    verify = client.post("/_mock/requests/verify", json={"where": {"prompt": pattern}})

    assert [answer.status_code for answer in (fault, search, verify)] == [400, 400, 400]
    assert "regular expression" in fault.json()["error"]["message"]
    assert client.get("/_mock/faults").json() == {"faults": []}


def test_the_reason_is_reported() -> None:
    """A search says what is wrong with its pattern and which syntax there is."""
    with pytest.raises(SearchError, match=r"prompt: '\(\?=a\)' is not a .*no look-around"):
        Search(prompt="(?=a)")


def test_an_exponential_pattern_of_a_fault_harms_nobody(client: httpx.Client, fake: Fake) -> None:
    """A create that such a fault looks at is answered, and the journal is searched with it."""
    client.post("/_mock/faults", json={"kind": "html", "prompt": "(a+)+$"})
    prompt = "a" * 20_000
    spared = client.post("/v1/videos", json={**ORDER, "prompt": f"{prompt}!"})
    struck = client.post("/v1/videos", json={**ORDER, "prompt": prompt})
    where = {"prompt": "^(a|a)*$"}
    counted = client.post("/_mock/requests/search", json={"where": where}).json()["count"]

    assert (spared.json()["status"], struck.text[:9], counted) == ("queued", "<!doctype", 1)
