"""What a defect is, and the twists that most of them are made of."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp

from contract_tests.defects.wrapping import Answer, Asked, Mutation, Serve, wrapped

CREATES = ("createVideo", "createUnifiedVideo", "remixVideo", "editVideo", "extendVideo")
VIDEO_OPERATIONS = (
    *("createVideo", "retrieveVideo", "listVideos", "remixVideo", "editVideo", "extendVideo"),
)
# By these, dialects say that a job is not there, or not ready.
UNKNOWN = (400, 404)
READS = ("retrieveVideo", "queryUnifiedVideo", "listVideos")


@dataclass(frozen=True, slots=True)
class Defect:
    """One way in which a server is broken.

    ``operations`` are those whose answers show it: a finding must name one of them. ``checks`` are
    the checks that hold the rule it breaks, for which a run needs ``jobs`` jobs. ``make`` gives a
    twist with a memory of its own. ``only`` are the checks to run where all would take minutes, and
    ``timeout_s`` is how long an answer may take there.
    """

    id: str
    summary: str
    operations: tuple[str, ...]
    checks: tuple[str, ...]
    make: Callable[[], Mutation]
    jobs: int = 2
    only: tuple[str, ...] = ()
    timeout_s: float = 30.0

    def wrap(self, app: ASGIApp) -> ASGIApp:
        """The application, broken."""
        return wrapped(app, self.make())


Change = Callable[[Asked, Answer], None]


def changing(operations: Sequence[str], change: Change) -> Callable[[], Mutation]:
    """A twist that changes every answer of some operations; of all where none are named."""

    async def mutation(asked: Asked, serve: Serve) -> Answer:
        answer = await serve(asked)
        if not operations or asked.operation in operations:
            change(asked, answer)
        return answer

    return lambda: mutation


def changing_success(
    operations: Sequence[str], change: Callable[[Any], Any]
) -> Callable[[], Mutation]:
    """A twist that changes the JSON of every success of some operations, in place or by return."""

    def on_success(_asked: Asked, answer: Answer) -> None:
        data = answer.json()
        if answer.ok and isinstance(data, dict):
            changed = change(data)
            answer.set_json(data if changed is None else changed)

    return changing(operations, on_success)


def changing_videos(
    change: Callable[[dict[str, Any]], None], operations: Sequence[str] = VIDEO_OPERATIONS
) -> Callable[[], Mutation]:
    """A twist that changes every Video object that some operations show."""

    def on_data(data: dict[str, Any]) -> None:
        for video in videos_in(data):
            change(video)

    return changing_success(operations, on_data)


def videos_in(data: Any) -> Iterator[dict[str, Any]]:
    """The jobs that an answer shows, alone or in a list."""
    if isinstance(data, dict) and isinstance(data.get("data"), list):
        yield from (item for item in data["data"] if isinstance(item, dict))
    elif isinstance(data, dict) and "status" in data:
        yield data


def instead(
    answer: Callable[[Asked], Answer | None], *, after: bool = False
) -> Callable[[], Mutation]:
    """A twist that answers some requests itself; ``after`` the server has, so that effects stay."""

    async def mutation(asked: Asked, serve: Serve) -> Answer:
        given = await serve(asked) if after else None
        own = answer(asked)
        if own is not None:
            return own
        return given if given is not None else await serve(asked)

    return lambda: mutation


def asking_otherwise(change: Callable[[Asked], Asked]) -> Callable[[], Mutation]:
    """A twist that changes the request before the server sees it."""

    async def mutation(asked: Asked, serve: Serve) -> Answer:
        return await serve(change(asked))

    return lambda: mutation
