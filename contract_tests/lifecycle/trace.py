"""The record of each job, from its creation until after its end."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from contract_tests.wire.exchange import Exchange
from openapi.contract.job_stages import JobStages
from openapi.contract.requests import RequestVariant


class Moment(StrEnum):
    """The moment in a job's life of a request, and its purpose."""

    CREATE = "create"
    ALTERED_ID = "retrieve by an id that is like its own"
    EARLY_CONTENT = "content before completion"
    EARLY_THUMBNAIL = "thumbnail before completion"
    BURST = "polls at one instant"
    POLL = "polls until its end"
    TAIL = "polls after its end"
    RETRIEVE = "retrieve, at the same instant as the query"
    QUERY = "query, at the same instant as the retrieve"
    HEAD = "HEAD of the finished job"
    EARLY_EDIT = "edit before completion"
    EARLY_EXTENSION = "extension before completion"
    OTHER_KEY_RETRIEVE = "retrieve with another account's key"
    OTHER_KEY_ABSENT = "retrieve of no job with another account's key"
    EARLY_REMIX = "remix before completion"
    OTHER_KEY_QUERY = "query with another account's key"
    OTHER_KEY_CONTENT = "content with another account's key"
    OTHER_KEY_THUMBNAIL = "thumbnail with another account's key"
    OTHER_KEY_DELETE = "delete with another account's key"
    OTHER_KEY_LIST = "list with another account's key"
    CONTENT = "content"
    CONTENT_AGAIN = "content once more"
    CONTENT_WITHOUT_KEY = "content without a key"
    THUMBNAIL_WITHOUT_KEY = "thumbnail without a key"
    CONTENT_HEAD = "HEAD of the content"
    RANGE_FIRST = "content, bytes=0-3"
    RANGE_MIDDLE = "content, bytes=4-7"
    RANGE_LAST = "content, bytes=-4"
    RANGE_BEYOND = "content, a range past its end"
    SEVERAL_RANGES = "content, bytes=0-1,4-5"
    RANGE_MALFORMED = "content, a range that is none"
    SAME_TAG = "content, unless it has the entity tag that it has"
    OTHER_TAG = "content, unless it has an entity tag that it never had"
    SAME_DATE = "content, if it was modified after its own date"
    WANTED_TAG = "content, if it has an entity tag that it never had"
    RANGE_OF_OTHER = "content, bytes=0-3 if it has an entity tag that it never had"
    NAMED_VARIANT = "content, variant video"
    UNKNOWN_VARIANT = "content, a variant that nobody documents"
    THUMBNAIL = "content, variant thumbnail"
    SPRITESHEET = "content, variant spritesheet"
    LINKED_VIDEO = "video_url, without a key"
    LINKED_THUMBNAIL = "thumbnail_url, without a key"
    CONTENT_LATER = "content an hour after the end"
    REMIX_WITHOUT_PROMPT = "remix without a prompt"
    REMIX_WITH_BLANK_PROMPT = "remix with a blank prompt"
    REMIX = "remix of the finished job"
    REMIX_RETRIEVE = "retrieve of the remix"
    DELETE = "delete"
    SECOND_DELETE = "delete once more"
    RETRIEVE_AFTER_DELETE = "retrieve after delete"
    QUERY_AFTER_DELETE = "query after delete"
    CONTENT_AFTER_DELETE = "content after delete"
    THUMBNAIL_AFTER_DELETE = "thumbnail after delete"
    REMIX_AFTER_DELETE = "remix after delete"
    LINKED_AFTER_DELETE = "video_url after delete"
    LIST_AFTER_DELETED = "list after the deleted job"


@dataclass(frozen=True)
class Trace:
    """One job, and every exchange about it in order.

    Attributes:
        name: J1, J2, ...
        job: its id.
        family: ``videos`` or ``unified``, by the operation that created it. POLL, BURST and TAIL
            are requests to the same family.
        variant: the documented request that created it.
        sent: the fields of that request.
        scenario: what the fake was asked to do with it (``fails``); empty for nothing.
        existing: whether it existed before the run, which only reads it.
        ended: whether it ended within ``bound``.
        given_up: why it was not waited for until then; empty where it was.
        bound: how long it might take, as text.
        still: whether the clock stood still between the exchanges of one burst.
        parent: the id of the job that it was made from; empty for none.
        stages: the stages of a job by the dialect's status words.
    """

    name: str
    job: str
    family: str
    variant: RequestVariant | None
    sent: Mapping[str, Any]
    steps: tuple[tuple[Moment, Exchange], ...] = ()
    scenario: str = ""
    existing: bool = False
    ended: bool = True
    bound: str = ""
    given_up: str = ""
    still: bool = False
    parent: str = ""
    stages: JobStages = field(default_factory=JobStages)

    def at(self, moment: Moment) -> tuple[Exchange, ...]:
        """The exchanges of one moment that have a response, in order."""
        return tuple(each for when, each in self.steps if when is moment and each.reply_or_none)

    def one(self, moment: Moment) -> Exchange | None:
        """The first exchange of one moment; None when there is none."""
        return next(iter(self.at(moment)), None)

    def polls(self) -> tuple[Exchange, ...]:
        """Every poll with a response in order, burst and tail included."""
        moments = (Moment.BURST, Moment.POLL, Moment.TAIL)
        return tuple(each for when, each in self.steps if when in moments and each.reply_or_none)

    def states(self) -> Iterator[tuple[Exchange, Mapping[str, Any]]]:
        """Every state of the job since its creation: the exchange and its JSON object."""
        for each in (*self.at(Moment.CREATE), *self.polls()):
            if 200 <= each.status < 300 and each.state:
                yield each, each.state

    @property
    def final(self) -> Mapping[str, Any]:
        """The first terminal state in a poll; empty when there is none."""
        ends = (state for _, state in self.states() if self.stages.ended(state.get("status")))
        return next(ends, {})


@dataclass(frozen=True)
class ListWalk:
    """A walk through the list, page after page.

    Attributes:
        jobs: the ids that the run knows to exist at that time, in order of creation.
        gone: the ids that the run has deleted.
        closed: whether the account has no other jobs.
        reads: retrievals of some listed jobs that the run did not create.
    """

    name: str
    limit: int | None
    order: str | None
    pages: tuple[Exchange, ...]
    jobs: tuple[str, ...]
    gone: tuple[str, ...] = ()
    closed: bool = False
    reads: tuple[Exchange, ...] = ()

    def entries(self) -> Iterator[Mapping[str, Any]]:
        """Every entry of every page."""
        for page in self.pages:
            yield from page.entries


@dataclass(frozen=True)
class Life:
    """Everything that was observed; ``missing`` says why a moment was not observed at all.

    ``refusals`` are walks through the list before and after the requests that must be refused.
    """

    traces: tuple[Trace, ...] = ()
    walks: tuple[ListWalk, ...] = ()
    refusals: tuple[ListWalk, ...] = ()
    missing: Mapping[Moment, str] = field(default_factory=dict)

    def having(self, *moments: Moment) -> Sequence[Trace]:
        """The traces with a response at each of the moments."""
        return [each for each in self.traces if all(each.at(moment) for moment in moments)]
