"""Requests that are copied, and run again."""

import ast
import shlex
from typing import Any

import pytest

from mock_server.workbench.snippets import as_curl, as_python, as_verification
from tests.mock_server.workbench.samples import ADDRESS, request

HOSTILE = 'it\'s "quoted" $(rm -rf /) `x` \\ \n ; | & é'
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
        *("-F", "input_reference=@a cat's.png;type=image/png"),
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
    body = values["data" if files else "json"]

    assert ast.literal_eval(body) == {"prompt": HOSTILE, "a": {"b": [1, None]}}


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
