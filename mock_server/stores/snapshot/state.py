"""Everything that is in memory at a moment, and the lines that a file has of it.

What is gathered never changes any more: facts are replaced, and lists are copied, so that the lines
can be made in another thread.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import orjson

from mock_server.domain.job import Character, Job
from mock_server.domain.tenant import Storable
from mock_server.domain.webhooks import Delivery
from mock_server.journal.entry import Entry
from mock_server.stores import encoding
from mock_server.stores.snapshot.file import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What there is, by tenant. ``journals`` have the number of the newest entry there ever was.

    ``unusable`` are lines of a file that could not be read; they are kept as they are.
    """

    tenants: Mapping[str, Storable]
    passing: Sequence[str]
    jobs: Mapping[str, Sequence[Job]]
    characters: Mapping[str, Sequence[Character]]
    journals: Mapping[str, tuple[int, Sequence[Entry]]]
    deliveries: Sequence[Delivery]
    unusable: Sequence[Line]

    def lines(self) -> Iterator[Line]:
        """One line for each fact, in the order in which they are read."""
        for tenant, facts in self.tenants.items():
            yield ["world", tenant, orjson.Fragment(encoding.encode_tenant(facts.stored()))]
        for tenant in self.passing:
            yield ["passing", tenant, None]
        for tenant, jobs in self.jobs.items():
            for job in jobs:
                yield ["job", tenant, orjson.Fragment(encoding.encode_job(job))]
        for tenant, characters in self.characters.items():
            for character in characters:
                raw = encoding.encode_character(character)
                yield ["character", tenant, orjson.Fragment(raw)]
        yield from self._requests()
        for delivery in self.deliveries:
            raw = encoding.encode_delivery(delivery)
            yield ["delivery", delivery.tenant, orjson.Fragment(raw)]
        yield from self.unusable

    def _requests(self) -> Iterator[Line]:
        for tenant, (last, entries) in self.journals.items():
            yield ["journal", tenant, last]
            for entry in entries:
                raw = encoding.encode_entry(entry)
                yield ["entry", tenant, [entry.number, orjson.Fragment(raw)]]
