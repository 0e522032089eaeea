"""Responses that show a job where a contract says that its facts are."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

import orjson

from mock_server.domain.job import Stage
from mock_server.jobs.described.facts import ABSENT, Fact, Shown
from openapi.contract.contract import Contract
from openapi.contract.examples import Examples, NoExampleError
from openapi.contract.schemas import Schema
from openapi.jobs.roles import JobRole, Place, Steps, found_in, json_media, member, success

# What a role calls the bodies of these stages.
_BODIES: Mapping[Stage, str] = {
    Stage.QUEUED: "waiting",
    Stage.RUNNING: "waiting",
    Stage.COMPLETED: "completed",
    Stage.FAILED: "failed",
}


class JobBody:
    """Writes the response of one operation.

    It is the body that the role has for the job's stage, else the operation's example or a value
    made from its schema, with the job's facts in their places. A fact that does not apply is left
    out with what is only around it; one that the schema requires, or a body for a stage has, is
    empty.
    """

    def __init__(self, contract: Contract, role: JobRole, fact_of: Callable[[Place], Fact]) -> None:
        """Prepare the response of the operation of ``role``; ``fact_of`` reads a place's fact."""
        self.status, _ = success(role.operation)
        media = json_media(role.operation)
        places = [_read(contract, media, each, fact_of) for each in role.places]
        if role.bodies:
            bodies = role.bodies.items()
            forms = {name: _Form(body, _within(body, places)) for name, body in bodies}
            self._forms = {stage: forms[name] for stage, name in _BODIES.items()}
        else:
            self._forms = dict.fromkeys(Stage, _Form(_base(contract, media), places))

    def write(self, shown_job: Shown) -> Any:
        """The body that shows a job, to be serialized before the next call, which changes it."""
        return self._forms[shown_job.view.stage].fill(shown_job)


class _Place(NamedTuple):
    """Where a fact is shown.

    Attributes:
        optional: of each step, whether what it leads to may be left out.
        empty: what is there without the fact, if nothing may be left out.
    """

    key: str
    steps: Steps
    fact: Fact
    optional: tuple[bool, ...] = ()
    empty: Any = None

    def removed(self, others: Sequence[Steps]) -> Steps | None:
        """What is left out without the fact: as much around it as no other place needs."""
        for length, may_be in enumerate(self.optional, 1):
            around = self.steps[:length]
            if may_be and not any(other[:length] == around for other in others):
                return around
        return None


class _Filled(NamedTuple):
    """A body in a list of its own, and its gaps: what has them, where, and for which fact."""

    root: list[Any]
    gaps: list[tuple[Any, Any, int]]


class _Form:
    """A body with gaps for the facts of a job, which is faster than to make one anew."""

    def __init__(self, base: Any, places: Sequence[_Place]) -> None:
        self._base = orjson.dumps(base)
        self._places = places
        facts = {each.key: each.fact for each in places}
        # Most facts are read together, which takes half the time.
        read = {key: fact for key, fact in facts.items() if isinstance(fact, str)}
        self._read = attrgetter(*read.values(), "job", "view")
        self._made = [fact for fact in facts.values() if not isinstance(fact, str)]
        made = (key for key in facts if key not in read)
        self._index = {key: index for index, key in enumerate((*read, "", "", *made))}
        # By the facts that are missing; there are as many as a job has states.
        self._filled: dict[tuple[int, ...], _Filled] = {}

    def fill(self, shown_job: Shown) -> Any:
        """The body that shows a job; the next call changes it."""
        values = [*self._read(shown_job), *[fact(shown_job) for fact in self._made]]
        missing: tuple[int, ...] = ()
        if ABSENT in values:
            missing = tuple(index for index, each in enumerate(values) if each is ABSENT)
        filled = self._filled.get(missing)
        if filled is None:
            filled = self._filled[missing] = self._without(missing)
        for node, step, index in filled.gaps:
            node[step] = values[index]
        return filled.root[0]

    def _without(self, missing: Collection[int]) -> _Filled:
        root = [orjson.loads(self._base)]
        kept = [each for each in self._places if self._index[each.key] not in missing]
        for place in self._places:
            removed = None if place in kept else place.removed([each.steps for each in kept])
            if removed is None:
                _put(root, ("0", *place.steps), place.empty)
            else:
                _remove(root, ("0", *removed))
        gaps = []
        for place in kept:
            *above, last = ("0", *place.steps)
            (node,) = found_in(root, tuple(above))
            step = int(last) if isinstance(node, list) else last
            gaps.append((node, step, self._index[place.key]))
        return _Filled(root, gaps)


def _key(place: Place) -> str:
    """The name of a fact in its form."""
    return f"{place.fact} {place.form}"


def _within(body: Any, places: Sequence[_Place]) -> list[_Place]:
    """The places that a body for a stage has; none of them is left out."""
    return [each._replace(optional=()) for each in places if found_in(body, each.steps)]


def _base(contract: Contract, media: Schema) -> Any:
    """An example of the response that fits its schema, else a value made from the schema."""
    for value in contract.valid_examples(media):
        return value
    try:
        return Examples(contract.document).of(media.get("schema", {}))
    except NoExampleError:
        return {}


def _read(
    contract: Contract, media: Schema, place: Place, fact_of: Callable[[Place], Fact]
) -> _Place:
    """A place of a response, with what its schema lets be left out."""
    optional = []
    schema: Schema = media.get("schema", {})
    for step in place.steps:
        optional.append(step not in _required(contract, schema))
        schema = member(contract, schema, step) or {}
    empty = _empty(contract.resolve(schema))
    return _Place(_key(place), place.steps, fact_of(place), tuple(optional), empty)


def _required(contract: Contract, schema: Schema) -> Iterator[str]:
    whole = contract.resolve(schema)
    for part in (whole, *map(contract.resolve, whole.get("allOf", ()))):
        yield from part.get("required", ())


def _empty(schema: Schema) -> Any:
    """An empty value of a schema's type; None where it has none, or allows that."""
    if schema.get("nullable"):
        return None
    by_type = {"string": "", "integer": 0, "number": 0, "array": [], "object": {}, "boolean": False}
    return by_type.get(schema.get("type", ""))


def _put(body: Any, steps: Steps, value: Any) -> Any:
    """The body with a value at a place; what is missing on the way is made."""
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    if step.isdecimal() and not isinstance(body, dict):
        items = body if isinstance(body, list) else []
        index = int(step)
        items.extend([None] * (index + 1 - len(items)))
        items[index] = _put(items[index], rest, value)
        return items
    members = body if isinstance(body, dict) else {}
    members[step] = _put(members.get(step), rest, value)
    return members


def _remove(body: Any, steps: Steps) -> None:
    above = next(iter(found_in(body, steps[:-1])), None)
    if isinstance(above, dict):
        above.pop(steps[-1], None)
    elif isinstance(above, list) and int(steps[-1]) < len(above):
        del above[int(steps[-1])]
