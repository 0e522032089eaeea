"""Why a cell of the matrix has no check, or a check without a defect that proves it.

A reason is given for the operations of which its condition holds by the contract. The tests refuse
a cell without check, defect or reason, and a reason that no cell needs any more.
"""

from dataclasses import dataclass, field

from contract_tests.checks.aspects import Aspect, Operations, every, only, succeeds, those
from contract_tests.contract.target_contract import TargetContract
from openapi.contract.contract import Operation


@dataclass(frozen=True, slots=True)
class Reason:
    """Why some aspects are not looked at, or not proved, in some operations."""

    aspects: tuple[Aspect, ...]
    why: str
    operations: Operations = field(repr=False)

    def at(self, contract: TargetContract) -> frozenset[str]:
        """The operations of a contract that it is given for."""
        return frozenset(self.operations(contract))


def _has_no_job(operation: Operation) -> bool:
    """Whether an operation neither takes nor shows a job."""
    is_of_characters = operation.path.endswith(("/characters", "/characters/{character_id}"))
    return operation.is_of_webhooks or is_of_characters or operation.id == "listModels"


def _takes_no_body(operation: Operation) -> bool:
    return not operation.content


def _takes_only_an_id(operation: Operation) -> bool:
    in_path = all(each["in"] == "path" for each in operation.parameters)
    return not operation.content and in_path


def _is_not_paid_for(operation: Operation) -> bool:
    return not succeeds(operation)


def _reads(operation: Operation) -> bool:
    return not operation.makes


def _shares_a_path(operation: Operation) -> bool:
    return operation.makes and operation.path in ("/v1/videos", "/v1/webhook_endpoints")


REASONS: tuple[Reason, ...] = (
    Reason(
        (Aspect.OWNERS, Aspect.CONSISTENCY, Aspect.AGREEMENT, Aspect.LIFE),
        "it takes and shows no job",
        those(_has_no_job),
    ),
    Reason(
        (Aspect.OWNERS,),
        "it makes a job of its own",
        only("createVideo", "createUnifiedVideo"),
    ),
    Reason(
        (Aspect.OWNERS,),
        "a job of the other account would be made where the rule is broken",
        only("remixVideo", "editVideo", "extendVideo"),
    ),
    Reason(
        (Aspect.ADDRESSES,),
        "its path is looked at with the GET of the same path",
        those(_shares_a_path),
    ),
    Reason((Aspect.UNREADABLE,), "it takes no body", those(_takes_no_body)),
    Reason((Aspect.RULES,), "its only input is an id", those(_takes_only_an_id)),
    Reason(
        (Aspect.RULES,),
        "its parameters are those of the pages of a list; a defect of the list of jobs proves it",
        only("listWebhookEndpoints"),
    ),
    Reason(
        (Aspect.RULES,),
        "its only parameter chooses a file",
        only("downloadVideoContent"),
    ),
    Reason(
        (Aspect.REFUSALS,),
        "it refuses ids and parameters only, which have their status among addresses and rules",
        those(_takes_no_body),
    ),
    Reason((Aspect.DOCUMENTED,), "what it takes is no page's", those(_reads)),
    Reason(
        (Aspect.DOCUMENTED, Aspect.BODIES, Aspect.CONSISTENCY, Aspect.AGREEMENT, Aspect.LIFE),
        "the two jobs of a run are made with other operations",
        those(_is_not_paid_for),
    ),
    Reason(
        (Aspect.CONSISTENCY, Aspect.AGREEMENT),
        "it does not show the job's fields",
        only("deleteVideo", "downloadVideoContent"),
    ),
    Reason(
        (Aspect.CONSISTENCY,),
        "the same fields are judged where the job is retrieved",
        only("createVideo"),
    ),
    Reason((Aspect.LIFE,), "a job's first state has none before it", only("createVideo")),
    Reason(
        (Aspect.TIME,),
        "every exchange is measured alike; a slow answer for each would take minutes",
        every,
    ),
    Reason(
        (Aspect.FILES,),
        "it serves no file",
        those(lambda operation: operation.id != "downloadVideoContent"),
    ),
    Reason((Aspect.LISTS,), "it lists no jobs", those(lambda each: each.id != "listVideos")),
)
