"""Operations that create a job in the OpenAI format: create, remix, edit and extend."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import blake2b
from typing import Any

from mock_server.domain.bill import UNBOUND, Once, Terms
from mock_server.domain.ids import IdSource
from mock_server.domain.job import Job, Order
from mock_server.http.errors import (
    EXTENSION_LIMIT,
    IDEMPOTENCY_CONFLICT,
    VIDEO_PRIVATE,
    ApiError,
)
from mock_server.http.exchange import UNANSWERED, Handler, Inbound, JsonReply
from mock_server.jobs.formats import videos
from mock_server.jobs.formats.wire import kept_fields, seconds_of
from mock_server.jobs.handlers.replies import video_reply
from mock_server.jobs.service import JobPlan, JobService, Origin
from mock_server.jobs.uploads import require_clip, require_image
from mock_server.scenarios.selection import ScenarioSelector

_IDEMPOTENCY_KEY = "idempotency-key"
_MARK_BYTES = 16


class JobCreator:
    """Creates jobs for requests; a base class of handlers."""

    def __init__(self, jobs: JobService, scenarios: ScenarioSelector) -> None:
        self._jobs = jobs
        self._scenarios = scenarios

    async def _create(
        self,
        request: Inbound,
        order: Order,
        new_id: Callable[[IdSource], str],
        billed_s: int | None = None,
    ) -> Job:
        """Create a job with an id that ``new_id`` draws; ``billed_s`` of its seconds are paid for.

        Raises:
            ApiError: the scenario refuses the job, the budget is used up, or the Idempotency-Key is
                that of another request.
        """
        tenant, jobs = request.tenant, self._jobs
        scenario, ids = await self._scenarios.choose(tenant, request.scenario, request.triggers)
        origin = Origin(request.request_id, request.retry, request.body.digest, _terms(request))
        job = await jobs.create(
            *(tenant, request.now, order),
            plan=JobPlan(scenario, request.dialect, request.webhooks),
            new_id=new_id(ids),
            ids=ids,
            origin=origin,
            billed_s=billed_s,
        )
        is_new = job.request_id == origin.request_id
        if not is_new:
            _require_same(request, order, job)
        request.noted.update(
            job=job.id,
            scenario=job.timeline.name,
            family=order.family,
            model=jobs.label(order.model),
        )
        if is_new and not scenario.answered:
            request.noted[UNANSWERED] = scenario.name
        return job


def _terms(request: Inbound) -> Terms:
    """The budget of the tenant, and the Idempotency-Key where the dialect honours it."""
    kept_ms = request.dialect.idempotency.kept_ms
    key = request.headers.get(_IDEMPOTENCY_KEY) if kept_ms else None
    if key is None:
        return UNBOUND if request.budget is None else Terms(request.budget)
    mark = blake2b(key.encode(), digest_size=_MARK_BYTES).hexdigest()
    return Terms(request.budget, Once(mark, request.now + kept_ms))


def _require_same(request: Inbound, order: Order, earlier: Job) -> None:
    """Require that a job with the same Idempotency-Key was created by an equal request.

    Raises:
        ApiError: 409, it was not, and the dialect does not repeat the first answer.
    """
    sent = (order.kind, order.parent, request.body.digest)
    before = (earlier.order.kind, earlier.order.parent, earlier.digest)
    if sent != before and request.dialect.idempotency.conflicts:
        message = (
            f"The Idempotency-Key was used for another request, which created '{earlier.id}'; "
            "send a new key with a new request."
        )
        raise ApiError(IDEMPOTENCY_CONFLICT, message)


class CreateHandlers(JobCreator):
    """``createVideo``."""

    def operations(self) -> dict[str, Handler]:
        """The handlers by operation id."""
        return {"createVideo": self.create_video}

    async def create_video(self, request: Inbound) -> JsonReply:
        """Create a job in the OpenAI format.

        Raises:
            ApiError: the model is not available, the reference is no image, or the scenario
                refuses the job.
        """
        jobs, forms = self._jobs, request.dialect.ids
        model = jobs.model(request.body.fields["model"])
        require_image(request.files_to_check, request.dialect.image_types)
        order = videos.read_order(request.body.fields, model, jobs.catalogue)
        job = await self._create(request, order, lambda ids: videos.new_id(ids, forms, request.now))
        return video_reply(request, job, job.created_ms)


# OpenAI's guide: six extensions, 120 seconds in all.
_MOST_EXTENSIONS = 6
_MOST_SECONDS = 120
# OpenAI API spec, CreateVideoMultipartBody.model: the default of a create.
_DEFAULT_MODEL = "sora-2"
# The length of an extension without a length, which lenient checks allow.
_USUAL_EXTENSION = 4


class DeriveHandlers(JobCreator):
    """``remixVideo``, ``editVideo`` and ``extendVideo``."""

    def operations(self) -> dict[str, Handler]:
        """The handlers by operation id."""
        return {"remixVideo": self.remix, "editVideo": self.edit, "extendVideo": self.extend}

    async def remix(self, request: Inbound) -> JsonReply:
        """Create a job with the parent's size and length and a new prompt.

        Raises:
            ApiError: 403 for a private parent, 409 for an unfinished one, 404 without content.
        """
        parent = require_public(
            await self._jobs.parent(request.tenant, request.path["video_id"], request.now)
        )
        return await self._reply(request, derived(parent, "remix", request.body.fields))

    async def edit(self, request: Inbound) -> JsonReply:
        """Create a job that changes a finished or an uploaded video."""
        fields = request.body.fields
        parent = await self._parent(request)
        if parent is None:
            return await self._reply(request, self._from_upload(request, "edit"))
        return await self._reply(request, derived(parent, "edit", fields))

    async def extend(self, request: Inbound) -> JsonReply:
        """Create a job that continues a video; the lengths of both parts are added.

        Raises:
            ApiError: 400, the result would be too long or extended too often.
        """
        fields = request.body.fields
        parent = await self._parent(request)
        if parent is None:
            return await self._reply(request, self._from_upload(request, "extension"))
        order = derived(parent, "extension", fields)
        added = seconds_of(fields.get("seconds"), _USUAL_EXTENSION)
        seconds = parent.order.seconds + added
        extensions = parent.order.extensions + 1
        if seconds > _MOST_SECONDS or extensions > _MOST_EXTENSIONS:
            message = (
                f"An extended video has at most {_MOST_SECONDS} seconds and {_MOST_EXTENSIONS} "
                f"extensions; this one would have {seconds} and {extensions}."
            )
            raise ApiError(EXTENSION_LIMIT, message, param="seconds")
        order = replace(order, seconds=seconds, extensions=extensions)
        # That only what is added is paid for is inferred.
        return await self._reply(request, order, billed_s=added)

    async def _parent(self, request: Inbound) -> Job | None:
        """The finished video that a request refers to; None if it uploads one."""
        reference = videos.read_parent(request.body.fields)
        if reference is None:
            require_clip(request.files_to_check)
            return None
        return await self._jobs.parent(request.tenant, reference, request.now)

    def _from_upload(self, request: Inbound, kind: str) -> Order:
        model = self._jobs.model(self._model_of_upload(request))
        fields = {**request.body.fields, "size": None}
        order = videos.read_order(fields, model, self._jobs.catalogue)
        return replace(order, kind=kind)

    def _model_of_upload(self, request: Inbound) -> str:
        """The model for a job from an upload; no specification has a field for it.

        If the request names a known model anyway, it is used; else the default of OpenAI's create,
        which is inferred to apply here.
        """
        models = self._jobs.catalogue.models
        wanted = (
            request.body.fields.get("model"),
            request.dialect.default_model,
            _DEFAULT_MODEL,
            *(model.name for model in models.values() if model.status == "available"),
        )
        return next(name for name in wanted if isinstance(name, str) and name in models)

    async def _reply(
        self, request: Inbound, order: Order, billed_s: int | None = None
    ) -> JsonReply:
        self._jobs.model(order.model)
        forms = request.dialect.ids
        job = await self._create(
            request, order, lambda ids: videos.new_id(ids, forms, request.now), billed_s
        )
        return video_reply(request, job, job.created_ms)


def require_public(parent: Job) -> Job:
    """Require that a job may be remixed, and return it.

    Raises:
        ApiError: 403, it is private.
    """
    if parent.order.private:
        raise ApiError(VIDEO_PRIVATE, f"Video '{parent.id}' is private; it cannot be remixed.")
    return parent


def derived(parent: Job, kind: str, fields: Mapping[str, Any]) -> Order:
    """The order of a job that is made from another one with a new prompt."""
    return replace(
        parent.order,
        family=videos.NAME,
        kind=kind,
        prompt=fields["prompt"],
        parent=parent.id,
        request=kept_fields(fields),
    )
