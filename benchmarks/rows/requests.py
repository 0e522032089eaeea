"""Rates of single requests, each sent over and over."""

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.abilities import Ability, job_of, reference, without_prompt
from benchmarks.asking import demand
from benchmarks.load import Call
from benchmarks.orders import ORDER, control, download, order_as_form, order_as_json, page, poll
from benchmarks.rows.rate import Load, Rate, rate_heading
from benchmarks.rows.row import Heading
from benchmarks.servers import Server
from benchmarks.wrk import load_with_wrk

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
