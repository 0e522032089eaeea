"""What a defect is, and the mutations that most of them use."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp

from contract_tests.checks import CHECKS
from contract_tests.contract.target_contract import TargetContract
from contract_tests.defects.wrapping import Mutation, Serve, ServerRequest, ServerResponse, wrapped

CREATES = ("createVideo", "createUnifiedVideo", "remixVideo", "editVideo", "extendVideo")
VIDEO_OPERATIONS = (
    *("createVideo", "retrieveVideo", "listVideos", "remixVideo", "editVideo", "extendVideo"),
)
# The statuses by which dialects say that a job does not exist or is not ready.
UNKNOWN = (400, 404)
READS = ("retrieveVideo", "queryUnifiedVideo", "listVideos")


@dataclass(frozen=True, slots=True)
class Defect:
    """One way in which a server is broken.

    Attributes:
        operations: the operations that show it; none given means every operation. A finding must
            name each of them that one of its checks examines.
        checks: the checks of the rule it breaks; one of them must find it.
        make: makes a mutation with a state of its own.
        jobs: how many jobs a run needs to find it.
        only: the checks to run, where running all would take minutes.
        timeout_s: how long a response may take, in seconds.
    """

    id: str
    summary: str
    operations: tuple[str, ...]
    checks: tuple[str, ...]
    make: Callable[[], Mutation]
    jobs: int = 2
    only: tuple[str, ...] = ()
    timeout_s: float = 30.0

    def shows_at(self, contract: TargetContract) -> frozenset[str]:
        """The operations of a contract at which its checks must find it."""
        own = (check for check in CHECKS if check.name in self.checks)
        looked_at = frozenset(each for check in own for each in check.operations(contract))
        return looked_at.intersection(self.operations) if self.operations else looked_at

    def wrap(self, app: ASGIApp) -> ASGIApp:
        """The application with the defect."""
        return wrapped(app, self.make())


Change = Callable[[ServerRequest, ServerResponse], None]


def changing(operations: Sequence[str], change: Change) -> Callable[[], Mutation]:
    """A mutation that changes every response of some operations; of all if none are given."""

    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        response = await serve(request)
        if not operations or request.operation in operations:
            change(request, response)
        return response

    return lambda: mutation


def changing_success(
    operations: Sequence[str], change: Callable[[Any], Any]
) -> Callable[[], Mutation]:
    """A mutation of the JSON of every success of some operations, in place or by return."""

    def on_success(_request: ServerRequest, response: ServerResponse) -> None:
        data = response.json()
        if response.ok and isinstance(data, dict):
            changed = change(data)
            response.set_json(data if changed is None else changed)

    return changing(operations, on_success)


def changing_videos(
    change: Callable[[dict[str, Any]], None], operations: Sequence[str] = VIDEO_OPERATIONS
) -> Callable[[], Mutation]:
    """A mutation of every Video object in the responses of some operations."""

    def on_data(data: dict[str, Any]) -> None:
        for video in videos_in(data):
            change(video)

    return changing_success(operations, on_data)


def videos_in(data: Any) -> Iterator[dict[str, Any]]:
    """The jobs in the JSON of a response, alone or in a list."""
    if isinstance(data, dict) and isinstance(data.get("data"), list):
        yield from (item for item in data["data"] if isinstance(item, dict))
    elif isinstance(data, dict) and "status" in data:
        yield data


def instead(
    response: Callable[[ServerRequest], ServerResponse | None], *, after: bool = False
) -> Callable[[], Mutation]:
    """A mutation that responds to some requests itself; ``after`` the server has handled them."""

    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        real = await serve(request) if after else None
        own = response(request)
        if own is not None:
            return own
        return real if real is not None else await serve(request)

    return lambda: mutation


def changing_request(change: Callable[[ServerRequest], ServerRequest]) -> Callable[[], Mutation]:
    """A mutation of the request before the server handles it."""

    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        return await serve(change(request))

    return lambda: mutation
