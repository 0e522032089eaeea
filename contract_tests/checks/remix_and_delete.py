"""Checks of operations on an existing job: remix and delete."""

from collections.abc import Iterator

from contract_tests.checks.aspects import Aspect, only
from contract_tests.checks.breaches import breach, is_refusal, is_success, quoted, was_waiting
from contract_tests.checks.check import having, life_cycle
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.lifecycle.trace import Life, Moment, Trace
from openapi.contract.evidence import Evidence

_WITHOUT_PROMPT = (Moment.REMIX_WITHOUT_PROMPT, Moment.REMIX_WITH_BLANK_PROMPT)
_EARLY = (Moment.EARLY_REMIX, Moment.EARLY_EDIT, Moment.EARLY_EXTENSION)
_AFTER_DELETE = (
    Moment.SECOND_DELETE,
    Moment.RETRIEVE_AFTER_DELETE,
    Moment.QUERY_AFTER_DELETE,
    Moment.CONTENT_AFTER_DELETE,
    Moment.THUMBNAIL_AFTER_DELETE,
    Moment.REMIX_AFTER_DELETE,
)


@life_cycle(
    aspect=Aspect.AGREEMENT,
    at=only("remixVideo"),
    source="OpenAI API spec, CreateVideoRemix and VideoResource; chainhub 363040669",
    evidence=Evidence.VERIFIED,
    applies=having("remixVideo"),
    moments=(Moment.REMIX,),
)
def remix(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    """A remix names its parent in remixed_from_video_id and has its size and length."""
    for trace in life.having(Moment.REMIX):
        for exchange in (*trace.at(Moment.REMIX), *trace.at(Moment.REMIX_RETRIEVE)):
            state = exchange.reply.object
            if not is_success(exchange):
                yield breach(exchange, "200 for the remix of a completed job", key="status")
                continue
            parent = state.get("remixed_from_video_id")
            if parent != trace.job:
                yield breach(exchange, f"remixed_from_video_id {trace.job}", quoted(parent),
                             operation="remixVideo", key="parent")  # fmt: skip
            if state.get("id") == trace.job:
                yield breach(exchange, "a job of its own", "the parent's id", key="id",
                             operation="remixVideo")  # fmt: skip
            for name in ("size", "seconds"):
                if name in trace.final and state.get(name) != trace.final[name]:
                    yield breach(exchange, f"{name} {quoted(trace.final[name])}, as the parent has",
                                 quoted(state.get(name)), key=name,
                                 operation="remixVideo")  # fmt: skip
    yield from _later(life)


def _later(life: Life) -> Iterator[Breach]:
    """Breaches of a remix that is not made from its parent in every later answer."""
    parents = {each.job: each for each in life.traces}
    for trace in life.traces:
        for exchange, state in trace.states() if trace.parent else ():
            if state.get("remixed_from_video_id") != trace.parent:
                yield breach(exchange, f"remixed_from_video_id {trace.parent}",
                             quoted(state.get("remixed_from_video_id")), operation="remixVideo",
                             key="parent")  # fmt: skip
            model = parents[trace.parent].final.get("model")
            if model is not None and state.get("model") != model:
                yield breach(exchange, f"model {quoted(model)}, as the parent has",
                             quoted(state.get("model")), operation="remixVideo", key="model",
                             source="good practice", evidence=Evidence.INFERRED)  # fmt: skip


@life_cycle(
    aspect=Aspect.RULES,
    at=only("remixVideo", "editVideo", "extendVideo"),
    source="OpenAI API spec, CreateVideoRemixBody; chainhub 363040669",
    evidence=Evidence.VERIFIED,
    applies=having("remixVideo"),
    moments=(*_EARLY, *_WITHOUT_PROMPT),
)
def remix_refusals(contract: TargetContract, life: Life) -> Iterator[Breach]:
    """A remix or an edit of an unfinished job is refused, and so is a remix without a prompt."""
    blank = contract.status_of("missing_required_parameter", "remixVideo", "prompt")
    for trace in life.traces:
        for moment in _EARLY:
            for exchange in trace.at(moment):
                unfinished = contract.status_of("video_not_completed", exchange.operation)
                if not was_waiting(trace, exchange) or exchange.status == unfinished:
                    continue
                is_refused = is_refusal(exchange)
                expected = f"{unfinished} for {moment}"
                yield breach(exchange, expected, key="status" if is_refused else "early",
                             evidence=Evidence.INFERRED if is_refused else None)  # fmt: skip
        for moment in _WITHOUT_PROMPT:
            for exchange in trace.at(moment):
                if not is_refusal(exchange, blank):
                    yield breach(exchange, f"{blank} for a {moment}", key=moment.name)


@life_cycle(
    aspect=Aspect.LIFE,
    at=only(
        "deleteVideo", "retrieveVideo", "queryUnifiedVideo", "downloadVideoContent", "listVideos"
    ),
    source="OpenAI API spec, DeleteVideo",
    evidence=Evidence.VERIFIED,
    applies=having("deleteVideo"),
    moments=(Moment.DELETE,),
)
def deletion(contract: TargetContract, life: Life) -> Iterator[Breach]:
    """A deleted job is 404 to every operation and in no list; deleting it again is a 404."""
    for trace in life.having(Moment.DELETE):
        yield from _delete(contract, trace)
    for walk in life.walks:
        for page in walk.pages:
            listed = {str(each.get("id")) for each in page.entries}
            if still := listed & set(walk.gone):
                yield breach(page, "a list without deleted jobs", f"a list with {min(still)}",
                             key="list")  # fmt: skip


def _delete(contract: TargetContract, trace: Trace) -> Iterator[Breach]:
    delete = trace.at(Moment.DELETE)[0]
    if not is_success(delete):
        yield breach(delete, "200 for the deletion of a job that exists", key="delete")
        return
    if delete.reply.object.get("id") != trace.job:
        yield breach(delete, f"the id {trace.job} of what was deleted", key="id")
    for moment in _AFTER_DELETE:
        for exchange in trace.at(moment):
            gone = contract.status_of("video_not_found", exchange.operation)
            if exchange.status != gone:
                yield breach(exchange, f"{gone} for {moment}", key=moment.name)
