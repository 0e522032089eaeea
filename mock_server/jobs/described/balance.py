"""What an API key may spend and has spent, as new-api answers it.

Source: new-api, controller/billing.go. That a refund lowers what is spent is inferred.
"""

from collections.abc import Awaitable, Callable

from mock_server.domain.bill import MICROS, Totals
from mock_server.http.exchange import Handler, Inbound, JsonReply

# What new-api shows as the limit of a key without one, in dollars.
_UNLIMITED_USD = 100_000_000
_MICROS_A_CENT = MICROS // 100


class BalanceHandlers:
    """``newApiGetSubscription`` and ``newApiGetUsage``; ``bill`` sums up the jobs of a tenant."""

    def __init__(self, bill: Callable[[str, int], Awaitable[Totals]]) -> None:
        self._bill = bill

    def operations(self) -> dict[str, Handler]:
        """The handlers by operation id."""
        return {"newApiGetSubscription": self.subscription, "newApiGetUsage": self.usage}

    async def subscription(self, request: Inbound) -> JsonReply:
        """The budget of the key in dollars."""
        limit = _UNLIMITED_USD if request.budget is None else request.budget / MICROS
        return JsonReply(
            {
                "object": "billing_subscription",
                "has_payment_method": True,
                "soft_limit_usd": limit,
                "hard_limit_usd": limit,
                "system_hard_limit_usd": limit,
                "access_until": 0,
            }
        )

    async def usage(self, request: Inbound) -> JsonReply:
        """What the jobs of the key cost, in cents."""
        bill = await self._bill(request.tenant, request.now)
        spent = (bill.reserved + bill.charged) / _MICROS_A_CENT
        return JsonReply({"object": "list", "total_usage": spent})
