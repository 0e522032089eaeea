"""The stages of a run, in the order in which they run: what costs money comes as late as possible.

A stage is a function of the run's context. Each may end the run by an exception.
"""

from collections.abc import Callable

from contract_tests.runner.context import RunContext
from contract_tests.runner.stages import (
    availability,
    fuzzing,
    life_cycle,
    probes,
    state_machine,
)

Stage = Callable[[RunContext], None]

STAGES: tuple[Stage, ...] = (
    availability.require_target,
    life_cycle.reserve_budget,
    probes.run_probes,
    probes.run_acceptance_probes,
    fuzzing.run_schemathesis,
    life_cycle.observe_jobs,
    state_machine.run_state_machine,
)
# The stages of a recording: those of a run, without generated requests.
RECORDED_STAGES: tuple[Stage, ...] = (
    availability.require_target,
    life_cycle.reserve_budget,
    probes.run_probes,
    probes.run_acceptance_probes,
    life_cycle.observe_jobs,
)
# What examines the exchanges and jobs of the stages, also of a run that ended early.
FINAL_STAGES: tuple[Stage, ...] = (
    probes.examine_exchanges,
    life_cycle.examine_jobs,
)
