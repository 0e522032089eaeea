"""The parts of a run whose requests are generated: Schemathesis' phases, and the state machine."""

from typing import TYPE_CHECKING

from hypothesis.errors import HypothesisException

from contract_tests.checks.check import Check
from contract_tests.findings.finding import Certainty
from contract_tests.fuzzing.settings import settings
from contract_tests.runner.capabilities import Capability
from contract_tests.runner.collected import further
from contract_tests.runner.plan import cheapest
from contract_tests.runner.repeat import repeat_answer
from contract_tests.runner.targets import MACHINE_KEY
from contract_tests.wire.session import RefusedError, UnansweredError
from openapi.contract.evidence import Evidence

if TYPE_CHECKING:
    from contract_tests.runner.run import Run

MACHINE = Check(
    name="state-machine",
    holds="A job does what its model does, in any order of calls.",
    source="OpenAI API spec, VideoResource and the operations on it",
    evidence=Evidence.VERIFIED,
)
_SEQUENCES, _QUICK_SEQUENCES = 30, 5


def fuzz(run: "Run") -> None:
    """Let Schemathesis run its phases; its failures become findings."""
    from contract_tests.fuzzing.running import NAME, Fuzzer

    target, policy = run.target, run.line.guard.policy
    depth = run.options.depth(target)
    contract = run.line.session.contract
    config = settings(run.line.url, run.options.seed, depth, contract, billable=target.billable)
    most, halt, sent = policy.limits.max_requests, run.line.guard.halt, policy.requests
    # What is generated makes nothing where that costs money, whatever the budget.
    policy.held_back_jobs = policy.limits.budget or 0
    outcome = Fuzzer(contract, run.line.recorded).run(
        config,
        lambda found: (
            not halt.why
            and (most is None or policy.requests < most - policy.held_back_requests)
            and run.wants_more(found)
        ),
        run.say,
    )
    run.look()
    if halt.why or policy.requests == sent:
        run.findings.skip(NAME, "", halt.why or f"requests: the limit is {most}")
    run.looked.add(NAME)
    for where, why in outcome.errors:
        run.findings.skip(NAME, where, why)
    # What a passive check has found in the same exchange is one finding, not two.
    fresh = further(outcome.findings, run.findings.faulty)
    taken = [run.findings.take(each) for each in fresh]
    repeat_answer(run.findings, taken, run.line.session.named("repeat"))


def drive(run: "Run") -> None:
    """Let the state machine make calls in any order."""
    move = run.target.move
    if move is None:
        why = f"the target lacks: {Capability.CONTROL.value}"
        run.findings.skip(MACHINE.name, "", why)
        return
    from contract_tests.lifecycle.machine import World
    from contract_tests.lifecycle.machine import drive as let_calls_come

    run.say("A state machine makes calls in any order")
    jobs = cheapest(run.options, run.line.session.contract)
    session = run.line.session.named(MACHINE.name)
    world = World(session, f"Bearer {MACHINE_KEY}", jobs, lambda s: move(MACHINE_KEY, s))
    sequences = _QUICK_SEQUENCES if run.options.quick else _SEQUENCES
    try:
        breach = let_calls_come(world, sequences, run.options.seed)
    except (RefusedError, UnansweredError, HypothesisException) as error:
        run.findings.skip(MACHINE.name, "", str(error))
        return
    run.looked.add(MACHINE.name)
    for found in run.findings.add(MACHINE, [breach] if breach else []):
        # It was there each time the calls were shortened.
        run.findings.certain(found, Certainty.REPEATED)
    run.look()
