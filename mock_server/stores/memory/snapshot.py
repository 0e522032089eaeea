"""The store in memory that reads its state from a snapshot file and writes it there."""

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import orjson

from mock_server.domain.bill import NOTHING, Once, Removed, Totals
from mock_server.domain.job import Character, Job
from mock_server.domain.retention import ALL, Retention
from mock_server.domain.tenant import Storable
from mock_server.domain.webhooks import Delivery
from mock_server.journal.entry import Entry
from mock_server.journal.journal import Journal
from mock_server.stores import encoding
from mock_server.stores.memory.snapshot_file import Line, SnapshotFile
from mock_server.stores.memory.store import PASSING, MemoryStore, Shelf
from mock_server.stores.protocol import (
    SERVER,
    Change,
    StoredStateError,
    StoreUnavailableError,
    of_server,
)

T = TypeVar("T")

# The parts of a line: kind, tenant, data.
_PARTS = 3
# Jobs that are copied, in some milliseconds, before other tasks of the event loop get a turn.
_AT_ONCE = 10_000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Everything in the store at one moment, by tenant.

    Objects are immutable and lists are copies, so that a thread can encode them while the store
    changes. ``removed`` is what jobs that are no longer there have cost, ``removed_jobs`` has the
    newest of them, ``onces`` the jobs of requests with a mark. ``journals`` hold the number of the
    newest entry ever stored and the entries.
    ``unusable`` are lines of the file that could not be decoded; they are written unchanged.
    """

    tenants: Mapping[str, Storable]
    passing: Sequence[str]
    jobs: Mapping[str, Sequence[Job]]
    characters: Mapping[str, Sequence[Character]]
    removed: Mapping[str, Totals]
    removed_jobs: Mapping[str, Sequence[Removed]]
    onces: Mapping[str, Mapping[str, tuple[int, Job]]]
    journals: Mapping[str, tuple[int, Sequence[Entry]]]
    deliveries: Sequence[Delivery]
    unusable: Sequence[Line]

    def lines(self) -> Iterator[Line]:
        """The lines of the file, in the order in which they are read back."""
        for tenant, state in self.tenants.items():
            yield ["world", tenant, orjson.Fragment(encoding.encode_tenant(state.stored()))]
        for tenant in self.passing:
            yield ["passing", tenant, None]
        yield from self._jobs()
        yield from self._removed()
        for tenant, characters in self.characters.items():
            for character in characters:
                raw = encoding.encode_character(character)
                yield ["character", tenant, orjson.Fragment(raw)]
        yield from self._requests()
        for delivery in self.deliveries:
            raw = encoding.encode_delivery(delivery)
            yield ["delivery", delivery.tenant, orjson.Fragment(raw)]
        yield from self.unusable

    def _jobs(self) -> Iterator[Line]:
        for tenant, jobs in self.jobs.items():
            for job in jobs:
                yield ["job", tenant, orjson.Fragment(encoding.encode_job(job))]
        for tenant, onces in self.onces.items():
            for mark, (until_ms, job) in onces.items():
                raw = encoding.encode_job(job)
                yield ["once", tenant, [mark, until_ms, orjson.Fragment(raw)]]

    def _removed(self) -> Iterator[Line]:
        for tenant, removed in self.removed.items():
            if removed != NOTHING:
                yield ["removed", tenant, orjson.Fragment(encoding.encode_totals(removed))]
        for tenant, removed_jobs in self.removed_jobs.items():
            for job, at_ms in removed_jobs:
                yield ["removed_job", tenant, [at_ms, orjson.Fragment(encoding.encode_job(job))]]

    def _requests(self) -> Iterator[Line]:
        for tenant, (last, entries) in self.journals.items():
            yield ["journal", tenant, last]
            for entry in entries:
                raw = encoding.encode_entry(entry)
                yield ["entry", tenant, [entry.number, orjson.Fragment(raw)]]


class SnapshotStore(MemoryStore):
    """A ``MemoryStore`` that starts with the contents of a file and writes its state there.

    If lines of the file cannot be decoded, only their tenant is affected: its requests fail until
    it is reset. Until then the lines are written back unchanged.
    """

    def __init__(
        self,
        path: Path,
        retention: Retention = ALL,
        passing: int = PASSING,
        every_s: float = 0,
    ) -> None:
        """Read the file if there is one. Write it every ``every_s`` seconds, unless that is 0.

        Raises:
            StoreError: another server uses the file, or it cannot be read or written.
        """
        super().__init__(retention, passing)
        self._every_s = every_s
        self._unusable: dict[str, list[Line]] = {}
        self._reasons: dict[str, str] = {}
        self._file = SnapshotFile(path)
        try:
            for number, line in self._file.read():
                self._read_line(number, line)
        except BaseException:
            self._file.release()
            raise
        self._written = self._mark()
        self._failed: OSError | None = None
        self._writing: asyncio.Future[None] | None = None
        self._saving: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self._every_s:
            self._saving = asyncio.get_running_loop().create_task(self._save_repeatedly())

    async def check(self) -> None:
        try:
            await asyncio.to_thread(self._file.try_out)
        except OSError as error:
            raise StoreUnavailableError(f"the snapshot {self._file}: {error}") from error
        if self._failed is not None:
            raise StoreUnavailableError(f"the snapshot {self._file}: {self._failed}")

    async def save(self) -> None:
        """Write the whole file, if anything has changed since it was written last."""
        mark = self._mark()
        if mark == self._written and self._failed is None:
            return
        state = await self._state()
        self._writing = asyncio.ensure_future(asyncio.to_thread(self._file.write, state.lines()))
        try:
            # Cancelling this task does not end the thread that writes.
            await asyncio.shield(self._writing)
        except OSError as error:
            _log.error("the snapshot %s was not written: %s", self._file, error)
            self._failed = error
        else:
            self._written, self._failed = mark, None

    async def close(self) -> None:
        """Write the file; if that fails, write one for temporary files."""
        if self._saving is not None:
            self._saving.cancel()
            with suppress(asyncio.CancelledError):
                await self._saving
        if self._writing is not None:
            await asyncio.wait((self._writing,))
        state = await self._state()
        try:
            await asyncio.to_thread(self._file.write, state.lines())
        except OSError as error:
            self.lost = f"the snapshot {self._file} was not written: {error}; {self._rescue(state)}"
            _log.error("%s", self.lost)
        self._file.release()

    async def tenant_state(self, tenant: str) -> Storable | None:
        self._require_usable(tenant)
        return await super().tenant_state(tenant)

    async def change_tenant(self, tenant: str, change: Change[T]) -> T:
        self._require_usable(tenant, SERVER)
        return await super().change_tenant(tenant, change)

    async def touch_tenant(self, tenant: str, change: Change[T]) -> T:
        self._require_usable(tenant, SERVER)
        return await super().touch_tenant(tenant, change)

    async def journal(self, tenant: str) -> Journal:
        self._require_usable(tenant)
        return await super().journal(tenant)

    async def tenants(self) -> Sequence[str]:
        known = dict.fromkeys(await super().tenants())
        return list(known | dict.fromkeys(self._unusable.keys() - {SERVER}))

    async def forget(self, tenant: str) -> None:
        await super().forget(tenant)
        self._unusable.pop(tenant, None)
        self._reasons.pop(tenant, None)

    async def _save_repeatedly(self) -> None:
        while True:
            await asyncio.sleep(self._every_s)
            await self.save()

    def _rescue(self, state: State) -> str:
        try:
            saved = self._file.rescue(state.lines())
        except OSError as error:
            return f"a temporary file was not written either: {error}; the state is lost"
        return f"its contents are in {saved}: move that file there and restart the server"

    def _require_usable(self, *tenants: str) -> None:
        for tenant in tenants:
            if tenant in self._reasons:
                error = StoredStateError(self._reasons[tenant])
                raise of_server(error) if tenant == SERVER else error

    def _mark(self) -> tuple[object, ...]:
        """A value that differs after any change; jobs and requests count by their numbers."""
        shelves, journals = self._shelves.items(), self._journals.all()
        return (
            dict(self._states),
            list(self._passing),
            {
                tenant: (len(it.jobs), next(reversed(it.jobs), -1), it.replaced, it.removed)
                for tenant, it in shelves
            },
            {tenant: list(it.characters.values()) for tenant, it in shelves},
            {tenant: (len(it), it.last) for tenant, it in journals},
            self.outbox.everything(),
            sorted(self._unusable),
        )

    async def _state(self) -> State:
        """Collect everything; a job created meanwhile is included whole or not at all."""
        jobs = {tenant: await _jobs_of(it) for tenant, it in list(self._shelves.items())}
        return State(
            tenants=dict(self._states),
            passing=list(self._passing),
            jobs=jobs,
            characters={
                tenant: list(it.characters.values()) for tenant, it in self._shelves.items()
            },
            removed={tenant: it.removed for tenant, it in self._shelves.items()},
            removed_jobs={tenant: list(it.removed_jobs) for tenant, it in self._shelves.items()},
            onces={tenant: dict(it.onces) for tenant, it in self._shelves.items()},
            journals={
                tenant: (journal.last, list(journal)) for tenant, journal in self._journals.all()
            },
            deliveries=self.outbox.everything(),
            unusable=[line for lines in self._unusable.values() for line in lines],
        )

    def _read_line(self, number: int, line: Line) -> None:
        if len(line) != _PARTS or not isinstance(line[1], str):
            raise self._file.damaged(number, "it does not name a tenant")
        kind, tenant, data = line
        try:
            self._restore(kind, tenant, data)
        # Data of the wrong shape fails in many ways, all of which mean that it is damaged.
        except (StoredStateError, ValueError, TypeError, KeyError) as error:
            self._unusable.setdefault(tenant, []).append(line)
            reason = f"line {number} of the snapshot: {error}"
            if tenant not in self._reasons:
                _log.warning("the state of %s cannot be used: %s", tenant, reason)
            self._reasons.setdefault(tenant, reason)

    def _restore(self, kind: str, tenant: str, data: Any) -> None:
        if kind in ("journal", "entry", "once", "removed_job"):
            self._restore_parts(kind, tenant, data)
            return
        raw = orjson.dumps(data)
        match kind:
            case "world":
                self._states[tenant] = encoding.decode_tenant(tenant, raw)
            case "passing":
                self._pass(tenant)
            case "job":
                self._shelve(encoding.decode_job(tenant, raw))
            case "character":
                character = encoding.decode_character(raw)
                self._shelves[tenant].characters[character.id] = character
            case "removed":
                self._shelves[tenant].settle(encoding.decode_totals(raw))
            case "delivery":
                self.outbox.keep(tenant, (encoding.decode_delivery(tenant, raw),))
            case _:
                raise ValueError(f"unknown kind {kind!r}")

    def _restore_parts(self, kind: str, tenant: str, data: Any) -> None:
        """Restore what is stored as several values."""
        if kind == "journal":
            self._journals.put(tenant, Journal.of((), int(data)))
            return
        if kind == "once":
            mark, until_ms, facts = data
            job = encoding.decode_job(tenant, orjson.dumps(facts))
            self._shelves[tenant].mark(Once(str(mark), int(until_ms)), job)
            return
        number, facts = data
        if kind == "removed_job":
            removed = encoding.decode_removed(tenant, number, orjson.dumps(facts))
            self._shelves[tenant].removed_jobs.append(removed)
            return
        entry = encoding.decode_entry(number, orjson.dumps(facts))
        self._journals.restore(tenant, entry)


async def _jobs_of(shelf: Shelf) -> Sequence[Job]:
    """Copy a tenant's jobs in steps, because a million of them would hold up other requests."""
    found: list[Job] = []
    last = -1
    while True:
        after = shelf.jobs.irange(last, None, inclusive=(False, True))
        numbers = list(islice(after, _AT_ONCE))
        found += [shelf.jobs[number] for number in numbers]
        if len(numbers) < _AT_ONCE:
            return found
        last = numbers[-1]
        await asyncio.sleep(0)
