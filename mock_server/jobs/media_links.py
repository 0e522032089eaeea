"""Serves the media that ``video_url`` and similar fields link to; the links need no API key.

Real gateways link to a content network, from which clients download without their key.
"""

import hmac
from pathlib import PurePosixPath

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.domain.job import view_at
from mock_server.http.errors import not_allowed
from mock_server.http.exchange import EXCHANGE, Exchange, Tenants
from mock_server.jobs.handlers.replies import send_clip, send_media
from mock_server.jobs.service import JobService, not_found, require_content
from mock_server.media import Asked, Clip, MediaLibrary, Variant
from mock_server.tenants import TenantState

PREFIX = "/media/"
_PORTRAIT_SIDE = 480
_VARIANTS = {".mp4": Variant.VIDEO, ".webp": Variant.THUMBNAIL}


class MediaLinks:
    """Serves requests below ``/media/``; passes all others on."""

    def __init__(
        self, app: ASGIApp, *, jobs: JobService, tenants: Tenants, media: MediaLibrary
    ) -> None:
        self._app = app
        self._jobs = jobs
        self._tenants = tenants
        self._media = media

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or pass it on."""
        if not scope["path"].startswith(PREFIX):
            await self._app(scope, receive, send)
            return
        if scope["method"] not in ("GET", "HEAD"):
            raise not_allowed(scope["method"], "GET, HEAD")
        response = await self._respond(scope)
        await response(scope, receive, send)

    async def _respond(self, scope: Scope) -> ASGIApp:
        path = scope["path"].removeprefix(PREFIX)
        name = PurePosixPath(path)
        variant = _VARIANTS.get(name.suffix)
        match path.split("/"):
            case [tenant, "characters", _] if variant is Variant.THUMBNAIL:
                return await self._portrait(tenant, name.stem, scope)
            case [tenant, job_id, _] if variant is not None:
                return await self._video(tenant, job_id, name.stem, (variant, scope))
        raise not_found(path)

    async def _video(
        self, tenant: str, job_id: str, token: str, ask: tuple[Variant, Scope]
    ) -> ASGIApp:
        variant, scope = ask
        job = await self._jobs.find(tenant, job_id)
        if not hmac.compare_digest(job.token.encode(), token.encode()):
            raise not_found(job_id)
        state = await self._serve_for(tenant, scope)
        require_content(job, view_at(job, state.clock.now()))
        return await send_media(self._media, job, variant, _asked(scope))

    async def _portrait(self, tenant: str, character_id: str, scope: Scope) -> ASGIApp:
        if await self._jobs.store.get_character(tenant, character_id) is None:
            raise not_found(character_id)
        await self._serve_for(tenant, scope)
        clip = Clip(seed=character_id, width=_PORTRAIT_SIDE, height=_PORTRAIT_SIDE, seconds=1)
        return await send_clip(self._media, clip, Variant.THUMBNAIL, _asked(scope))

    async def _serve_for(self, tenant: str, scope: Scope) -> TenantState:
        exchange: Exchange = scope[EXCHANGE]
        state = await self._tenants.read(tenant)
        if exchange.header(b"sec-fetch-site") == b"same-origin":
            # Only this server's own pages: a person who looks at a film is no client.
            exchange.dialect = state.dialect
        else:
            exchange.belongs_to(tenant, state)
        exchange.is_media = True
        return state


def _asked(scope: Scope) -> Asked:
    return Asked(scope["method"], Headers(scope=scope))
