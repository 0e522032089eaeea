"""A store in memory that is written to a file when it is closed, and read from it when opened.

One JSON array a line: what it is, whose, and the facts; the last line says how many there were, so
that a file that was cut off is known for it.
"""

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

from mock_server.domain.retention import ALL, Retention
from mock_server.journal.journal import Journal
from mock_server.stores import encoding
from mock_server.stores.memory import PASSING, MemoryStore
from mock_server.stores.protocol import StoreError

_VERSION = 1
_HEAD = ["video-gateway-mock snapshot", _VERSION]
_END = "end"
_log = logging.getLogger(__name__)


class SnapshotStore(MemoryStore):
    """What the file holds, and whatever comes after; the file changes at the end alone."""

    def __init__(self, path: Path, retention: Retention = ALL, passing: int = PASSING) -> None:
        """Begin with what the file holds; empty where there is none.

        Raises:
            StoreError: it cannot be read, or could not be written.
        """
        super().__init__(retention, passing)
        self._path = path
        self._whole = False
        if not os.access(path.parent, os.W_OK):
            raise StoreError(
                f"--snapshot {path}: its folder must be there and be yours to write in"
            )
        if path.exists():
            self._read()

    async def close(self) -> None:
        """Write the file, all of it or nothing."""
        beside = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        try:
            with beside.open("wb") as file:
                file.writelines(orjson.dumps(line) + b"\n" for line in self._lines())
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self._path)
        except OSError as error:
            _log.error("the snapshot %s was not written: %s", self._path, error)
            with suppress(OSError):
                beside.unlink()

    def _lines(self) -> Iterator[Sequence[Any]]:
        count = 0
        yield _HEAD
        for line in self._facts():
            count += 1
            yield line
        yield [_END, count]

    def _facts(self) -> Iterator[Sequence[Any]]:
        for tenant, facts in self._worlds.items():
            yield ["world", tenant, orjson.Fragment(encoding.encode_world(facts))]
        for tenant in self._passing:
            yield ["passing", tenant, None]
        for tenant, shelf in self._shelves.items():
            for job in shelf.jobs.values():
                yield ["job", tenant, orjson.Fragment(encoding.encode_job(job))]
            for character in shelf.characters.values():
                raw = encoding.encode_character(character)
                yield ["character", tenant, orjson.Fragment(raw)]
        yield from self._requests()
        for delivery in self.outbox.everything():
            raw = encoding.encode_delivery(delivery)
            yield ["delivery", delivery.tenant, orjson.Fragment(raw)]

    def _requests(self) -> Iterator[Sequence[Any]]:
        for tenant, journal in self._journals.all():
            yield ["journal", tenant, journal.last]
            for entry in journal:
                raw = encoding.encode_entry(entry)
                yield ["entry", tenant, [entry.number, orjson.Fragment(raw)]]

    def _read(self) -> None:
        number = 0
        try:
            with self._path.open("rb") as file:
                for number, line in enumerate(file):
                    self._take(number, orjson.loads(line))
        except OSError as error:
            raise StoreError(f"--snapshot {self._path}: cannot be read: {error}") from error
        # Facts of another shape fail in many ways, and all of them mean that the file is damaged.
        except (ValueError, TypeError, KeyError, IndexError) as error:
            raise self._damaged(number + 1, str(error)) from error
        if not self._whole:
            raise self._damaged(number + 1, "the end is missing")

    def _take(self, number: int, line: Any) -> None:
        if number == 0:
            if line != _HEAD:
                raise ValueError("no snapshot, or one of another version")
            return
        kind, *rest = line
        if self._whole:
            raise ValueError("something follows the end")
        if kind == _END:
            self._whole = rest == [number - 1]
            if not self._whole:
                raise ValueError("lines are missing")
            return
        tenant, facts = rest
        self._keep(kind, tenant, facts)

    def _keep(self, kind: str, tenant: str, facts: Any) -> None:
        # The decoders take texts, as stores that keep bytes have them.
        raw = orjson.dumps(facts)
        match kind:
            case "world":
                self._worlds[tenant] = encoding.decode_world(raw)
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

    def _damaged(self, line: int, why: str) -> StoreError:
        remedy = "restore a copy, or move the file away to begin anew"
        return StoreError(f"--snapshot {self._path}: line {line} cannot be used: {why}; {remedy}")
