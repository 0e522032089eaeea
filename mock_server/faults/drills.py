"""Drills: what a client meets when a model is retired, a channel paused or a key used up.

Each leaves the jobs that are there alone: they stay readable.
"""

from dataclasses import dataclass
from typing import ClassVar

import orjson

from mock_server.faults.fault import LONGEST_WORD, Exchange, Fault, Subject, answer_of, setting
from mock_server.faults.operations import CREATES, LIST_MODELS
from mock_server.http.errors import INSUFFICIENT_QUOTA, NO_CHANNEL, ApiError
from mock_server.jobs.models import paused, retired


class _CreateDrill(Fault):
    """A drill that only creates notice."""

    def concerns(self, subject: Subject) -> bool:
        """Creates alone, whatever they are made from."""
        return subject.operation in CREATES

    def proceeds(self, _subject: Subject, _spared: bool, /) -> bool:
        """Never: it is refused."""
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRetired(Fault):
    """``model`` is retired; without one, every model is."""

    kind: ClassVar[str] = "model_retired"
    summary: ClassVar[str] = (
        "Creates for the model answer as for a retired one, and the model list leaves it out."
    )

    model: str | None = setting(None, maxLength=LONGEST_WORD)

    def concerns(self, subject: Subject) -> bool:
        """Creates for the model, and the model list."""
        if subject.operation == LIST_MODELS:
            return True
        return subject.operation in CREATES and self.model in (None, subject.model)

    def proceeds(self, subject: Subject, _spared: bool, /) -> bool:
        """Whether it is the model list, which is made and then changed."""
        return subject.operation == LIST_MODELS

    async def __call__(self, exchange: Exchange) -> None:
        """Refuse the create, or leave the model out of the list."""
        if exchange.subject.operation != LIST_MODELS:
            raise retired(str(exchange.subject.model))
        answer = await answer_of(exchange)
        content = answer.json()
        if content is not None and "data" in content:
            kept = [row for row in content["data"] if self.model not in (None, row["id"])]
            answer.body = orjson.dumps({**content, "data": kept})
        await answer.send_to(exchange.send)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelPaused(_CreateDrill):
    """Every create is answered 503 with Retry-After."""

    kind: ClassVar[str] = "channel_paused"
    summary: ClassVar[str] = "Creates answer that the model is paused: 503 with Retry-After."

    async def __call__(self, exchange: Exchange) -> None:
        """Refuse the create."""
        raise paused(str(exchange.subject.model))


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyExhausted(_CreateDrill):
    """Every create is answered as OpenAI answers a key without quota."""

    kind: ClassVar[str] = "key_exhausted"
    summary: ClassVar[str] = "Creates answer that the key's quota is used up."

    async def __call__(self, exchange: Exchange) -> None:
        """Refuse the create."""
        raise ApiError(
            INSUFFICIENT_QUOTA,
            "You exceeded your current quota; please check your plan and billing details.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NoChannel(_CreateDrill):
    """Every create is answered as new-api does where no channel of ``group`` has the model."""

    kind: ClassVar[str] = "no_channel"
    summary: ClassVar[str] = "Creates answer that no channel of a group has the model: 503."

    group: str = setting("default", minLength=1, maxLength=LONGEST_WORD)

    async def __call__(self, exchange: Exchange) -> None:
        """Refuse the create."""
        model = exchange.subject.model
        message = f"No available channel for model {model} under group {self.group} (distributor)"
        raise ApiError(NO_CHANNEL, message, facts={"model": exchange.subject.model})
