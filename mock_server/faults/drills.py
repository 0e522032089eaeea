"""Faults that rehearse events: a model is retired, a channel paused, a key used up.

Existing jobs are not affected.
"""

from dataclasses import dataclass
from typing import ClassVar

import orjson

from mock_server.faults.fault import (
    CREATES,
    LIST_MODELS,
    LONGEST_WORD,
    Fault,
    FaultContext,
    Subject,
    answer_of,
    setting,
)
from mock_server.http.errors import (
    INSUFFICIENT_QUOTA,
    NO_CHANNEL,
    ApiError,
    model_paused,
    model_retired,
)


class _CreateDrill(Fault):
    """A fault that refuses creates."""

    def concerns(self, subject: Subject) -> bool:
        return subject.operation in CREATES

    def proceeds(self, _subject: Subject, _spared: bool, /) -> bool:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRetired(Fault):
    """Refuse creates for ``model``, or for every model, and remove it from the model list."""

    kind: ClassVar[str] = "model_retired"
    summary: ClassVar[str] = (
        "Creates fail because the model is retired, and the model list omits it."
    )

    model: str | None = setting(None, maxLength=LONGEST_WORD)

    def concerns(self, subject: Subject) -> bool:
        """Whether it is the model list, or a create for the model."""
        if subject.operation == LIST_MODELS:
            return True
        return subject.operation in CREATES and self.model in (None, subject.model)

    def proceeds(self, subject: Subject, _spared: bool, /) -> bool:
        """Whether it is the model list, which is changed afterwards."""
        return subject.operation == LIST_MODELS

    async def __call__(self, context: FaultContext) -> None:
        if context.subject.operation != LIST_MODELS:
            raise model_retired(str(context.subject.model))
        answer = await answer_of(context)
        content = answer.json()
        if content is not None and "data" in content:
            kept = [row for row in content["data"] if self.model not in (None, row["id"])]
            answer.body = orjson.dumps({**content, "data": kept})
        await answer.send_to(context.send)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelPaused(_CreateDrill):
    """Refuse creates with 503 and Retry-After."""

    kind: ClassVar[str] = "channel_paused"
    summary: ClassVar[str] = "Creates fail because the model is paused: 503 with Retry-After."

    async def __call__(self, context: FaultContext) -> None:
        raise model_paused(str(context.subject.model))


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyExhausted(_CreateDrill):
    """Refuse creates as OpenAI does for a key without quota."""

    kind: ClassVar[str] = "key_exhausted"
    summary: ClassVar[str] = "Creates fail because the key's quota is used up."

    async def __call__(self, context: FaultContext) -> None:
        raise ApiError(
            INSUFFICIENT_QUOTA,
            "You exceeded your current quota; please check your plan and billing details.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NoChannel(_CreateDrill):
    """Refuse creates as new-api does if no channel of ``group`` has the model."""

    kind: ClassVar[str] = "no_channel"
    summary: ClassVar[str] = "Creates fail because no channel of a group has the model: 503."

    group: str = setting("default", minLength=1, maxLength=LONGEST_WORD)

    async def __call__(self, context: FaultContext) -> None:
        model = context.subject.model
        message = f"No available channel for model {model} under group {self.group} (distributor)"
        raise ApiError(NO_CHANNEL, message, facts={"model": context.subject.model})
