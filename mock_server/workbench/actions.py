"""What the page's buttons and forms do: each is one call of the control API."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import Request

from mock_server.workbench.control_api import ControlApi, part
from mock_server.workbench.place import Place
from mock_server.workbench.views.clock import load_clock, next_event_ms

Form = Mapping[str, str]
_LONGEST_FORM, _MOST_FIELDS = 256 * 1024, 300


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, in words, and the place to go to; None stays."""

    message: str
    go: str | None = None


Action = Callable[[ControlApi, Place, Form], Awaitable[Done]]


def number(text: str) -> float | int | str:
    """A number; text that is none is left for the control API to refuse."""
    with suppress(ValueError):
        return int(text)
    with suppress(ValueError):
        return float(text)
    return text


def _end(outcome: str) -> Action:
    async def act(api: ControlApi, _place: Place, form: Form) -> Done:
        job = await api.call("POST", f"jobs/{part(form['job'])}/end", body={"outcome": outcome})
        return Done(f"The job is {job['error'] or job['status']}.")

    return act


async def _expire(api: ControlApi, _place: Place, form: Form) -> Done:
    await api.call("POST", f"jobs/{part(form['job'])}/expire")
    return Done("The content of the job has expired.")


async def _delete(api: ControlApi, place: Place, form: Form) -> Done:
    await api.call("DELETE", f"jobs/{part(form['job'])}")
    return Done("The job is deleted.", place.link("after"))


async def _remix(api: ControlApi, place: Place, form: Form) -> Done:
    body = {"prompt": form.get("prompt", "")}
    job = await api.call("POST", f"jobs/{part(form['job'])}/remix", body=body)
    return Done("A remix was created.", place.link(tab="jobs", job=job["id"]))


def _set_clock(mode: str, setting: str | None = None) -> Action:
    async def act(api: ControlApi, _place: Place, form: Form) -> Done:
        settings = {} if setting is None else {setting: number(form.get(setting, ""))}
        body = {"mode": mode, **settings}
        await api.call("PUT", "clock", body=body)
        return Done(f"The clock is {mode}.")

    return act


async def _advance(api: ControlApi, _place: Place, form: Form) -> Done:
    seconds = number(form.get("seconds", ""))
    await api.call("POST", "clock/advance", body={"seconds": seconds})
    return Done(f"The clock was advanced by {seconds} s.")


async def _next_event(api: ControlApi, place: Place, _form: Form) -> Done:
    instant = next_event_ms(await load_clock(api, place))
    if instant is None:
        return Done("Nothing is to come.")
    # A clock that runs may have passed it meanwhile.
    await api.call("POST", "clock/move_to", body={"instant_ms": instant})
    return Done("The clock was moved to the next event.")


async def _clear_journal(api: ControlApi, place: Place, _form: Form) -> Done:
    await api.call("POST", "reset", body={"scopes": ["journal"]})
    return Done("The journal is empty.", place.link())


async def _mix(api: ControlApi, _place: Place, form: Form) -> Done:
    weights = {name: number(text) for name, text in form.items() if name != "only"}
    scenario = form.get("only") or weights
    await api.call("PUT", "scenario", body={"scenario": scenario})
    names = form.get("only") or ", ".join(weights)
    return Done(f"New jobs follow {names}.")


def _choose(setting: str, path: str) -> Action:
    async def act(api: ControlApi, _place: Place, form: Form) -> Done:
        chosen = form.get(setting, "")
        await api.call("PUT", path, body={setting: chosen})
        return Done(f"Set to {chosen}.")

    return act


async def _fault(api: ControlApi, _place: Place, form: Form) -> Done:
    kinds = (await api.get("fault-kinds"))["kinds"]
    known = kinds.get(form.get("kind"), {}).get("settings", {}).get("properties", {})
    settings = {name: _typed(text, known.get(name, {})) for name, text in form.items()}
    fault = await api.call("POST", "faults", body=settings)
    return Done(f"The fault {fault['kind']} is set.")


def _typed(text: str, schema: Mapping[str, object]) -> object:
    """The text of a form in the type that a setting has."""
    kinds = schema.get("type", "string")
    if "boolean" in kinds:  # type: ignore[operator]
        return {"true": True, "false": False}.get(text, text)
    numeric = "number" in kinds or "integer" in kinds  # type: ignore[operator]
    return number(text) if numeric else text


async def _end_fault(api: ControlApi, _place: Place, form: Form) -> Done:
    await api.call("DELETE", f"faults/{part(form['fault'])}")
    return Done("The fault has ended.")


async def _clear_faults(api: ControlApi, _place: Place, _form: Form) -> Done:
    await api.call("DELETE", "faults")
    return Done("All faults have ended.")


async def _add_endpoint(api: ControlApi, _place: Place, form: Form) -> Done:
    made = await api.call("POST", "webhooks/endpoints", body=dict(form))
    return Done(f"The endpoint is there. Its secret, shown only now: {made['secret']}")


async def _delete_endpoint(api: ControlApi, _place: Place, form: Form) -> Done:
    await api.call("DELETE", f"webhooks/endpoints/{part(form['endpoint'])}")
    return Done("The endpoint is deleted.")


async def _deliver(api: ControlApi, _place: Place, _form: Form) -> Done:
    sent = (await api.call("POST", "webhooks/deliver"))["deliveries"]
    return Done(f"{len(sent)} sent.")


async def _redeliver(api: ControlApi, _place: Place, form: Form) -> Done:
    path = f"webhooks/deliveries/{part(form['delivery'])}/redeliver"
    sent = await api.call("POST", path)
    return Done(f"Sent again: {sent['state']}.")


ACTIONS: Mapping[str, Action] = {
    "end": _end("planned"),
    "complete": _end("completed"),
    "fail": _end("failed"),
    "cancel": _end("cancelled"),
    "expire": _expire,
    "delete": _delete,
    "remix": _remix,
    "freeze": _set_clock("frozen"),
    "run": _set_clock("running", "speed"),
    "step": _set_clock("stepping", "step_s"),
    "advance": _advance,
    "next-event": _next_event,
    "clear-journal": _clear_journal,
    "mix": _mix,
    "dialect": _choose("dialect", "dialect"),
    "requests-mode": _choose("requests_mode", "requests-mode"),
    "fault": _fault,
    "end-fault": _end_fault,
    "clear-faults": _clear_faults,
    "add-endpoint": _add_endpoint,
    "delete-endpoint": _delete_endpoint,
    "deliver": _deliver,
    "redeliver": _redeliver,
}


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form that are not empty. One that is too long counts as empty."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _LONGEST_FORM:
            return {}
    try:
        return dict(parse_qsl(body.decode(), max_num_fields=_MOST_FIELDS))
    except ValueError:
        return {}
