"""Recorded exchanges, and what they show of jobs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from contract_tests.contract.described import described_state
from contract_tests.contract.target_contract import TargetContract
from contract_tests.recording.cassette import Cassette
from contract_tests.recording.errors import CassetteError
from contract_tests.wire.exchange import Exchange, id_of, number
from openapi.contract.job_stages import JobStages

# Operations with one job as a Video object in their responses, and the one with several.
CREATES = ("createVideo", "remixVideo", "editVideo", "extendVideo")
_VIDEOS = (*CREATES, "retrieveVideo")
_LIST, _QUERY, DOWNLOAD, DELETE = (
    *("listVideos", "queryUnifiedVideo", "downloadVideoContent", "deleteVideo"),
)
_JOBS = (*_VIDEOS, _QUERY, "createUnifiedVideo")
_MOST_SOURCES = 4
_SUCCESS, _ERROR = range(200, 300), 400
# Words of other services for the stages; those of the contract's dialect come first.
_SYNONYMS: Mapping[str, Sequence[str]] = {
    "queued": ("queued", "pending", "waiting", "submitted", "not_start", "preparing", "scheduled"),
    "running": ("in_progress", "processing", "running", "rendering", "generating", "started"),
    "completed": ("completed", "succeeded", "succeed", "success", "finished", "done", "ready"),
    "failed": ("failed", "failure", "fail", "error", "cancelled", "canceled", "rejected"),
}
STAGES = tuple(_SYNONYMS)


@dataclass(frozen=True, slots=True)
class Sample:
    """What one response showed of a job; ``is_video`` says that it has the Video object's form."""

    exchange: Exchange
    job: str
    data: Mapping[str, Any]
    is_video: bool

    @property
    def word(self) -> str:
        """The status as it is written."""
        return str(self.data.get("status", ""))

    @property
    def progress(self) -> float | None:
        """The progress in percent; None where there is none."""
        return number(self.data.get("progress"))


@dataclass(frozen=True)
class Traffic:
    """The exchanges of a recording in order; ``name`` is that of the cassette."""

    name: str
    exchanges: tuple[Exchange, ...]

    def evidence(self, exchanges: Iterable[Exchange], more: str = "") -> dict[str, str]:
        """Source and standing of a fact that some exchanges show."""
        numbers = sorted({each.number for each in exchanges})
        shown = [f"#{each}" for each in numbers[:_MOST_SOURCES]]
        if len(numbers) > _MOST_SOURCES:
            shown.append(f"and {len(numbers) - _MOST_SOURCES} more")
        text = f"cassette {self.name} {', '.join(shown)}".strip()
        return {"source": f"{text}; {more}" if more else text, "standing": "verified"}

    @cached_property
    def answered(self) -> tuple[Exchange, ...]:
        """The exchanges that have a response."""
        return tuple(each for each in self.exchanges if each.reply_or_none)

    def of(self, *operations: str) -> list[Exchange]:
        """The exchanges with a response of some operations."""
        return [each for each in self.answered if each.operation in operations]

    @cached_property
    def refusals(self) -> tuple[Exchange, ...]:
        """The exchanges whose response is an error in JSON."""
        return tuple(each for each in self.answered if each.status >= _ERROR and each.reply.object)

    @cached_property
    def samples(self) -> tuple[Sample, ...]:
        """Everything that responses showed of jobs, in order."""
        return tuple(self._samples())

    def _samples(self) -> Iterator[Sample]:
        for each in self.answered:
            yield from self.samples_of(each)

    def samples_of(self, exchange: Exchange) -> Iterator[Sample]:
        """What one response shows of jobs."""
        if exchange.described is not None:
            job = id_of(exchange.described)
            if job and exchange.status in _SUCCESS:
                yield Sample(exchange, job, exchange.described, is_video=False)
        elif exchange.status == 200 and exchange.operation == _LIST:
            for entry in exchange.entries:
                if id_of(entry):
                    yield Sample(exchange, id_of(entry), entry, is_video=True)
        elif exchange.status == 200 and exchange.operation in _JOBS and exchange.reply.job:
            is_video = exchange.operation in _VIDEOS
            yield Sample(exchange, exchange.reply.job, exchange.reply.object, is_video=is_video)

    @cached_property
    def videos(self) -> tuple[Sample, ...]:
        """The Video objects, in order."""
        return tuple(each for each in self.samples if each.is_video)

    @cached_property
    def histories(self) -> Mapping[str, Sequence[Sample]]:
        """What was seen of each job that was created in this traffic, from its creation on."""
        made: dict[str, list[Sample]] = {}
        for each in self.samples:
            if each.exchange.request.method == "POST":
                made.setdefault(each.job, [])
            if each.job in made and each.exchange.operation != _LIST:
                made[each.job].append(each)
        return made

    @cached_property
    def words(self) -> Mapping[str, str]:
        """The word of each stage that was seen; of several, the one that was seen most often."""
        found: dict[str, dict[str, int]] = {}
        for each in self.videos or self.samples:
            stage = self.stage(each.word)
            if stage:
                counts = found.setdefault(stage, {})
                counts[each.word] = counts.get(each.word, 0) + 1
        return {stage: max(counts, key=counts.__getitem__) for stage, counts in found.items()}

    def stage(self, word: str) -> str:
        """The stage that a status word stands for; empty for an unknown one."""
        known = JobStages().stage(word)
        folded = word.lower()
        return known or next((each for each in STAGES if folded in _SYNONYMS[each]), "")


def traffic_of(cassette: Cassette, contract: TargetContract) -> Traffic:
    """The exchanges of a cassette, with stand-ins in the place of its references.

    Args:
        contract: says where responses of a described service show what of a job.

    Raises:
        CassetteError: it has no operation of the contract, so that it was recorded with another.
    """
    exchanges = [each.exchange for each in cassette.exchanges]
    operations = {each.operation for each in exchanges} - {""}
    if operations and not any(map(contract.has, operations)):
        why = f"it was recorded with another contract, which has {min(operations)}"
        raise CassetteError(cassette.path, why, "name that contract with --contract")
    return Traffic(cassette.name, tuple(_described(contract, each) for each in exchanges))


def _described(contract: TargetContract, exchange: Exchange) -> Exchange:
    if exchange.reply_or_none is None or exchange.operation not in contract.roles:
        return exchange
    state = described_state(contract, exchange.operation, exchange.reply.json)
    return replace(exchange, described=state)
