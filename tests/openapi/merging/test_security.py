"""Holds the ways to authorize that several pages declare."""

from typing import Any

from openapi.merging.security import merged_security
from openapi.pages.documented import DocumentedPage
from tests.openapi.samples import data, page

BEARER = "{bearer: {type: http, scheme: bearer}}"
KEY = "{bearer: {type: apiKey, in: header, name: X-Key}}"


def declaring(name: str, schemes: str, **more: Any) -> DocumentedPage:
    """A page with one operation that declares security schemes."""
    return page(name, {"/a": {"post": {}}}, components={"securitySchemes": data(schemes)}, **more)


def demanded(*pages: DocumentedPage) -> list[dict[str, list[str]]]:
    """What the pages' one operation demands."""
    return merged_security(pages).of([(each, ("paths", "/a", "post")) for each in pages])


def test_equal_schemes_are_one_that_cites_every_page() -> None:
    """The same key on two pages is one way to authorize."""
    found = merged_security([declaring("a", BEARER), declaring("b", BEARER)])

    assert list(found.schemes) == ["bearer"]
    assert found.schemes["bearer"]["x-source"] == "a:9, b:9"
    assert found.schemes["bearer"]["x-standing"] == "documented"


def test_different_schemes_of_one_name_are_both_kept() -> None:
    """Neither page wins: the second is named after its page too, and either authorizes."""
    found = merged_security([declaring("a", BEARER), declaring("b", KEY)])

    assert found.schemes["bearer"]["type"] == "http"
    assert found.schemes["bearer-b"]["type"] == "apiKey"
    assert found.anywhere == [{"bearer": []}, {"bearer-b": []}]


def test_an_operation_demands_what_one_of_its_pages_demands() -> None:
    """Each page's demand is one way in."""
    pages = (
        declaring("a", BEARER, security=[{"bearer": []}]),
        declaring("b", KEY, security=[{"bearer": []}]),
    )

    assert demanded(*pages) == [{"bearer": []}, {"bearer-b": []}]


def test_a_page_may_say_that_no_key_is_needed() -> None:
    """An empty list is a demand for nothing."""
    assert demanded(declaring("a", BEARER, security=[])) == [{}]


def test_a_page_that_says_nothing_takes_any_scheme() -> None:
    """Declared and nowhere demanded is demanded everywhere."""
    assert demanded(declaring("a", BEARER)) == [{"bearer": []}]


def test_what_the_tool_writes_beside_a_scheme_is_no_scheme() -> None:
    """Only declared names count, and scopes are kept."""
    stated = [{"bearer": ["read"], "x-apifox": {"groups": []}}]

    assert demanded(declaring("a", BEARER, security=stated)) == [{"bearer": ["read"]}]
