"""The tab with the bill: what jobs cost, and which of them were paid twice."""

from collections.abc import Mapping
from typing import Any

from mock_server.workbench.control_api import ControlApi, Json
from mock_server.workbench.place import Place

ROWS = 100


async def load_bill(api: ControlApi, _place: Place) -> Json:
    """The bill with its newest entries."""
    return await api.get("bill", limit=ROWS)


async def watch_bill(api: ControlApi, _place: Place) -> Json:
    """What differs when there is another job or when one has ended."""
    bill = await api.get("bill", limit=1)
    kept = (
        "reserved_micros",
        "charged_micros",
        "refunded_micros",
        "budget_micros",
        "jobs",
        "unpriced",
    )
    return {name: bill[name] for name in kept} | {"duplicates": len(bill["duplicates"])}


def view_bill(data: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """The sums, the duplicates and the entries, the newest first."""
    again = {each["job"] for each in data["duplicates"]}
    removed = {each["job"] for each in data["entries"] if each["removed_ms"] is not None}

    def link(job: str) -> str | None:
        return None if job in removed else place.link(tab="jobs", job=job)

    entries = [
        {**each, "again": each["job"] in again, "link": link(each["job"])}
        for each in reversed(data["entries"])
    ]
    duplicates = [
        {
            **each,
            "link": link(each["job"]),
            "first_link": link(each["first_job"]),
        }
        for each in reversed(data["duplicates"])
    ]
    return {"bill": data, "entries": entries, "duplicates": duplicates}
