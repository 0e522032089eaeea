"""Findings by cause: what one fault shows at many operations is one cause."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.findings.cause import causes_of
from contract_tests.findings.finding import Finding
from contract_tests.wire.exchange import Exchange, Reply, Request
from openapi.contract.evidence import Evidence

NO_ROUTE = '404 application/json {"error":{"message":"Invalid URL (%s)","code":""}}'


def found(check: str, operation: str, expected: str, received: str, *, key: str = "") -> Finding:
    """A finding of a check at an operation."""
    return Finding(
        check=check,
        operation=operation,
        evidence=Evidence.DOCUMENTED,
        source="sora-image:16",
        expected=expected,
        received=received,
        key=key,
    )


def groups(*findings: Finding) -> list[list[int]]:
    """The places of the findings of each cause."""
    return [[findings.index(each) for each in cause.findings] for cause in causes_of(findings)]


def test_an_operation_that_is_missing_is_one_cause() -> None:
    """The error that a gateway sends for each missing operation is one cause, in every check."""
    findings = (
        found("authentication", "listVideos", "401 for no key", NO_ROUTE % "GET /v1/videos"),
        found("authentication", "deleteVideo", "401 for no key", NO_ROUTE % "DELETE /v1/videos/a"),
        found("deletion", "deleteVideo", "200 for a deletion", NO_ROUTE % "DELETE /v1/videos/bc"),
    )

    assert groups(*findings) == [[0, 1, 2]]


def test_what_is_expected_everywhere_is_one_cause_whatever_the_status() -> None:
    """A header that no response has is one cause, although the responses differ."""
    header = "the header x-request-id"
    findings = (
        found("request_id", "listVideos", header, "200 without it"),
        found("request_id", "createVideo", header, "400 without it"),
        found("request_id", "deleteVideo", header, "404 without it"),
    )

    assert groups(*findings) == [[0, 1, 2]]


def test_one_rule_broken_in_several_ways_is_one_cause() -> None:
    """A key under a wrong scheme that is taken everywhere is one cause, whatever comes then."""
    key, expected = "status for another scheme", "401 for another scheme"
    findings = (
        found("authentication", "createVideo", expected, "400 application/json {}", key=key),
        found(
            "authentication", "listVideos", expected, '200 application/json {"data":[]}', key=key
        ),
    )

    assert groups(*findings) == [[0, 1]]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("allowed_values", "400, size", "size"), ("required_fields", "400, prompt", "prompt")),
        (("unknown_fields", "documented fields only", "a"), ("unknown_fields", "b", "b")),
    ],
)
def test_requests_that_are_accepted_wrongly_have_causes_of_their_own(
    first: tuple[str, str, str], second: tuple[str, str, str]
) -> None:
    """That two responses show a new job does not make one cause of two rules."""
    accepted = '200 application/json {"id":"video_0123456789","status":"queued"}'
    findings = [
        found(check, "createVideo", expected, accepted, key=key)
        for check, expected, key in (first, second)
    ]

    assert groups(*findings) == [[0], [1]]


def test_ids_addresses_and_times_are_not_compared() -> None:
    """Responses that differ in what differs between any two requests have one cause."""
    text = '500 application/json {"error":{"message":"cannot reach %s for %s at %s"}}'
    findings = (
        found("a", "listVideos", "200", text % ("http://h/x?y=1", "video_0123456789ab", "1761622")),
        found("b", "getVideo", "404", text % ("https://k/z", "task_9b0f3c21d4e5", "1761999")),
    )

    assert groups(*findings) == [[0, 1]]


def test_the_shown_finding_has_the_shortest_request_of_the_best_founded() -> None:
    """The finding that stands for a cause is easy to repeat, and as well founded as any."""
    long, short = (
        replace(
            found("request_id", "listVideos", "the header", "404 without it"),
            exchange=Exchange(1, Request("GET", target), None),
            evidence=evidence,
        )
        for target, evidence in (
            ("/v1/videos?limit=1&order=asc", Evidence.DOCUMENTED),
            ("/v1", Evidence.INFERRED),
        )
    )
    other = replace(long, operation="createVideo", exchange=None)

    (cause,) = causes_of((other, short, long))

    assert cause.shown is long
    assert cause.operations == ("createVideo", "listVideos")


texts = st.text(st.sampled_from("40 {a/'"), max_size=6)


@given(st.lists(st.builds(found, texts, texts, texts, texts, key=texts), max_size=20))
def test_every_finding_has_exactly_one_cause(findings: list[Finding]) -> None:
    """Nothing is lost or counted twice; causes are in the order of their first findings."""
    causes = causes_of(findings)

    places = [[id(each) for each in cause.findings] for cause in causes]
    order = {id(each): place for place, each in enumerate(findings)}
    assert sorted(order[each] for group in places for each in group) == list(range(len(findings)))
    firsts = [order[group[0]] for group in places]
    assert firsts == sorted(firsts)


def test_a_wrong_status_of_refusals_is_one_cause() -> None:
    """422 where 400 is documented is one cause, whichever rule was broken and whatever it says."""
    findings = (
        found("required_fields", "createVideo", "400 since 'prompt' is required", "a refusal: 422"),
        found("blame", "editVideo", "400, since 'video' is at fault", '422 text/html "no"'),
    )

    assert groups(*findings) == [[0, 1]]


def test_refusals_with_an_undocumented_status_are_one_cause() -> None:
    """A status that no page has is one cause, whichever status each check expected instead."""
    documented = "one of the statuses 200, 400, 404"
    findings = (
        found("documented_answers", "createVideo", documented, '422 {"detail":"a"}', key="a"),
        found("documented_answers", "makeCharacter", documented, '422 {"detail":[]}', key="b"),
        found("required_fields", "makeCharacter", "400 since 'name' is required", "422 refused"),
        found("unknown_job", "retrieveVideo", "404 for no job", "400 refused"),
    )

    assert groups(*findings) == [[0, 1, 2], [3]]


def test_reads_that_are_answered_wrongly_alike_are_one_cause() -> None:
    """That a list is shown to anybody is one cause, whichever way the key was wrong."""
    listed = '200 application/json {"data":[]}'
    exchange = Exchange(1, Request("GET", "/v1/models"), None)
    findings = tuple(
        replace(found(check, "listModels", expected, listed), exchange=exchange)
        for check, expected in (("authentication", "401 for no key"), ("key_forms", "401 for two"))
    )

    assert groups(*findings) == [[0, 1]]


def test_errors_in_one_wrong_envelope_are_one_cause() -> None:
    """The names in the JSON of errors are compared, not the words by which each is refused."""
    expected = 'an error as {"error": {"message"}}'
    findings = tuple(
        replace(
            found("error_envelope", operation, expected, received),
            exchange=Exchange(1, Request("GET", "/v1"), Reply(status, (), body)),
        )
        for operation, received, status, body in (
            ("listVideos", '405 with the body: "error" is required', 405, b'{"detail":"No"}'),
            ("editVideo", "422 with the body: none of these", 422, b'{"detail":[{"loc":[]}]}'),
        )
    )

    assert groups(*findings) == [[0, 1]]


def test_one_long_value_is_one_cause() -> None:
    """Ids of a wrong form begin alike, whichever check quotes them and however they end."""
    job = '"video_bGl0ZWxsbTpjdXN0b21fbGxtX3'
    findings = (
        found("documented_answers", "createVideo", "id: as its pattern", f'200 with id: {job}aA"'),
        found("identifiers", "createVideo", "an id as ^a$", f"{job}bB... for a create as a form"),
        found("echo", "createVideo", "model sora-2", '"video_of_another_kind_altogether"'),
    )

    assert groups(*findings) == [[0, 1], [2]]
