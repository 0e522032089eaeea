"""Runs the state machine: calls in any order, compared with a small model of a job."""

from hypothesis.errors import HypothesisException

from contract_tests.checks.aspects import Aspect, only
from contract_tests.checks.check import Check
from contract_tests.findings.finding import Certainty
from contract_tests.runner.context import RunContext
from contract_tests.runner.options import STATE_MACHINE
from contract_tests.runner.plan import one_job_of_each_kind
from contract_tests.targets.target import MACHINE_KEY, Capability
from contract_tests.wire.session import RefusedError, UnansweredError
from openapi.contract.evidence import Evidence

MACHINE = Check(
    name=STATE_MACHINE,
    holds="A job does what its model does, in any order of calls.",
    source="OpenAI API spec, VideoResource and the operations on it",
    evidence=Evidence.VERIFIED,
    aspect=Aspect.LIFE,
    at=only("createVideo", "retrieveVideo", "downloadVideoContent", "deleteVideo", "listVideos"),
)
_SEQUENCES, _QUICK_SEQUENCES = 30, 5


def run_state_machine(context: RunContext) -> None:
    """Stage: run the state machine, if it was asked for; it needs a clock that can be moved."""
    if not context.options.drives_machine:
        return
    move = context.target.move
    if move is None:
        why = f"the target lacks: {Capability.CONTROL.value}"
        context.findings.skip(MACHINE.name, "", why)
        return
    jobs = [
        job
        for job in one_job_of_each_kind(context.options, context.contract)
        if job.variant.operation not in context.contract.roles
    ]
    if not jobs:
        context.findings.skip(MACHINE.name, "", "its model is that of /v1/videos")
        return
    from contract_tests.lifecycle.machine import MachineContext, run_machine

    context.progress.begin("A state machine makes calls in any order")
    machine = MachineContext(
        session=context.session(MACHINE.name),
        bearer=f"Bearer {MACHINE_KEY}",
        jobs=jobs,
        move=lambda seconds: move(MACHINE_KEY, seconds),
    )
    sequences = _QUICK_SEQUENCES if context.options.quick else _SEQUENCES
    try:
        breach = run_machine(machine, sequences, context.options.seed)
    except (RefusedError, UnansweredError, HypothesisException) as error:
        context.findings.skip(MACHINE.name, "", str(error))
        return
    context.findings.examined.add(MACHINE.name)
    for found in context.findings.add(MACHINE, [breach] if breach else []):
        # Hypothesis has repeated it each time it left calls out.
        context.findings.mark(found, Certainty.REPEATED)
    context.examiner.examine_new()
