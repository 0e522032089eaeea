"""What the fake answers to the recorded requests; run as a module it writes the record anew."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from mock_server.settings import Settings
from openapi.dialects import names
from tests.mock_server.inprocess import fake_gateway
from tests.system.recorded.requests import Request, requests

FOLDER = Path(__file__).with_name("answers")
# Ids of requests differ from run to run.
_RANDOM = re.compile(r"(?<![0-9a-f])[0-9a-f]{24}(?![0-9a-f])")
_LONGEST = 1500


def answers(dialect: str) -> Iterator[str]:
    """One line of JSON for each request, as answered in a dialect with seed 7 and a still clock."""
    with fake_gateway(Settings(dialect=dialect, seed=7)) as fake, fake.client("recorded") as client:
        job = "none"
        for request in requests():
            fake.clock.advance(request.after_s)
            answer = _send(client, request, job)
            job = _job(answer) or job
            yield json.dumps(_shown(request, answer), ensure_ascii=False)


def recorded(dialect: str) -> list[str]:
    """The lines on record."""
    return (FOLDER / f"{dialect}.jsonl").read_text(encoding="utf-8").splitlines()


def _send(client: httpx.Client, request: Request, job: str) -> httpx.Response:
    more = dict(request.more)
    if "json" in more:
        more["json"] = json.loads(json.dumps(more["json"]).replace("{job}", job))
    if "files" in more:
        more["headers"] = {"content-type": "multipart/form-data; boundary=recorded"}
    return client.request(request.method, request.path.replace("{job}", job), **more)


def _job(answer: httpx.Response) -> str | None:
    if answer.request.method != "POST" or answer.status_code != 200:
        return None
    body = answer.json()
    found = body.get("id", body.get("task_id"))
    return found if isinstance(found, str) else None


def _shown(request: Request, answer: httpx.Response) -> dict[str, Any]:
    headers = [f"{name}: {value}" for name, value in answer.headers.multi_items()]
    text = answer.headers.get("content-type", "").startswith(("application/json", "text/"))
    body = answer.text if text else f"<{bool(answer.content)}>"
    if len(body) > _LONGEST:
        body = f"<sha256 {hashlib.sha256(_RANDOM.sub('<id>', body).encode()).hexdigest()}>"
    if not text:
        # The bytes of a picture hang on the version of its encoder.
        headers = [each for each in headers if not each.startswith(("content-length", "etag"))]
    shown = {
        "request": request.name,
        "status": answer.status_code,
        "headers": headers,
        "body": body,
    }
    texts = json.dumps(shown, ensure_ascii=False)
    hidden: dict[str, Any] = json.loads(_RANDOM.sub("<id>", texts))
    return hidden


def _write() -> None:
    FOLDER.mkdir(exist_ok=True)
    for dialect in names():
        text = "".join(f"{line}\n" for line in answers(dialect))
        (FOLDER / f"{dialect}.jsonl").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    _write()
