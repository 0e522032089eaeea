"""The tab with webhooks: endpoints, and what was sent to them."""

from collections.abc import Mapping
from typing import Any

from mock_server.workbench.control_api import ControlApi, Json
from mock_server.workbench.place import Place

ROWS = 100


async def load_webhooks(api: ControlApi, _place: Place) -> Json:
    """The endpoints and the newest deliveries."""
    found = await api.get("webhooks/deliveries", limit=ROWS)
    return {**await api.get("webhooks/endpoints"), **found}


def view_webhooks(data: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """The endpoints, and the deliveries, the newest first."""
    names = {each["id"]: each["url"] for each in data["endpoints"]}
    deliveries = [
        {
            **each,
            "url": names.get(each["endpoint"], "an endpoint that was deleted"),
            "link": place.link(tab="jobs", job=each["job"]),
            "last": _last(each["attempts"]),
        }
        for each in reversed(data["deliveries"])
    ]
    return {"endpoints": data["endpoints"], "deliveries": deliveries, "count": data["count"]}


def _last(attempts: list[Mapping[str, Any]]) -> str:
    """What came of the last attempt."""
    if not attempts:
        return ""
    last = attempts[-1]
    return str(last["status"] or last["error"])
