"""Holds, over generated pages, that no page wins silently and that whatever merges also builds."""

from itertools import permutations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from openapi.building.check import check_contract
from openapi.contract.requests import FORM, JSON
from openapi.contract.schemas import SchemaCompiler
from openapi.merging.merge import merge
from openapi.merging.schemas import text_of
from openapi.merging.variants import Request, requests_of
from openapi.pages.documented import DocumentedPage
from openapi.pages.operation import operations_of
from tests.openapi.samples import answer, create, page
from tests.properties import examples

PATH = "/v1/videos"
WORDS = ("4", "8", "16x9", "large", "true", "ture", "a b", "")
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "string": st.sampled_from(WORDS),
    "integer": st.integers(-2, 20),
    "number": st.sampled_from((0.5, 1.5, 4)),
    "boolean": st.booleans(),
    "array": st.lists(st.sampled_from(WORDS), max_size=2),
}
# Drawing a page costs more than merging it; what can go wrong shows within a few dozen.
few = settings(max_examples=examples(20))
any_value = st.one_of(*VALUES.values())


@st.composite
def declared_fields(draw: st.DrawFn) -> dict[str, Any]:
    """A field that shows a value, which may contradict what it declares and lists."""
    kind = draw(st.sampled_from(sorted(VALUES)))
    field: dict[str, Any] = {"type": kind}
    if kind == "array":
        field["items"] = {"type": "string"}
    field["example"] = draw(any_value if draw(st.booleans()) else VALUES[kind])
    prose: dict[str, Any] = {}
    if draw(st.booleans()):
        prose["allowed"] = draw(st.lists(st.sampled_from(WORDS), min_size=1, unique=True))
    if draw(st.booleans()):
        prose["default"] = draw(st.sampled_from(WORDS))
    if kind != "array" and draw(st.booleans()):
        field["enum"] = draw(st.lists(VALUES[kind], min_size=1, max_size=3, unique_by=repr))
    return field | ({"x-prose": prose} if prose else {})


@st.composite
def documented_pages(draw: st.DrawFn, name: str) -> DocumentedPage:
    """A page that creates a video, with its own fields, demands, examples and answer."""
    fields = draw(
        st.dictionaries(st.sampled_from(("seconds", "size", "style", "n")), declared_fields())
    )
    fields["model"] = {"type": "string", "enum": [f"model-{name}"], "example": f"model-{name}"}
    demanded = draw(st.lists(st.sampled_from(sorted(fields)), unique=True))
    media_type = draw(st.sampled_from((FORM, JSON)))
    operation = create(fields, tuple(demanded), media_type=media_type)
    shown = draw(st.dictionaries(st.sampled_from(("id", "n", "object")), any_value))
    answered = draw(st.dictionaries(st.sampled_from(("id", "n")), declared_fields()))
    operation["responses"] = answer(answered, shown)
    return page(name, {PATH: {"post": operation}})


several_pages = st.tuples(*(documented_pages(name) for name in ("a", "b", "c")))


def request_of(found: DocumentedPage) -> Request:
    """The one request of a page."""
    (operation,) = operations_of(found)
    (request,) = requests_of(operation)
    return request


def shown_body(request: Request) -> dict[str, Any]:
    """The request that a page shows, as its media type carries it."""
    shown = {name: request.field(name).shown[0][0] for name in request.fields}
    is_form = request.media_type == FORM
    return {name: text_of(value) if is_form else value for name, value in shown.items()}


def takes(contract: dict[str, Any], request: Request, body: dict[str, Any]) -> bool:
    """Whether the merged operation takes a body in the request's media type."""
    content = contract["paths"][PATH]["post"]["requestBody"]["content"]
    schema = content[request.media_type]["schema"]
    return SchemaCompiler(contract).compile(schema).is_valid(body)


@few
@given(several_pages)
def test_what_a_page_shows_is_taken_whatever_other_pages_say(
    pages: tuple[DocumentedPage, ...],
) -> None:
    """No other page can take away what one page documents."""
    contract = merge(pages)

    assert all(takes(contract, each, shown_body(each)) for each in map(request_of, pages))


@few
@given(several_pages, st.data())
def test_every_documented_value_is_taken(
    pages: tuple[DocumentedPage, ...], data: st.DataObject
) -> None:
    """A value that a page lists or calls its default is as good as the one it shows."""
    contract = merge(pages)
    request = data.draw(st.sampled_from(list(map(request_of, pages))))
    name = data.draw(st.sampled_from(sorted(request.fields)))
    field = request.field(name)
    plain = field.declared["type"] != "array"
    documented = [value for value, _ in (*field.shown, *field.listed(), *field.defaults())]
    value = data.draw(st.sampled_from(documented if plain else documented[:1]))
    carried = text_of(value) if request.media_type == FORM else value

    assert takes(contract, request, shown_body(request) | {name: carried})


@few
@given(several_pages)
def test_what_a_page_demands_is_demanded_for_its_own_model(
    pages: tuple[DocumentedPage, ...],
) -> None:
    """No other page can let a request through that the one page of its model refuses."""
    contract = merge(pages)
    for request in map(request_of, pages):
        for name in set(request.required) - {"model"}:
            body = {key: value for key, value in shown_body(request).items() if key != name}
            assert not takes(contract, request, body)


@few
@given(several_pages)
def test_the_order_of_pages_means_nothing(pages: tuple[DocumentedPage, ...]) -> None:
    """Every order of the same pages makes the same contract."""
    contract = merge(pages)

    assert all(merge(order) == contract for order in permutations(pages))


@few
@given(several_pages)
def test_answers_that_pages_show_are_answers_of_the_contract(
    pages: tuple[DocumentedPage, ...],
) -> None:
    """Whatever a page shows as an answer, the merged answer allows."""
    contract = merge(pages)
    media = contract["paths"][PATH]["post"]["responses"]["200"]["content"][JSON]
    validator = SchemaCompiler(contract).compile(media["schema"])

    assert [
        (name, str(error))
        for name, example in media["examples"].items()
        for error in validator.iter_errors(example["value"])
    ] == []


@few
@given(several_pages)
def test_what_merges_is_a_contract(pages: tuple[DocumentedPage, ...]) -> None:
    """The merged pages alone are valid OpenAPI and keep the rules, contradictions and all."""
    check_contract(merge(pages), pages)
