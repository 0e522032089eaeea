"""Faults that are set for one API key, and whether they were used."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType

from video_gateway_mock.handle.connection import Connection
from video_gateway_mock.records import FaultRecord, fault_of

# pytest then shows the calling line of the test, not this module.
__tracebackhide__ = True

_ALWAYS = ("probability", 1.0)


@dataclass(frozen=True, slots=True)
class SetFault:
    """An active fault; as a context manager it ends with the block.

    A ``strict`` one must be used before it ends.
    """

    id: str
    kind: str
    _connection: Connection
    strict: bool = False

    @property
    def seen(self) -> int:
        """How many requests matched so far; 0 if the fault has ended."""
        record = self._record()
        return record.seen if record else 0

    @property
    def fired(self) -> int:
        """How many requests it was used on; 0 if the fault has ended."""
        record = self._record()
        return record.fired if record else 0

    def report(self) -> str:
        """A sentence about what it did so far."""
        record = self._record()
        if record is None:
            return f"the fault {self.kind} has ended"
        if not record.fired:
            return unused(record)
        return f"the fault {described(record)} was used on {record.fired} requests"

    def end(self) -> None:
        """End the fault; does nothing if it has ended already.

        Raises:
            AssertionError: it is strict, and was never used.
        """
        unused = self._unused() if self.strict else ""
        self._end()
        if unused:
            raise AssertionError(unused)

    def _end(self) -> None:
        if self._record():
            self._connection.call("DELETE", f"faults/{self.id}")

    def _unused(self) -> str:
        """What to say if it was never used; empty if it was."""
        record = self._record()
        if record is not None:
            return "" if record.fired else unused(record)
        # It has ended: by its ttl_s, or with all others. The journal still knows what it did.
        search = {"where": {"fault": self.kind}, "limit": 1}
        if self._connection.call("POST", "requests/search", search)["requests"]:
            return ""
        return f"the fault {self.kind} has ended, and no request in the journal met it"

    def _record(self) -> FaultRecord | None:
        return next((each for each in records(self._connection) if each.id == self.id), None)

    def __enter__(self) -> "SetFault":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self.end()
        else:
            self._end()


def records(connection: Connection) -> list[FaultRecord]:
    """The active faults of an API key, in the order in which they are tried."""
    return [fault_of(each) for each in connection.call("GET", "faults")["faults"]]


def unused(record: FaultRecord) -> str:
    """A sentence about a fault that was never used."""
    matching = f"{record.seen} requests matched" if record.seen else "no request matched"
    return f"the fault {described(record)} was never used: {matching}"


def described(record: FaultRecord) -> str:
    """Kind and settings of a fault as they are written on the command line, without sentences."""
    settings = {**record.settings, **record.match}
    shown = (
        f"{name}={value}"
        for name, value in settings.items()
        if value is not None
        and value is not False
        and (name, value) != _ALWAYS
        and " " not in str(value)
    )
    return " ".join((record.kind, *shown))


def require_used(faults: Iterable[SetFault]) -> None:
    """Assert that faults were used.

    Raises:
        AssertionError: some were not; the message names each and says how many requests matched.
    """
    if never := list(_never_used(faults)):
        raise AssertionError("\n".join(never))


def _never_used(faults: Iterable[SetFault]) -> Iterator[str]:
    return filter(None, (fault._unused() for fault in faults))
