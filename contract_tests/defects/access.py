"""Doors left open or shut: keys, schemes, other callers' jobs; and what answers give away."""

from collections.abc import Callable

from contract_tests.defects.defect import READS, UNKNOWN, Defect, asking_otherwise, changing
from contract_tests.defects.wrapping import Answer, Asked, Mutation, Serve, error_answer

_GOOD = "Bearer sk-door-left-open"


def _any_bearer(*operations: str) -> Callable[[], Mutation]:
    """A door that any Bearer token opens, to the room of the last good one."""
    return _DoorOf(operations, lambda asked: asked.key.startswith("Bearer ")).made


def _open(*operations: str) -> Callable[[], Mutation]:
    return _DoorOf(operations, lambda _asked: True).made


class _DoorOf:
    """Lets those who are refused in with the key that was good before."""

    def __init__(self, operations: tuple[str, ...], is_let_in: Callable[[Asked], bool]) -> None:
        self._operations = operations
        self._is_let_in = is_let_in

    def made(self) -> Mutation:
        good = [_GOOD]

        async def mutation(asked: Asked, serve: Serve) -> Answer:
            answer = await serve(asked)
            if answer.status != 401:
                good[:] = [asked.key]
            elif asked.operation in self._operations and self._is_let_in(asked):
                return await serve(asked.with_headers(authorization=good[0]))
            return answer

        return mutation


def _case_matters(asked: Asked) -> Asked:
    scheme, _, key = asked.key.partition(" ")
    return asked if scheme == "Bearer" or not key else asked.with_headers(authorization="Bearer")


def _other_schemes(*operations: str) -> Callable[[], Mutation]:
    def is_other(asked: Asked) -> bool:
        return not asked.key.lower().startswith("bearer ") and bool(asked.key)

    return _DoorOf(operations, is_other).made


def _shared(*operations: str) -> Callable[[], Mutation]:
    """Jobs found by id alone: whoever asks gets what their owner gets."""

    def make() -> Mutation:
        owners: dict[str, str] = {}

        async def mutation(asked: Asked, serve: Serve) -> Answer:
            answer = await serve(asked)
            data = answer.json()
            if answer.ok and isinstance(data, dict) and "id" in data:
                owners.setdefault(str(data["id"]), asked.key)
            owner = owners.get(asked.job_id)
            if asked.operation in operations and answer.status in UNKNOWN and owner:
                return await serve(asked.with_headers(authorization=owner))
            return answer

        return mutation

    return make


def _shared_list() -> Mutation:
    first: list[str] = []

    async def mutation(asked: Asked, serve: Serve) -> Answer:
        answer = await serve(asked)
        if answer.status == 401 or asked.operation != "listVideos":
            return answer
        if not first:
            first.append(asked.key)
        return await serve(asked.with_headers(authorization=first[0]))

    return mutation


def _no_challenge(_asked: Asked, answer: Answer) -> None:
    del answer.headers["www-authenticate"]


def _forbidden(_asked: Asked, answer: Answer) -> None:
    if answer.status == 401:
        answer.status = 403


def _no_key_fails(_asked: Asked, answer: Answer) -> None:
    if answer.status == 401 and b"missing" in answer.body:
        answer.status = 500


def _told(told: Callable[[Asked], str]) -> Callable[[], Mutation]:
    """Every refusal tells something it should keep to itself."""

    def change(asked: Asked, answer: Answer) -> None:
        if 400 <= answer.status < 500:
            refusal = error_answer(answer.status, told(asked))
            answer.set_json(refusal.json())

    return changing((), change)


_TRACE = 'Traceback (most recent call last):\n  File "/srv/app/main.py", line 1, in handle'
_HOST = "dial tcp 10.3.0.17:8080: connect: connection refused"


def _upstream_header(_asked: Asked, answer: Answer) -> None:
    answer.headers["x-upstream"] = "http://192.168.4.11:3000/v1/videos"


DEFECTS = (
    Defect("A01", "content is given without a key", ("downloadVideoContent",),
           ("authentication", "content_key"), _open("downloadVideoContent")),
    Defect("A02", "the list takes any key", ("listVideos",), ("authentication",),
           _any_bearer("listVideos")),
    Defect("A03", "anybody's job can be retrieved", ("retrieveVideo",), ("ownership",),
           _shared("retrieveVideo")),
    Defect("A04", "a 401 does not name the scheme", READS, ("challenge",),
           changing((), _no_challenge)),
    Defect("A05", "other schemes than Bearer are taken", ("listModels",), ("authentication",),
           _other_schemes("listModels")),
    Defect("A06", "the scheme's case matters", READS, ("authentication",),
           asking_otherwise(_case_matters)),
    Defect("A07", "anybody's content can be downloaded", ("downloadVideoContent",),
           ("ownership",), _shared("downloadVideoContent")),
    Defect("A08", "a refused key is a 403", ("queryUnifiedVideo",), ("authentication",),
           changing(("queryUnifiedVideo",), _forbidden)),
    Defect("A09", "a missing key is a 500", ("createUnifiedVideo",), ("authentication",),
           changing(("createUnifiedVideo",), _no_key_fails)),
    Defect("A10", "anybody's job can be deleted", ("deleteVideo",), ("ownership",),
           _shared("deleteVideo")),
    Defect("A11", "anybody's job can be queried", ("queryUnifiedVideo",), ("ownership",),
           _shared("queryUnifiedVideo")),
    Defect("A12", "the list shows somebody else's jobs", ("listVideos",), ("ownership",),
           _shared_list),
    Defect("A13", "the models are listed without a key", ("listModels",), ("authentication",),
           _open("listModels")),
    Defect("A14", "a job is deleted with any key", ("deleteVideo",), ("authentication",),
           _any_bearer("deleteVideo")),
    Defect("X01", "a refusal repeats the key", READS, ("leaks",),
           _told(lambda asked: f"refused for {asked.key}")),
    Defect("X02", "a header names an internal address", READS, ("leaks",),
           changing((), _upstream_header)),
    Defect("X03", "a refusal shows a stack trace", READS, ("leaks",), _told(lambda _asked: _TRACE)),
    Defect("X04", "a refusal names an internal address", READS, ("leaks",),
           _told(lambda _asked: _HOST)),
)  # fmt: skip
