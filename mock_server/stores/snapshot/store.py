"""The store in memory that a file outlives."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import orjson

from mock_server.domain.job import Job
from mock_server.domain.retention import ALL, Retention
from mock_server.domain.tenant import Storable
from mock_server.journal.journal import Journal
from mock_server.stores import encoding
from mock_server.stores.memory import PASSING, MemoryStore, Shelf
from mock_server.stores.protocol import (
    SERVER,
    Change,
    StoredStateError,
    StoreUnavailableError,
    of_server,
)
from mock_server.stores.snapshot.file import Line, SnapshotFile
from mock_server.stores.snapshot.state import State

T = TypeVar("T")

_TENANTS_FACTS = 3
# Jobs between two looks at who else wants something; some milliseconds.
_AT_ONCE = 10_000
_log = logging.getLogger(__name__)


class SnapshotStore(MemoryStore):
    """What the file holds, and whatever comes after.

    Lines of the file that cannot be used cost their tenant everything until it is reset, and nobody
    else anything; until then they are written again as they were.
    """

    def __init__(
        self,
        path: Path,
        retention: Retention = ALL,
        passing: int = PASSING,
        every_s: float = 0,
    ) -> None:
        """Begin with what the file holds; empty where there is none. Write it ``every_s`` seconds.

        Raises:
            StoreError: another server has it, it cannot be read, or could not be written.
        """
        super().__init__(retention, passing)
        self._every_s = every_s
        self._unusable: dict[str, list[Line]] = {}
        self._reasons: dict[str, str] = {}
        self._file = SnapshotFile(path)
        try:
            for number, line in self._file.read():
                self._take(number, line)
        except BaseException:
            self._file.release()
            raise
        self._written = self._mark()
        self._failed: OSError | None = None
        self._writing: asyncio.Future[None] | None = None
        self._saving: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Write the file every so often."""
        if self._every_s:
            self._saving = asyncio.get_running_loop().create_task(self._save_for_ever())

    async def check(self) -> None:
        """Write something beside the file."""
        try:
            await asyncio.to_thread(self._file.try_out)
        except OSError as error:
            raise StoreUnavailableError(f"the snapshot {self._file}: {error}") from error
        if self._failed is not None:
            raise StoreUnavailableError(f"the snapshot {self._file}: {self._failed}")

    async def save(self) -> None:
        """Write the file, all of it or nothing, if anything has changed since it was written."""
        mark = self._mark()
        if mark == self._written and self._failed is None:
            return
        state = await self._state()
        self._writing = asyncio.ensure_future(asyncio.to_thread(self._file.write, state.lines()))
        try:
            # Whoever gives it up does not end the thread that writes.
            await asyncio.shield(self._writing)
        except OSError as error:
            _log.error("the snapshot %s was not written: %s", self._file, error)
            self._failed = error
        else:
            self._written, self._failed = mark, None

    async def close(self) -> None:
        """Write the file; where that fails, another."""
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
        """The facts of a world."""
        self._require_usable(tenant)
        return await super().tenant_state(tenant)

    async def change_tenant(self, tenant: str, change: Change[T]) -> T:
        """Put new facts in the place of the old."""
        self._require_usable(tenant, SERVER)
        return await super().change_tenant(tenant, change)

    async def touch_tenant(self, tenant: str, change: Change[T]) -> T:
        """The same, for a world that may be forgotten."""
        self._require_usable(tenant, SERVER)
        return await super().touch_tenant(tenant, change)

    async def journal(self, tenant: str) -> Journal:
        """What is kept."""
        self._require_usable(tenant)
        return await super().journal(tenant)

    async def tenants(self) -> Sequence[str]:
        """Whose worlds there are, those that cannot be used included."""
        known = dict.fromkeys(await super().tenants())
        return list(known | dict.fromkeys(self._unusable.keys() - {SERVER}))

    async def forget(self, tenant: str) -> None:
        """Remove everything of the tenant's."""
        await super().forget(tenant)
        self._unusable.pop(tenant, None)
        self._reasons.pop(tenant, None)

    async def _save_for_ever(self) -> None:
        while True:
            await asyncio.sleep(self._every_s)
            await self.save()

    def _rescue(self, state: State) -> str:
        try:
            saved = self._file.rescue(state.lines())
        except OSError as error:
            return f"nor was another file, so that it is lost: {error}"
        return f"what it should hold is in {saved}: move that there and start the server anew"

    def _require_usable(self, *tenants: str) -> None:
        for tenant in tenants:
            if tenant in self._reasons:
                error = StoredStateError(self._reasons[tenant])
                raise of_server(error) if tenant == SERVER else error

    def _mark(self) -> tuple[object, ...]:
        """What is another one after any change; jobs and requests are known by their numbers."""
        shelves, journals = self._shelves.items(), self._journals.all()
        return (
            dict(self._worlds),
            list(self._passing),
            {tenant: (len(it.jobs), next(reversed(it.jobs), -1)) for tenant, it in shelves},
            {tenant: list(it.characters.values()) for tenant, it in shelves},
            {tenant: (len(it), it.last) for tenant, it in journals},
            self.outbox.everything(),
            sorted(self._unusable),
        )

    async def _state(self) -> State:
        """Everything; jobs that are made meanwhile are in it or not, each whole."""
        jobs = {tenant: await _jobs_of(it) for tenant, it in list(self._shelves.items())}
        return State(
            tenants=dict(self._worlds),
            passing=list(self._passing),
            jobs=jobs,
            characters={
                tenant: list(it.characters.values()) for tenant, it in self._shelves.items()
            },
            journals={
                tenant: (journal.last, list(journal)) for tenant, journal in self._journals.all()
            },
            deliveries=self.outbox.everything(),
            unusable=[line for lines in self._unusable.values() for line in lines],
        )

    def _take(self, number: int, line: Line) -> None:
        if len(line) != _TENANTS_FACTS or not isinstance(line[1], str):
            raise self._file.damaged(number, "nobody can say whose it is")
        kind, tenant, facts = line
        try:
            self._keep(kind, tenant, facts)
        # Facts of another shape fail in many ways, and all of them mean that they are damaged.
        except (StoredStateError, ValueError, TypeError, KeyError) as error:
            self._unusable.setdefault(tenant, []).append(line)
            reason = f"line {number} of the snapshot: {error}"
            if tenant not in self._reasons:
                _log.warning("the state of %s cannot be used: %s", tenant, reason)
            self._reasons.setdefault(tenant, reason)

    def _keep(self, kind: str, tenant: str, facts: Any) -> None:
        # The decoders take texts, as stores that keep bytes have them.
        raw = orjson.dumps(facts)
        match kind:
            case "world":
                self._worlds[tenant] = encoding.decode_tenant(tenant, raw)
            case "passing":
                self._pass(tenant)
            case "job":
                self._shelve(encoding.decode_job(tenant, raw))
            case "character":
                character = encoding.decode_character(raw)
                self._shelves[tenant].characters[character.id] = character
            case "journal":
                self._journals.put(tenant, Journal.of((), int(facts)))
            case "entry":
                number, told = facts
                entry = encoding.decode_entry(number, orjson.dumps(told))
                self._journals.restore(tenant, entry)
            case "delivery":
                self.outbox.keep(tenant, (encoding.decode_delivery(tenant, raw),))
            case _:
                raise ValueError(f"unknown kind {kind!r}")


async def _jobs_of(shelf: Shelf) -> Sequence[Job]:
    """A tenant's jobs, some at a time: there may be a million, and others wait for answers."""
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
