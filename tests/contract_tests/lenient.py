"""A gateway that accepts what it must refuse, as long as it can read a request for a job."""

import json
from dataclasses import replace

from starlette.types import ASGIApp

from contract_tests.contract.bodies import body_of, request_of
from contract_tests.defects.wrapping import Serve, ServerRequest, ServerResponse, wrapped
from contract_tests.guard.classification import NO_MODEL
from tests.contract_tests.connections import JSON

_DOCUMENTED = request_of(JSON, body_of(JSON))
# In the id of every job that never existed, whatever its form.
_ABSENT = "ab5e47"
_NO_KEY = 401


def lenient(app: ASGIApp) -> ASGIApp:
    """The application, which creates a job where it would refuse to."""
    return wrapped(app, _accept)


async def _accept(request: ServerRequest, serve: Serve) -> ServerResponse:
    response = await serve(request)
    if response.ok or response.status == _NO_KEY or not _asks_for_a_job(request):
        return response
    create = replace(request, path=_DOCUMENTED.path).with_body(_DOCUMENTED.body)
    return await serve(create.with_headers(content_type="application/json"))


def _asks_for_a_job(request: ServerRequest) -> bool:
    """Whether the request can be read and has a known model or a prompt, and no unknown job."""
    text = request.path + request.body.decode("latin-1")
    is_create = request.method == "POST" and request.path.startswith("/v1/video")
    # Without a prompt it takes known models only.
    is_about_something = ("model" in text and NO_MODEL not in text) or "prompt" in text
    if not is_create or not is_about_something or _ABSENT in text:
        return False
    return isinstance(_json(request), dict) or text.rstrip().endswith("--")


def _json(request: ServerRequest) -> object:
    try:
        return json.loads(request.body)
    except (ValueError, RecursionError):
        return None
