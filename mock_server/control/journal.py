"""Operations on a tenant's journal: list, search, verify.

They run in a thread, because a journal may hold thousands of long requests.
"""

import asyncio
from collections.abc import Collection, Mapping
from typing import Any

from mock_server.control import records
from mock_server.control.access import target_tenant
from mock_server.domain.truncation import shortened
from mock_server.faults import FAULTS
from mock_server.faults.fault import OPERATIONS
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
        self._tenants = tenants
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
        """The matching requests.

        Raises:
            ApiError: 400, a filter is unknown or invalid.
        """
        fields = request.body.fields
        search = self._search(fields.get("where", {}))
        journal, limit = await self._journal(request), int(fields.get("limit", _USUAL_LIMIT))
        return await asyncio.to_thread(_found, journal, search, limit)

    async def verify(self, request: Inbound) -> JsonReply:
        """Whether the number of matching requests is the expected one.

        Raises:
            ApiError: 400, a filter is unknown or invalid; 409, the numbers exclude each other.
        """
        fields = request.body.fields
        search = self._search(fields.get("where", {}))
        journal = await self._journal(request)
        return await asyncio.to_thread(_verified, journal, search, _times(fields))

    def _search(self, where: Mapping[str, Any]) -> Search:
        """The search; a misspelt name is refused, because it would never match anything.

        Raises:
            ApiError: 400, a name is unknown or a pattern is no regular expression.
        """
        names = {"operation": (*OPERATIONS, MEDIA), "fault": FAULTS, "scenario": self._scenarios}
        for field, known in names.items():
            if field in where and where[field] not in known:
                message = f"No {field} '{where[field][:80]}'; known: {', '.join(known)}."
                raise ApiError(CONTROL_INVALID, message, param="where")
        # The journal shortens long texts, so the values to compare are shortened as well.
        fields = shortened(where.get("fields", {}))
        try:
            return Search(**{**where, "fields": fields})
        except SearchError as error:
            raise ApiError(CONTROL_INVALID, f"{error}.", param="where") from error

    async def _journal(self, request: Inbound) -> Journal:
        return await self._tenants.store.journal(await target_tenant(request, self._tenants))


def _found(journal: Journal, search: Search, limit: int) -> JsonReply:
    found = list(journal.search(search))
    newest = found[-limit:] if limit else []
    return JsonReply(
        {"count": len(found), "requests": [records.request(entry) for entry in newest]}
    )


def _verified(journal: Journal, search: Search, times: Times) -> JsonReply:
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
    """The expected number of requests; at least one by default.

    Raises:
        ApiError: 400 or 409, the numbers exclude each other.
    """
    exactly = fields.get("exactly")
    if exactly is not None:
        if {"at_least", "at_most"} & set(fields):
            message = "'exactly' excludes 'at_least' and 'at_most': leave these out."
            raise ApiError(CONTROL_INVALID, message, param="exactly")
        return Times(at_least=exactly, at_most=exactly)
    most = fields.get("at_most")
    least = fields.get("at_least", 1 if most is None else 0)
    if most is not None and least > most:
        message = f"There cannot be at least {least} and at most {most}."
        raise ApiError(CONTROL_INVALID, message, param="at_most", status=CONFLICT)
    return Times(at_least=least, at_most=most)
