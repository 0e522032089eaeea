"""Deletes what a run made, where that is a live account's."""

from contract_tests.guard.judging import named_id
from contract_tests.guard.line import GuardedConnection
from contract_tests.wire.exchange import Request
from contract_tests.wire.session import RefusedError, UnansweredError

_OK = 200


def clean_up(line: GuardedConnection) -> None:
    """Delete every job that the run made and knows the id of."""
    contract = line.session.contract
    if not line.guard.policy.limits.billable or not contract.has("deleteVideo"):
        return
    operation = contract.operation("deleteVideo")
    session = line.session.named("clean-up")
    gone = deleted(line)
    for job in line.guard.policy.ledger.ids:
        if job not in gone:
            try:
                session.send(Request("DELETE", operation.fill(video_id=job)))
            except (RefusedError, UnansweredError):
                continue


def deleted(line: GuardedConnection) -> tuple[str, ...]:
    """The jobs that the run made and has deleted, in whatever part of it."""
    exchanges, contract = line.guard.exchanges, line.session.contract
    deletes = [each for each in exchanges if each.request.method == "DELETE"]
    gone = {named_id(contract, each.request) for each in deletes if each.status == _OK}
    return tuple(job for job in line.guard.policy.ledger.ids if job in gone)
