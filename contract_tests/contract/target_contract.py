"""The contract in the dialect of a target: what the target is held to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from openapi.contract.contract import Contract, Operation
from openapi.contract.error_kinds import ERROR_KINDS
from openapi.contract.job_stages import JobStages
from openapi.coverage.variants import as_shown, without_inferred
from openapi.dialects.dialect import Dialect
from openapi.jobs.roles import JobRole, read_roles

_SERVER_ERROR = 500
_UNIFIED = frozenset({"createUnifiedVideo", "queryUnifiedVideo"})


@dataclass(frozen=True)
class TargetContract(Contract):
    """A contract, and the dialect that it was written for."""

    dialect: Dialect

    def status_of(self, code: str, operation_id: str, param: str | None = None) -> int:
        """The status of a kind of error in the dialect; ``code`` is one of ``ERROR_KINDS``."""
        error_kind = ERROR_KINDS[code]
        return self.dialect.rule(error_kind, operation_id, param).status or error_kind.status

    @cached_property
    def roles(self) -> Mapping[str, JobRole]:
        """The operations whose part in a job's life only the contract describes, by operation id.

        Checks of their own read the unified format, with all that it shows.
        """
        return {name: role for name, role in read_roles(self).items() if name not in _UNIFIED}

    @cached_property
    def stages(self) -> JobStages:
        """The stages of a job by the dialect's status words."""
        return JobStages(self.dialect.statuses)

    def stands_for_stage(self, status: object, progress: float) -> bool:
        """Whether the dialect shows that progress for a stage, however far the job is."""
        stage, shown = self.stages.stage(status), self.dialect.progress
        return progress in (shown.always.get(stage), shown.instead_of_zero.get(stage))

    def server_errors_for_requests(self, operation: Operation) -> frozenset[int]:
        """The 5xx statuses that the dialect uses for mistakes of the caller (4xx elsewhere)."""
        return self._server_errors[operation.id]

    @cached_property
    def _server_errors(self) -> Mapping[str, frozenset[int]]:
        return {each.id: self._server_errors_of(each) for each in self.operations}

    def _server_errors_of(self, operation: Operation) -> frozenset[int]:
        statuses = {
            self.status_of(code, operation.id)
            for code, error_kind in ERROR_KINDS.items()
            if error_kind.status < _SERVER_ERROR and error_kind.occurs_at(operation.node)
        }
        return frozenset(status for status in statuses if status >= _SERVER_ERROR)

    @property
    def serves_film(self) -> bool:
        """Whether a finished job's download is a video file."""
        name = "downloadVideoContent"
        responses = self.operation(name).responses if self.has(name) else {}
        content = responses.get("200", {}).get("content", {})
        return any(kind.startswith("video/") for kind in content)

    @cached_property
    def without_inferred(self) -> "TargetContract":
        """The same without what is inferred of requests: a body that breaks it is surely wrong."""
        return TargetContract(without_inferred(self.document), self.dialect)

    @cached_property
    def as_shown(self) -> "TargetContract":
        """The same with inferred lists cut down to the values that pages show."""
        return TargetContract(as_shown(self.document), self.dialect)

    def without_webhooks(self) -> "TargetContract":
        """The same without the operations on webhooks."""
        paths = self.document["paths"].items()
        kept = {path: item for path, item in paths if not re.search("webhook", path, re.IGNORECASE)}
        return TargetContract({**self.document, "paths": kept}, self.dialect)
