"""What a server does beside answering, found out by asking it."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from benchmarks.film import picture
from benchmarks.peers.peer import ANY_JOB
from benchmarks.requests import (
    ORDER,
    Answer,
    Call,
    File,
    ask,
    download,
    order_as_form,
    order_as_json,
    page,
    poll,
)

OK, NOT_FOUND = 200, 404
_CLIENT_ERRORS = range(400, 500)
_MP4 = b"ftyp"


class Ability(StrEnum):
    """What a fake of this API can do; the words stand in the table."""

    STATE = "state"
    LIST = "list"
    VALIDATION = "validation"
    MULTIPART = "multipart"
    MEDIA = "media"


MEANINGS: Mapping[Ability, str] = {
    Ability.STATE: "a job that was made is found, another is not",
    Ability.LIST: "a job that was made is listed",
    Ability.VALIDATION: "a missing field and a value that is not documented are refused",
    Ability.MULTIPART: "a form with a picture is taken, one without a prompt is refused",
    Ability.MEDIA: "the content of a job is a video",
}


def reference() -> File:
    """The picture of 200 KB that forms hold."""
    return File("input_reference", "cat.png", "image/png", picture())


def without_prompt() -> dict[str, str]:
    """An order that no documentation page allows."""
    return {name: text for name, text in ORDER.items() if name != "prompt"}


def job_of(answer: Answer) -> str:
    """The id of the job that was made, or one that a peer without jobs can be asked about."""
    found = answer.json()
    return str(found.get("id") or ANY_JOB) if isinstance(found, dict) else ANY_JOB


def _keeps_state(url: str) -> bool:
    made = job_of(ask(url, order_as_json(ORDER)))
    found, unknown = ask(url, poll(made)), ask(url, poll("video_of_nobody"))
    return found.status == OK and unknown.status == NOT_FOUND


def _lists(url: str) -> bool:
    """Whether a new job is on the page; those of a peer with canned answers are always the same."""
    before = _listed(url)
    made = job_of(ask(url, order_as_json(ORDER)))
    return made not in before and made in _listed(url)


def _listed(url: str) -> list[str]:
    content = ask(url, page(100)).json()
    jobs = content.get("data", []) if isinstance(content, dict) else []
    return [job.get("id") for job in jobs]


def _validates(url: str) -> bool:
    wrong = (without_prompt(), {**ORDER, "seconds": "7"})
    return all(_refuses(url, order_as_json(order)) for order in wrong)


def _reads_forms(url: str) -> bool:
    taken = ask(url, order_as_form(ORDER, reference())).status == OK
    return taken and _refuses(url, order_as_form(without_prompt(), reference()))


def _refuses(url: str, call: Call) -> bool:
    return ask(url, call).status in _CLIENT_ERRORS


def _has_media(url: str) -> bool:
    made = job_of(ask(url, order_as_json({**ORDER, "prompt": f"{ORDER['prompt']} mock:instant"})))
    content = ask(url, download(made))
    return content.status == OK and content.body[4:8] == _MP4


_PROBES: Mapping[Ability, Callable[[str], bool]] = {
    Ability.STATE: _keeps_state,
    Ability.LIST: _lists,
    Ability.VALIDATION: _validates,
    Ability.MULTIPART: _reads_forms,
    Ability.MEDIA: _has_media,
}


def abilities(url: str) -> frozenset[Ability]:
    """All that a server can do.

    Raises:
        LoadError: it does not answer.
    """
    return frozenset(ability for ability, probe in _PROBES.items() if probe(url))
