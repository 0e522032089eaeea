"""Asks a target for its models, for free.

A model that is not listed is asked for by a create of nothing: a film of 0 x 0 pixels and no
second, without a prompt. No service can make that, whatever it checks; the guard knows it as a
request from which nothing can be created. Whether a target looks at the model before it looks at
the rest, the same create for a model of no service shows.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from contract_tests.catalogue.comparison import Listing, Presence, missing
from contract_tests.catalogue.listing import listed_models, prices_by_call
from contract_tests.contract.bodies import BOUNDARY, encode
from contract_tests.contract.target_contract import TargetContract
from contract_tests.guard.classification import NO_MODEL, NOTHING
from contract_tests.guard.connection import RunLimits, open_connection
from contract_tests.guard.halt import Halt
from contract_tests.guard.policy import Limits
from contract_tests.runner.options import Options
from contract_tests.runner.stages.availability import is_outage, why_out_of_service
from contract_tests.wire.exchange import BEARER, Exchange, Request
from contract_tests.wire.session import RefusedError, Session, UnansweredError
from openapi.catalogue.models import Catalogue
from openapi.contract.requests import FORM, JSON

_PRICES = "/api/pricing"
_CREATES = ("createVideo", "createUnifiedVideo")
_MOST_ASKED = 30
_MODEL_STATUSES = (404, 410, 503)


class NoListError(Exception):
    """The target lists no models; the message says what it answered."""


class UnavailableTargetError(Exception):
    """The target cannot be asked at present; the message says why."""


class AcceptedError(Exception):
    """The target accepted a create of nothing, so that nothing more was sent."""


@dataclass(frozen=True)
class Asker:
    """Sends what is needed for a comparison with a catalogue, and nothing that can be accepted."""

    session: Session
    catalogue: Catalogue

    def listing(self, url: str, now: datetime) -> Listing:
        """What the target lists, with what its refusals say of models that it does not list.

        Raises:
            UnavailableTargetError: it is not there, or is out of service.
            NoListError: it has no list of models.
            AcceptedError: it accepts what no service can make.
        """
        models = self._send(Request("GET", "/v1/models"))
        if models.reply_or_none is None or is_outage([models]):
            raise UnavailableTargetError(why_out_of_service(models) or _shown(models))
        listed = listed_models(models.reply)
        if listed is None:
            raise NoListError(f"GET /v1/models is no list of models: {_shown(models)}")
        # It is public: no key is sent there.
        prices = self._send(Request("GET", _PRICES, headers=()))
        today = now.date().isoformat()
        return Listing(
            models=listed,
            prices=prices_by_call(prices.reply) if prices.reply_or_none else {},
            presence=self._presence(missing(self.catalogue, listed)),
            source=f"{url}{_PRICES}, {today}",
            today=today,
        )

    def _presence(self, names: Iterable[str]) -> Mapping[str, Presence]:
        asked = list(names)[:_MOST_ASKED]
        if not asked or self._create(NO_MODEL) is None:
            return {}
        looks_first = self._is_about_model(NO_MODEL)
        return {name: self._said(name) if looks_first else Presence.UNKNOWN for name in asked}

    def _said(self, name: str) -> Presence:
        return Presence.GONE if self._is_about_model(name) else Presence.SERVED

    def _is_about_model(self, name: str) -> bool:
        """Whether the create of nothing is refused for its model.

        Raises:
            AcceptedError: it is accepted.
        """
        request = self._create(name)
        answer = self._send(request) if request else None
        if answer is None or answer.reply_or_none is None:
            return False
        if answer.status < 400 and answer.reply.job:
            raise AcceptedError(f"it accepted a film of 0 x 0 pixels: {_shown(answer)}")
        text = answer.reply.body[:4000].decode("utf-8", "replace")
        error = answer.reply.object.get("error")
        inner = error if isinstance(error, dict) else answer.reply.object
        is_named = name in text and answer.status in _MODEL_STATUSES
        return is_named or "model" in str(inner.get("code")) or inner.get("param") == "model"

    def _create(self, model: str) -> Request | None:
        """A create of nothing, in a form that the contract has; None where it has no create."""
        contract = self.session.contract
        name = next((each for each in _CREATES if contract.has(each)), None)
        if name is None:
            return None
        operation = contract.operation(name)
        length = "duration" if name == "createUnifiedVideo" else "seconds"
        body = {"model": model, "size": NOTHING, length: "0"}
        kind, content = JSON, json.dumps(body).encode()
        if JSON not in operation.media_types:
            kind, content = f"{FORM}; boundary={BOUNDARY}", encode(body)
        headers = (("authorization", BEARER), ("content-type", kind))
        return Request("POST", operation.path, headers, content)

    def _send(self, request: Request) -> Exchange:
        try:
            return self.session.send(request)
        except UnansweredError as error:
            return error.exchange
        except RefusedError as error:
            return Exchange(0, request, None, trouble=str(error))


def ask(options: Options, catalogue: Catalogue, halt: Halt) -> tuple[Listing, str]:
    """What a target lists, and its name; nothing is created.

    Raises:
        UsageError: the options cannot work.
        SpecError: the contract cannot be read.
        UnavailableTargetError, NoListError, AcceptedError: see ``Asker.listing``.
    """
    contract = _with_prices(options.read_contract())
    limits = Limits(billable=True, budget=0, max_requests=options.max_requests)
    run_limits = RunLimits(limits=limits, rate=options.rate, timeout_s=options.timeout_s)
    with (
        options.open_target(halt.wait) as target,
        halt.after(options.max_time_s),
        open_connection(target, contract, run_limits, halt) as connection,
    ):
        session = connection.session.named("catalogue")
        return Asker(session, catalogue).listing(target.url, datetime.now(UTC)), target.name


def _with_prices(contract: TargetContract) -> TargetContract:
    """The contract with new-api's price list and the list of models, so that they may be read."""
    answer = {"200": {"description": "It is served."}}
    more = {
        path: {"get": {"operationId": name, "responses": answer}}
        for path, name in ((_PRICES, "listPrices"), ("/v1/models", "listModels"))
        if path not in contract.document["paths"]
    }
    paths = {**contract.document["paths"], **more}
    return TargetContract({**contract.document, "paths": paths}, contract.dialect)


def _shown(exchange: Exchange) -> str:
    if exchange.reply_or_none is None:
        return exchange.trouble
    return f"{exchange.status} {exchange.reply.body[:200].decode('utf-8', 'replace')}".strip()
