"""What holds of every dialect for any job, instant and error."""

import random
import re
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

import openapi
from mock_server.domain.ids import IdSource
from mock_server.domain.job import Timeline, view_at
from mock_server.http.error_responses import render_error
from mock_server.http.errors import ApiError
from mock_server.jobs.formats import videos
from mock_server.jobs.formats.wire import Links
from openapi.contract.document import load_contract
from openapi.contract.error_kinds import ERROR_KINDS
from openapi.contract.schemas import SchemaCompiler
from openapi.dialects import names
from openapi.dialects.contract import contract_for
from openapi.dialects.dialect import Dialect
from openapi.dialects.templates import Template, envelope
from tests.mock_server.exchanges import exchange_at
from tests.mock_server.facts import BORN_MS, job, order, timelines
from tests.system.dialects.rendered import DIALECTS

CONTRACTS = {
    name: contract_for(load_contract(openapi.CONTRACT), dialect)
    for name, dialect in DIALECTS.items()
}
VIDEOS = {
    name: SchemaCompiler(contract).compile({"$ref": "#/components/schemas/Video"})
    for name, contract in CONTRACTS.items()
}
# Eight hexadecimal digits of seconds last until the year 2106.
INSTANTS = st.integers(0, 2**32 * 1000 - 1)
TEXTS = st.text(st.characters(codec="utf-8"), min_size=1)
EVERY = pytest.mark.parametrize("name", names())


@EVERY
@given(seed=st.integers(0, 2**32), now_ms=INSTANTS)
def test_new_ids_have_their_form(name: str, seed: int, now_ms: int) -> None:
    """The pattern of the contract holds for every id, whenever it is drawn."""
    form = DIALECTS[name].ids
    made = videos.new_id(IdSource(random.Random(seed)), form, now_ms)

    assert re.fullmatch(form.pattern, made)
    if form.form == "time_hex":
        assert int(made.removeprefix(form.prefix)[:8], 16) == now_ms // 1000


@EVERY
@given(timeline=timelines(), later_ms=st.integers(0, 10**11), parent=st.none() | TEXTS)
def test_a_job_is_a_video_of_the_contract(
    name: str, timeline: Timeline, later_ms: int, parent: str | None
) -> None:
    """Whatever plan a job takes, at every instant it is what the contract documents."""
    dialect = DIALECTS[name]
    subject = job(timeline, order=order(parent=parent))
    wire = videos.write(subject, view_at(subject, BORN_MS + later_ms), Links("http://h"), dialect)

    assert list(VIDEOS[name].iter_errors(wire)) == []
    assert [key for key in dialect.video.keys if key in wire] == list(wire)


def documented(name: str, dialect: Dialect) -> list[tuple[str, str, dict[str, Any]]]:
    """Every case of every operation of a contract, with the operation's answers."""
    return [
        (code, operation["operationId"], operation["responses"])
        for item in CONTRACTS[name]["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict) and operation["operationId"] not in dialect.without
        for code, error_kind in ERROR_KINDS.items()
        if error_kind.occurs_at(operation) and error_kind.status not in (412, 416)
    ]


@EVERY
@given(data=st.data(), message=TEXTS, param=st.sampled_from([None, "model", "size", "prompt"]))
def test_every_error_is_documented_where_it_occurs(
    name: str, data: st.DataObject, message: str, param: str | None
) -> None:
    """Status and body of any error at any operation are those of the contract."""
    dialect, contract = DIALECTS[name], CONTRACTS[name]
    code, operation, answers = data.draw(st.sampled_from(documented(name, dialect)))
    facts = {"model": message, "id": message, "stage": "queued", "value": message}
    error = ApiError(ERROR_KINDS[code], message, param=param, facts=facts)
    response = render_error(error, exchange_at(operation, dialect))
    answer = answers[str(response.status)]
    answer = contract["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    schema = answer["content"]["application/json"]["schema"]

    body = orjson.loads(response.body)
    assert list(SchemaCompiler(contract).compile(schema).iter_errors(body)) == []


@given(TEXTS, TEXTS)
def test_what_is_filled_in_is_never_read(one: str, other: str) -> None:
    """A caller's braces stay braces."""
    filled = Template("{message} and {{{code}}}").filled({"message": one, "code": other})
    body = envelope("e", {"a": "{message}", "b": "({code})"}, None)

    assert filled == f"{one} and {{{other}}}"
    assert body.fill({"message": one, "code": other}) == {"a": one, "b": f"({other})"}


def test_a_text_that_lacks_a_fact_is_not_used() -> None:
    """Half a sentence is never reported."""
    assert Template("{message}: {allowed}").filled({"message": "No"}) is None
