"""What checks look at: aspects of a gateway's behaviour, and the operations they look at it in."""

from collections.abc import Callable, Iterable
from enum import Enum

from contract_tests.contract.target_contract import TargetContract
from openapi.contract.contract import Operation

# The ids of the operations that a check examines, by the contract.
Operations = Callable[[TargetContract], Iterable[str]]

# A run with two jobs gets a success from these, whatever else the contract has.
_OF_JOBS = frozenset(
    {
        *("createVideo", "retrieveVideo", "queryUnifiedVideo"),
        *("downloadVideoContent", "deleteVideo"),
    }
)


class Aspect(Enum):
    """One aspect of what a contract and HTTP demand of an operation.

    Attributes:
        title: its name in the matrix.
        demand: what is demanded, in one sentence.
    """

    KEYS = "keys", "Nothing but a valid key is accepted, and the key is looked at first."
    KEY_PLACES = "key places", "A key is taken from its documented place and from no other."
    OWNERS = "owners", "One account's jobs are unknown to every other account."
    SECRETS = "secrets", "No answer shows a key, or what only the server should know."
    ORIGINS = "origins", "No web page may use a caller's credentials."
    ADDRESSES = "addresses", "Unknown ids, methods and paths are answered as HTTP says."
    UNREADABLE = "unreadable bodies", "A body that cannot be read is refused."
    RULES = "rules of requests", "A request that breaks a documented rule is refused."
    REFUSALS = "refusals", "A refusal has its documented status and blames what is wrong."
    DOCUMENTED = "documented requests", "Documented fields, values and defaults are accepted."
    BODIES = "answers", "A success has its documented status, type and fields."
    CONSISTENCY = "consistency", "The fields of one answer agree with each other."
    ERRORS = "errors", "An error is an object in the documented envelope, not a server error."
    HEADERS = "headers", "An answer has its documented headers, and they are true."
    SYNTAX = "syntax", "An answer is well-formed HTTP, and JSON if it says so."
    TIME = "time", "An answer comes in time, and comes to an end."
    AGREEMENT = "agreement", "A job is the same in every operation that shows it."
    LIFE = "life", "A job goes forward only, ends, and then stays as it is."
    FILES = "files", "A job's files open and are what the job says."
    LISTS = "lists", "A list has every job once, in order, page by page."

    def __init__(self, title: str, demand: str) -> None:
        """Take the two texts."""
        self.title = title
        self.demand = demand


def every(contract: TargetContract) -> Iterable[str]:
    """Every operation."""
    return (each.id for each in contract.operations)


def only(*operations: str) -> Operations:
    """These operations."""
    return lambda _contract: operations


def those(holds: Callable[[Operation], bool]) -> Operations:
    """The operations for which something holds."""
    return lambda contract: (each.id for each in contract.operations if holds(each))


def takes_body(operation: Operation) -> bool:
    """Whether an operation takes a body."""
    return bool(operation.content)


def names_something(operation: Operation) -> bool:
    """Whether an operation is about a job, character or webhook endpoint that its URL names."""
    return any(each.get("required") for each in operation.parameters)


def is_open_read(operation: Operation) -> bool:
    """Whether an operation is a GET that needs no parameter."""
    return operation.method == "GET" and not names_something(operation)


def succeeds(operation: Operation) -> bool:
    """Whether a run with two jobs gets a success from an operation."""
    return is_open_read(operation) or operation.id in _OF_JOBS


def one_per_path(contract: TargetContract) -> Iterable[str]:
    """The GET operation of each path, or its first where it has none."""
    paths: dict[str, Operation] = {}
    for operation in contract.operations:
        if operation.path not in paths or operation.method == "GET":
            paths[operation.path] = operation
    return [each.id for each in paths.values()]
