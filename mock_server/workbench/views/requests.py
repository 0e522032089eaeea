"""The tab with requests: the journal, filtered, and everything about one request."""

from collections.abc import Mapping
from typing import Any

from mock_server.workbench.control_api import ControlApi, ControlRefusalError, Json
from mock_server.workbench.place import Place
from mock_server.workbench.snippets import as_curl, as_python, as_verification

ROWS = 50
# The filters of the form: texts, and numbers.
_TEXTS = ("method", "operation", "fault", "job", "text")
_NUMBERS = ("status", "status_class", "retry", "took_ms", "before")
FILTERS = (*_TEXTS, *_NUMBERS)


def where_of(place: Place) -> dict[str, Any]:
    """The search that the filters in an address ask for."""
    # A copied id may have blanks around it.
    texts = {name: value for name in _TEXTS if (value := place.get(name).strip())}
    numbers = {name: place.number(name) for name in _NUMBERS}
    return {**texts, **{name: value for name, value in numbers.items() if value is not None}}


async def load_requests(api: ControlApi, place: Place) -> Json:
    """The newest requests that match."""
    try:
        return await _search(api, where_of(place), ROWS)
    except ControlRefusalError as error:
        return {"count": 0, "requests": [], "problem": str(error)}


async def watch_requests(api: ControlApi, place: Place) -> Json:
    """What differs when there are other requests: their count and the newest."""
    try:
        found = await _search(api, where_of(place), 1)
    except ControlRefusalError as error:
        return {"problem": str(error)}
    return {"count": found["count"], "last": [each["number"] for each in found["requests"]]}


def view_requests(data: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """The rows, the newest first."""
    rows = list(reversed(data["requests"]))
    older = place.link(*FILTERS, before=rows[-1]["number"]) if data["count"] > len(rows) else None
    return {
        "rows": [{**each, "link": place.link(*FILTERS, request=each["number"])} for each in rows],
        "count": data["count"],
        "problem": data.get("problem"),
        "older": older,
        "newest": place.link(*FILTERS, before=None) if place.get("before") else None,
        "chosen": place.number("request"),
        "filtered": bool(where_of(place)),
        "all": place.link(),
    }


async def load_request(api: ControlApi, place: Place) -> Json:
    """One request, by its number."""
    number = place.number("request") or 0
    found = await _search(api, {"since": max(0, number - 1), "before": number + 1}, 1)
    return {"request": next(iter(found["requests"]), None)}


def view_request(data: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """The facts of the request, and what it is when it is copied."""
    request = data["request"]
    close = place.link(*FILTERS)
    if request is None:
        return {"request": None, "close": close}
    copies = {
        "curl": as_curl(request, place.address),
        "Python": as_python(request, place.address),
        "verify": as_verification(request),
    }
    job = request["job"]
    return {
        "request": request,
        "copies": copies,
        "close": close,
        "job": place.link(tab="jobs", job=job) if job else None,
    }


async def _search(api: ControlApi, where: Mapping[str, Any], limit: int) -> Json:
    return await api.call("POST", "requests/search", body={"where": where, "limit": limit})
