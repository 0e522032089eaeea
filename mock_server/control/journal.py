"""The operations on a world's journal: list, search, verify.

They work in a thread: what they read through may be thousands of long requests.
"""

import asyncio
from collections.abc import Collection, Mapping
from typing import Any

from mock_server.control import records
from mock_server.control.access import tenant_meant
from mock_server.domain.kept import shortened
from mock_server.faults import FAULTS
from mock_server.faults.operations import OPERATIONS
from mock_server.http.errors import CONFLICT, CONTROL_INVALID, ApiError
from mock_server.http.exchange import MEDIA, Handler, Inbound, JsonReply
from mock_server.journal import Journal, Search
from mock_server.journal.journal import Times
from mock_server.journal.search import SearchError
from mock_server.tenants import TenantRepository

_USUAL_LIMIT = 1000


class JournalHandlers:
    """``listRequests``, ``searchRequests`` and ``verifyRequests``."""

    def __init__(self, tenants: TenantRepository, scenarios: Collection[str]) -> None:
        self._worlds = tenants
        self._scenarios = scenarios

    def operations(self) -> dict[str, Handler]:
        """The handlers by operation id."""
        return {
            "listRequests": self.list,
            "searchRequests": self.search,
            "verifyRequests": self.verify,
        }

    async def list(self, request: Inbound) -> JsonReply:
        """The newest requests."""
        journal = await self._journal(request)
        return await asyncio.to_thread(_found, journal, Search(), request.query["limit"])

    async def search(self, request: Inbound) -> JsonReply:
        """The requests that fit."""
        fields = request.body.fields
        search = self._search(fields.get("where", {}))
        journal, limit = await self._journal(request), int(fields.get("limit", _USUAL_LIMIT))
        return await asyncio.to_thread(_found, journal, search, limit)

    async def verify(self, request: Inbound) -> JsonReply:
        """Whether there are as many as there should be."""
        fields = request.body.fields
        search = self._search(fields.get("where", {}))
        journal = await self._journal(request)
        return await asyncio.to_thread(_judged, journal, search, _times(fields))

    def _search(self, where: Mapping[str, Any]) -> Search:
        """A search for what there can be: a misspelt name would find nothing, and say so for ever.

        Raises:
            ApiError: 400, a name is not known, or a pattern is none.
        """
        names = {"operation": (*OPERATIONS, MEDIA), "fault": FAULTS, "scenario": self._scenarios}
        for field, known in names.items():
            if field in where and where[field] not in known:
                message = f"No {field} '{where[field][:80]}'; known: {', '.join(known)}."
                raise ApiError(CONTROL_INVALID, message, param="where")
        # Long texts are cut where they are kept, and so have to be here.
        fields = shortened(where.get("fields", {}))
        try:
            return Search(**{**where, "fields": fields})
        except SearchError as error:
            raise ApiError(CONTROL_INVALID, f"{error}.", param="where") from error

    async def _journal(self, request: Inbound) -> Journal:
        return await self._worlds.store.journal(await tenant_meant(request, self._worlds))


def _found(journal: Journal, search: Search, limit: int) -> JsonReply:
    found = list(journal.search(search))
    newest = found[-limit:] if limit else []
    return JsonReply({"count": len(found), "requests": [records.request(one) for one in newest]})


def _judged(journal: Journal, search: Search, times: Times) -> JsonReply:
    verdict = journal.verify(search, times)
    return JsonReply(
        {
            "holds": verdict.holds,
            "message": verdict.message,
            "found": [records.request(entry) for entry in verdict.found],
            "near": [
                {"request": records.request(near.entry), "differences": near.differences}
                for near in verdict.near
            ],
        }
    )


def _times(fields: Mapping[str, Any]) -> Times:
    """At least one, unless said otherwise.

    Raises:
        ApiError: 400, the numbers contradict each other.
    """
    exactly = fields.get("exactly")
    if exactly is not None:
        if {"at_least", "at_most"} & set(fields):
            message = "'exactly' says it all: leave out 'at_least' and 'at_most'."
            raise ApiError(CONTROL_INVALID, message, param="exactly")
        return Times(at_least=exactly, at_most=exactly)
    most = fields.get("at_most")
    least = fields.get("at_least", 1 if most is None else 0)
    if most is not None and least > most:
        message = f"There cannot be at least {least} and at most {most}."
        raise ApiError(CONTROL_INVALID, message, param="at_most", status=CONFLICT)
    return Times(at_least=least, at_most=most)
