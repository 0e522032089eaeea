"""Rows about requests: rates of single kinds, and the whole life of a job."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.abilities import Ability, job_of, reference, without_prompt
from benchmarks.bench import Bench, LeftOutError
from benchmarks.peers.peer import ANY_JOB
from benchmarks.requests import (
    KEY,
    ORDER,
    VIDEOS,
    Call,
    Pressure,
    control,
    demand,
    download,
    order_as_form,
    order_as_json,
    page,
    poll,
)
from benchmarks.results.figures import Figures
from benchmarks.rows.row import Heading
from benchmarks.servers import Server
from benchmarks.wrk import demand_all, load_with_wrk, lua_text, run_script

Load = Callable[[Pressure], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A row of rates.

    ``prepare`` sends each request once and returns a function that loads the server and returns
    the rate. A peer without the ability ``needs`` has no figure; one without ``shows`` has a note
    beside its figure.
    """

    heading: Heading
    prepare: Callable[[Server, frozenset[Ability]], Load]
    needs: Ability | None = None
    shows: tuple[Ability, ...] = ()

    @property
    def headings(self) -> Sequence[Heading]:
        """One row."""
        return (self.heading,)

    def measure(self, bench: Bench) -> Sequence[Figures]:
        """Rates in turns."""
        loads: dict[str, Load] = {}
        turns = self.heading.turns(bench)
        turns.each(lambda name: self._made_ready(bench, name, loads))
        turns.forget()
        turns.take(
            bench.plan.rounds, lambda name, number: self._round(bench, name, loads[name], number)
        )
        lacks = {name: self._lacking(bench, name) for name in turns.values}
        return (self.heading.figures(turns, lacks),)

    def _made_ready(self, bench: Bench, name: str, loads: dict[str, Load]) -> float:
        server, found = bench.server(name), bench.abilities(name)
        if self.needs and self.needs not in found:
            raise LeftOutError(f"no {self.needs}")
        bench.report(f"{self.heading.title}: {server.peer.title} warms up")
        loads[name] = self.prepare(server, found)
        return loads[name](Pressure(server.peer.warm_s, bench.plan.pressure.connections))

    def _round(self, bench: Bench, name: str, load: Load, number: int) -> float:
        server = bench.server(name)
        bench.report(f"{self.heading.title}: {server.peer.title}, round {number}")
        server.peer.rest(server.url)
        return load(bench.plan.pressure)

    def _lacking(self, bench: Bench, name: str) -> list[str]:
        return [str(each) for each in self.shows if each not in bench.abilities(name)]


def rate_heading(name: str, title: str) -> Heading:
    """The heading of a row about this fake and all others."""
    return Heading(name=name, title=title, unit="/s", more_is_better=True)


_POLLS = 3
# Three of them are longer than any job here is under way.
_STEP_S = 100
_REQUESTS = 1 + _POLLS + 1
_SCRIPT = """
local create = {create}
local key = {{["Authorization"] = {key}}}
local keeps_jobs, polls = {keeps_jobs}, {polls}
local following, seen, answers = {{}}, {{}}, 0

request = function()
  local path = table.remove(following, 1)
  if path then return wrk.format("GET", path, key, "") end
  return wrk.format("POST", {videos}, {{
    ["Authorization"] = key["Authorization"], ["Content-Type"] = "application/json"}}, create)
end

response = function(status, headers, body)
  if body:sub(1, 1) ~= "{{" then return end
  local job, before = {any_job}, answers % (polls + 1)
  if keeps_jobs then
    job = body:match('"id": ?"([^"]+)"')
    before = seen[job] or 0
    seen[job] = before + 1
  end
  answers = answers + 1
  table.insert(following, {videos} .. "/" .. job .. (before < polls and "" or "/content"))
end
"""


def _prepare(server: Server, abilities: frozenset[Ability]) -> Load:
    if server.peer.is_fake:
        demand(server.url, control("PUT", "clock", mode="stepping", step_s=_STEP_S))
    job = job_of(demand(server.url, order_as_json(ORDER)))
    for _ in range(_POLLS):
        demand(server.url, poll(job))
    demand(server.url, download(job))
    requests = script(keeps_jobs=Ability.STATE in abilities)
    return lambda pressure: _rate(server.url, requests, pressure)


