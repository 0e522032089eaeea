"""Requests that are copied, and run again."""

import ast
import shlex
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from mock_server.workbench.snippets import KEY, as_curl, as_python, as_verification
from tests.mock_server.workbench.conftest import Browser
from tests.mock_server.workbench.samples import ADDRESS, Shown, request

HOSTILE = 'it\'s "quoted" $(rm -rf /) `x` \\ \n ; | & é'
ODD_NAME = 'a "cat", it;s.png'
FILE = {"filename": "a cat's.png", "content_type": "image/png", "length": 3}


def words(**changed: Any) -> list[str]:
    """The words of the command, as a shell reads them."""
    return shlex.split(as_curl(request(**changed), ADDRESS).replace("\\\n", " "))


def test_a_command_sends_the_same_fields() -> None:
    """As JSON, in one word of the shell, whatever stands in them."""
    sent = words(fields={"prompt": HOSTILE, "n": 1})

    assert sent[:4] == ["curl", "-X", "POST", f"{ADDRESS}/v1/videos"]
    assert sent[-2] == "--json"
    assert ast.literal_eval(sent[-1]) == {"prompt": HOSTILE, "n": 1}


def test_a_command_has_no_key() -> None:
    """It is read from the environment, because no key is recorded."""
    assert "Authorization: Bearer $VIDEO_API_KEY" in words()


def test_a_command_sends_files_as_a_form() -> None:
    """Text fields are not read as names of files, even if one begins with @."""
    sent = words(fields={"prompt": "@x"}, files={"input_reference": FILE})

    assert sent[-4:] == [
        *("--form-string", "prompt=@x"),
        *("-F", 'input_reference=@"./a cat\'s.png";type=image/png'),
    ]


def test_a_command_keeps_the_query() -> None:
    """Of a request without a body nothing else is sent."""
    sent = words(method="GET", path="/v1/videos", query="limit=2&after=x", fields={})

    assert f"{ADDRESS}/v1/videos?limit=2&after=x" in sent
    assert "--json" not in sent


@pytest.mark.parametrize("files", [{}, {"input_reference": FILE}])
def test_a_script_is_valid_python(files: dict[str, Any]) -> None:
    """Whatever the values are."""
    script = as_python(
        request(fields={"prompt": HOSTILE, "a": {"b": [1, None]}}, files=files), ADDRESS
    )
    call = next(
        node
        for node in ast.walk(ast.parse(script))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "httpx.request"
    )
    values = {each.arg: each.value for each in call.keywords}
    if files:
        assert "'prompt': (None, " in ast.unparse(values["files"])
    else:
        assert ast.literal_eval(values["json"]) == {"prompt": HOSTILE, "a": {"b": [1, None]}}


def test_a_name_of_a_file_leads_to_no_other_folder() -> None:
    """A client chose it; what is pasted sends a file of the current folder."""
    file = {"filename": "../../etc/passwd", "content_type": "x;filename=y", "length": 3}
    sent = request(files={"input_reference": file})

    assert words(files={"input_reference": file})[-1] == "input_reference=@passwd"
    assert "Path('passwd')" in as_python(sent, ADDRESS)
    nameless = {**file, "filename": ""}
    assert words(files={"input_reference": nameless})[-1] == "input_reference=@input_reference"


SENT: tuple[dict[str, Any], ...] = (
    {"method": "POST", "url": "/v1/videos", "json": {"prompt": HOSTILE, "model": "sora-2"}},
    {
        "method": "POST",
        "url": "/v1/videos",
        "files": {"prompt": (None, "@x;y"), "seconds": (None, "5")},
    },
    {
        "method": "POST",
        "url": "/v1/videos",
        "files": {
            "prompt": (None, HOSTILE),
            "model": (None, "sora-2"),
            "input_reference": (ODD_NAME, b"no picture", "image/png"),
        },
        "headers": {"Idempotency-Key": "it's $(once)", "Prefer": "fault=status"},
    },
    {"method": "GET", "url": "/v1/videos/a%20b%5B1-2%5D?after=%5Bx&limit=%31"},
    {"method": "HEAD", "url": "/v1/models"},
)


@pytest.mark.needs("curl")
@pytest.mark.parametrize("sent", SENT)
def test_copies_send_the_same_request_again(
    browser: Browser,
    client: httpx.Client,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    sent: dict[str, Any],
) -> None:
    """From the page to a shell and to Python, and the third copy finds the request."""
    client.request(**sent)
    curl, script, line = Shown(browser.part("request", request=1).text).pieces("pre")[-3:]
    assert [each.number for each in eval(line, {"video_gateway": browser.gateway})] == [1]
    monkeypatch.setenv(KEY, browser.gateway.api_key)
    monkeypatch.chdir(tmp_path)
    (tmp_path / ODD_NAME).write_bytes(b"no picture")
    subprocess.run(["bash", "-c", curl], check=True, capture_output=True)
    exec(script, {})
    first, *again = browser.gateway.requests

    assert len(again) == 2
    for each in again:
        for name in ("method", "path", "query", "fields", "files", "status", "code", "faults"):
            assert getattr(each, name) == getattr(first, name), name
        for name in ("idempotency-key", "prefer"):
            assert each.headers.get(name) == first.headers.get(name)


def test_a_verification_is_a_line_of_a_test() -> None:
    """It names what such requests have in common."""
    refused = request(status=400, code="invalid_value", fields={"model": "x'y"})
    unknown = request(operation=None, path="/v1/nothing", status=404, code=None, fields={})

    assert as_verification(refused) == (
        "video_gateway.verify(operation='createVideo', status=400, code='invalid_value', "
        'model="x\'y", exactly=1)'
    )
    assert as_verification(unknown) == (
        "video_gateway.verify(method='POST', path='/v1/nothing', status=404, exactly=1)"
    )
