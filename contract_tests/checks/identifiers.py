"""Ids of jobs have one form for each way of creating them: the form that the contract shows."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.checks.check import LifeCycle
from contract_tests.checks.reading import breach, is_success, quoted
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.lifecycle.trace import Life, Moment, Trace
from openapi.contract.evidence import Evidence

# An id goes into paths and queries.
_USABLE = re.compile(r"[^\s/?#&]+")
_HEAD = re.compile(r"[a-z]+_")


def _look(contract: TargetContract, life: Life) -> Iterator[Breach]:
    known: set[str] = set()
    for trace in life.having(Moment.CREATE):
        (exchange, *_) = trace.at(Moment.CREATE)
        job = exchange.reply.object.get("id")
        if not is_success(exchange) or not isinstance(job, str):
            continue
        if job in known:
            yield breach(exchange, "an id that no other job has", f"{quoted(job)} once more",
                         key="unique")  # fmt: skip
        known.add(job)
        form = _form(contract, trace)
        if not _USABLE.fullmatch(job):
            yield breach(exchange, "an id that can stand in a path", quoted(job), key="usable")
        elif form and not re.search(form[0], job):
            sent = trace.variant.media_type if trace.variant else ""
            yield breach(exchange, f"an id {form[1]}", f"{quoted(job)} for a create as {sent}",
                         key="form", **form[2])  # fmt: skip


def _form(contract: TargetContract, trace: Trace) -> tuple[str, str, dict[str, Any]] | None:
    """What an id must match, in words too, and who says so; None where nobody does."""
    (exchange, *_) = trace.at(Moment.CREATE)
    if head := _documented_head(contract, exchange.operation):
        return f"^{re.escape(head)}", f"like {head}..., as every example shows", {}
    dialect = contract.dialect
    if dialect.native or trace.family != "videos":
        return None
    source, evidence = dialect.sources["ids"]
    credit = {"source": source, "evidence": Evidence(evidence)}
    return dialect.ids.pattern, f"as {dialect.ids.pattern}", credit


def _documented_head(contract: TargetContract, operation: str) -> str:
    """What the ids of all examples begin with, up to the underscore; empty when they differ."""
    heads = {
        match[0] if (match := _HEAD.match(job)) else "" for job in _examples(contract, operation)
    }
    return heads.pop() if len(heads) == 1 else ""


def _examples(contract: TargetContract, operation: str) -> Iterator[str]:
    response: Mapping[str, Any] = contract.operation(operation).response(200) or {}
    for media in response.get("content", {}).values():
        for example in media.get("examples", {}).values():
            yield str(example["value"].get("id", ""))


CHECK = LifeCycle(
    name="identifiers",
    holds="A job's id has the form that the pages show, however the job was created.",
    source="sora-character:100, sora-image-zh:65, sora-image:110, veo-image:100",
    evidence=Evidence.DOCUMENTED,
    look=_look,
)
