"""A client's whole cycle: create, three polls, download; as many at once as there are connections.

wrk does not say which connection an answer came over. The next request therefore follows from the
answer: from the job in it, or, where a peer keeps no jobs, from how many answers there were.
"""

from benchmarks.abilities import Ability, job_of
from benchmarks.asking import demand
from benchmarks.load import Pressure
from benchmarks.orders import KEY, ORDER, VIDEOS, control, download, order_as_json, poll
from benchmarks.peers.peer import ANY_JOB
from benchmarks.rows.rate import Load, Rate, rate_heading
from benchmarks.servers import Server
from benchmarks.wrk import demand_all, lua_text, run_script

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
    """What tells wrk the next request."""
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
