"""The kinds of bodies: JSON and forms."""

import json

from benchmarks.growing.kind import Kind, Request
from benchmarks.growing.making import BAD, EDGE, ORDER, create, form, part, post, raw, unified


def _repeated(size: int) -> Request:
    """Keys that are all different, and more colons than keys."""
    return raw(", ".join(f'"k{number}": 1' for number in range(size)) + ', "o": {"p": 1}')


JSONS = (
    Kind("different keys", 2000, _repeated),
    Kind("one key again and again", 2000, lambda n: raw(", ".join(['"k": 1'] * n))),
    Kind("nested lists", 1200, lambda n: create(x=[[1]] * n)),
    Kind("nested objects", 90, lambda n: raw('"x": ' + '{"a": ' * n + "1" + "}" * n)),
    Kind("brackets in a text", 4500, lambda n: raw(f'"x": "{"[" * n}"')),
    Kind("quotes in a text", 60_000, lambda n: create(x='"' * n)),
    Kind("a text", 120_000, lambda n: create(x="a" * n)),
    Kind("escapes", 50_000, lambda n: create(x="\u732b" * n)),
    Kind("colons", 60_000, lambda n: create(x=":" * n)),
    Kind("blanks", 120_000, lambda n: post("/v1/videos", b" " * n + json.dumps(ORDER).encode())),
    Kind("a prompt", 15_000, lambda n: create(prompt="a " * (n // 2))),
    Kind("too long a prompt", 100_000, lambda n: create(BAD, prompt="a" * n)),
    Kind("words in a prompt", 1500, lambda n: create(prompt=" mock:slow" * n)),
    Kind("a model", 100_000, lambda n: create(BAD, model="a" * n)),
    Kind("words behind a model", 8000, lambda n: create(BAD, model="sora-2" + "+slow" * n)),
    Kind("a list for a text", 2000, lambda n: create(BAD, seconds=["4"] * n)),
    Kind("wrong items", 2000, lambda n: unified(BAD, images=[1] * n)),
    Kind(
        "an image as text", 100_000, lambda n: unified(images=["data:image/png;base64," + "A" * n])
    ),
)
FORMS = (
    Kind("parts", 450, lambda n: form(*(part(f"k{number}") for number in range(n)))),
    Kind("one part again and again", 450, lambda n: form(part("k") * n)),
    Kind("a field", 100_000, lambda n: form(part("x", "a" * n))),
    Kind("line ends", 100_000, lambda n: form(part("x", "\r\n" * n))),
    Kind("almost boundaries", 20_000, lambda n: form(part("x", f"\r\n--{EDGE[:-1]}" * n))),
    Kind("a file name", 3500, lambda n: form(part("x", more=f'; filename="{"a" * n * 2}"'))),
    Kind(
        "escapes in a name", 3500, lambda n: form(part("x", more=f'; filename="{chr(92) * n * 2}"'))
    ),
    Kind("parameters", 1500, lambda n: form(part("x", more="; a=b" * n))),
    Kind("a header of a part", 3500, lambda n: form(part("x", more=f"\r\nX: {'a;' * n}"))),
)

KINDS = (*JSONS, *FORMS)