def _rate(url: str, requests: str, pressure: Pressure) -> float:
    found = run_script(url, requests, pressure)
    demand_all(found, found.refused)
    return found.round.rate / _REQUESTS


def script(*, keeps_jobs: bool) -> str:
    """A Lua script that gives wrk the next request."""
    return _SCRIPT.format(
        create=lua_text(order_as_json(ORDER).body),
        key=lua_text(KEY["Authorization"].encode()),
        keeps_jobs=str(keeps_jobs).lower(),
        polls=_POLLS,
        videos=lua_text(VIDEOS.encode()),
        any_job=lua_text(ANY_JOB.encode()),
    )


CYCLE = Rate(
    heading=rate_heading("cycle", f"whole cycle: create, {_POLLS} polls, download"),
    prepare=_prepare,
    shows=(Ability.STATE, Ability.VALIDATION, Ability.MEDIA),
)


_BAD_REQUEST = 400
_PAGE = 20
_FINISHED_S = 600


@dataclass(frozen=True, slots=True)
class Repeated:
    """Sends the request that is made for a server."""

    call: Callable[[Server], Call]

    def __call__(self, server: Server, _abilities: frozenset[Ability]) -> Load:
        """What loads the server.

        Raises:
            LoadError: it does not answer as it should.
        """
        call = self.call(server)
        demand(server.url, call)
        return lambda pressure: load_with_wrk(server.url, call, pressure).rate


def _create(_server: Server) -> Call:
    return order_as_json(ORDER)


def _create_form(_server: Server) -> Call:
    return order_as_form(ORDER, reference())


def _create_rejected(_server: Server) -> Call:
    return order_as_json(without_prompt(), answered=_BAD_REQUEST)


def _poll(server: Server) -> Call:
    return poll(job_of(demand(server.url, order_as_json(ORDER))))


def _page(server: Server) -> Call:
    for _ in range(_PAGE):
        demand(server.url, order_as_json(ORDER))
    return page(_PAGE)


def _download(server: Server) -> Call:
    job = job_of(demand(server.url, order_as_json(ORDER)))
    if server.peer.is_fake:
        demand(server.url, control("POST", "clock/advance", seconds=_FINISHED_S))
    return download(job)


_CREATES = (Ability.STATE, Ability.VALIDATION)
REQUESTS = (
    Rate(
        heading=rate_heading("create-json", "create (JSON)"),
        prepare=Repeated(_create),
        shows=_CREATES,
    ),
    Rate(
        heading=rate_heading("create-form", "create (multipart, 200 KB image)"),
        prepare=Repeated(_create_form),
        shows=(*_CREATES, Ability.MULTIPART),
    ),
    Rate(
        heading=rate_heading("create-rejected", "rejected create"),
        prepare=Repeated(_create_rejected),
        shows=(Ability.VALIDATION,),
    ),
    Rate(
        heading=rate_heading("poll", "poll"),
        prepare=Repeated(_poll),
        shows=(Ability.STATE,),
    ),
    Rate(
        heading=rate_heading("list", f"list page of {_PAGE}"),
        prepare=Repeated(_page),
        shows=(Ability.LIST,),
    ),
    Rate(
        heading=rate_heading("content", "content download (cached)"),
        prepare=Repeated(_download),
        needs=Ability.MEDIA,
        shows=(Ability.STATE,),
    ),
)


def _shared(store: str) -> tuple[Rate, ...]:
    """The same by two processes that share a store, beside the quickest of the others."""

    def heading(name: str, title: str) -> Heading:
        return Heading(
            name=f"{name}-{store.lower()}",
            title=f"{title}, 2 workers on {store}",
            unit="/s",
            more_is_better=True,
            subject=f"fake-{store.lower()}",
            against=("wiremock",),
        )

    create = heading("create", "create (JSON)")
    return (
        Rate(heading=create, prepare=Repeated(_create), shows=_CREATES),
        Rate(heading=heading("poll", "poll"), prepare=Repeated(_poll), shows=(Ability.STATE,)),
    )


SHARED = (*_shared("SQLite"), *_shared("Redis"))
