"""Bodies that are large for their size, broken in their framing, or anything but what they say."""

from tests.mock_server.samples import PNG
from tests.mock_server.wire import FORM, form_of, head, part
from tests.system.hostile.case import AUTHORIZED, Hostile, a_form, a_post, in_chunks, numbered

_GOOD = (part("model", b"sora-2"), part("prompt", b"A cat"))
_START = b'{"model":"sora-2","prompt":"A cat",'
_GZIP = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03" + b"\0" * 50

_CHUNKS = (
    *(
        b"",
        b"\r\n",
        b"x\r\n",
        b"-1\r\n",
        b"+1\r\n{\r\n0\r\n\r\n",
        b"0x1\r\n{\r\n0\r\n\r\n",
        b"1\n{\n0\n\n",
    ),
    *(
        b"1\r\n{}\r\n0\r\n\r\n",
        b"3\r\n{}\r\n0\r\n\r\n",
        b"2\r\n{}0\r\n\r\n",
        b" 2\r\n{}\r\n0\r\n\r\n",
    ),
    *(b"ffffffffffffffff\r\n{}", b"fffffffffffffffff\r\n{}", b"7fffffffffffffff\r\n{}", b"1" * 40),
    *(
        b"2;" + b"a" * 200_000 + b"\r\n{}\r\n0\r\n\r\n",
        b"2;\0\r\n{}\r\n0\r\n\r\n",
        b"2 \r\n{}\r\n0\r\n\r\n",
    ),
    *(b"2\r\n{}\r\n0\r\nX: " + b"a" * 200_000 + b"\r\n\r\n", b"2\r\n{}\r\n0\r\nno colon\r\n\r\n"),
    *(b"2\r\n{}\r\n0\r\n" + b"X: y\r\n" * 30_000 + b"\r\n", b"2\r\n{}\r\n", b"2\r\n{", b"2"),
    *(b"2\r\n{}\r\n0\r\nContent-Length: 9\r\n\r\n", b"2\r\n{}\r\n0\r\n: x\r\n\r\n"),
    b"1\r\nx\r\n" * 50_000 + b"0\r\n\r\n",
)
_JSONS = (
    *(b"[" * 500_000, b'{"a":' * 100_000, b"[" * 100_000 + b"]" * 100_000, b'"' * 300_000),
    *(b"{" + b'"":0,' * 200_000 + b'"":0}', b"[" + b"{}," * 200_000 + b"{}]", b'"\\"' * 200_000),
    _START + b'"x":[' + b"[]," * 200_000 + b"[]]}",
    _START + b'"x":' + b'{"a":' * 900 + b"1" + b"}" * 901,
    _START + b'"seconds":' + b"9" * 400_000 + b"}",
    _START + b'"seconds":1' + b"0" * 400_000 + b"e9}",
    _START + b'"seconds":-0.' + b"0" * 400_000 + b"1}",
    _START + b'"seconds":"' + "\u0664".encode() + b'"}',
    _START + b'"seconds":1e400}',
    _START + b'"seconds":true}',
    _START + b'"size":{"$ref":"#/"}}',
    _START + b'"size":"../../../../etc/passwd"}',
    _START + b'"prompt":"' + b"\\u0000" * 40_000 + b'"}',
    _START[:-8] + b'"\\ud83d"}',
    _START[:-8] + b'"\xed\xa0\x80"}',
    _START[:-8] + b'"\xc0\xaf"}',
    _START[:-8] + b'"\xf4\x90\x80\x80"}',
    b'{"model":"sora-2","prompt":"' + b"a" * 3_000_000 + b'"}',
    b'{"model":"' + b"a" * 3_000_000 + b'","prompt":"a"}',
    b'{"model":"sora-2\\r\\nX-Injected: 1","prompt":"a"}',
    b'{"model":"<script>alert(1)</script>","prompt":"a"}',
    b'{"model":"%s%n%d{0}${jndi:ldap://a}","prompt":"a"}',
    b'{"model":"sora-2+%s","prompt":"a"}',
    b'{"model":"sora-2","prompt":"mock:%s"}',
    b'{"model":"sora-2","prompt":"mock:../.."}',
    b'{"model":{"$gt":""},"prompt":{"$ne":1}}',
    b'{"__proto__":{"model":"sora-2"},"constructor":1}',
    _GZIP,
    b"\0" * 1000,
    b"\xff" * 1000,
    b"model=sora-2&prompt=a",
)
_PARTS = (
    part("", b"x", ""),
    part("model", b"x" * 2_000_000),
    part("a" * 10_000, b"x"),
    part("style", b"\xff\xfe"),
    part("style", b"x", "\r\nContent-Disposition: attachment"),
    part("input_reference", PNG, '; filename="' + "../" * 200 + 'etc/passwd"') * 2,
    part("input_reference", b"<svg onload=alert(1)>", '; filename="a.svg"'),
    part("input_reference", b"\x89PNG\r\n\x1a\n"[:4], '; filename="CON\\0.png"'),
    part("input_reference", b"", '; filename="a.png"\r\nContent-Type: image/png'),
    part("input_reference", _GZIP, '; filename="|id"\r\nContent-Encoding: gzip'),
    part("x", b"y") * 1100,
    part("x", b"", "\r\nX: y" * 10_000),
    part("prompt", b"mock:\r\n\r\n", "; name=model"),
    part("size", b"$(id)`id`;id|id"),
    part("seconds", b"' OR 1=1 --"),
    b"--edge\r\n\r\nno headers\r\n",
    b"--edge\r\nContent-Disposition: form-data\r\n\r\nno name\r\n",
    b"--edge\r\nContent-Disposition: form-data; name=\r\n\r\nx\r\n",
    b'--edge\r\nContent-Disposition: form-data; name="a\r\nb"\r\n\r\nx\r\n',
    b"--edge\r\nContent-Disposition: form-data; name*=utf-8''%ff\r\n\r\nx\r\n",
    b"--edge\n" * 50_000,
    b"--edg" * 50_000,
    b"-" * 200_000,
    b"\r\n" * 100_000 + b"--edge",
)
_BOUNDARIES = (
    *(
        "",
        "; boundary",
        '; boundary=""',
        "; boundary=" + "a" * 5000,
        "; boundary=\xff",
        "; boundary= ",
    ),
    *('; boundary="a', "; boundary=a; boundary=b", "; boundary=a\0b", "; charset=x", ";" * 5000),
    *("; boundary*=utf-8''edge", "; boundary*0=ed; boundary*1=ge", "; =edge", "; boundary=--"),
)
_UNLIKELY = ("multipart/mixed; boundary=edge", "application/json;" * 500, "a/b" * 5000, "\x80/\x80")


def _cut(body: bytes, declared: int) -> Hostile:
    """A body that is shorter than declared; its sender then says no more."""
    kind = {"Content-Type": FORM, "Content-Length": str(declared)}
    return Hostile("cut", head("POST", "/v1/videos", {**AUTHORIZED, **kind}) + body, "POST")


CHUNKS = numbered("chunks", (in_chunks(repr(framed[:20]), framed) for framed in _CHUNKS))
JSONS = numbered("json", (a_post(repr(body[:20]), body) for body in _JSONS))
FORMS = numbered("form", (a_form(repr(each[:20]), form_of(*_GOOD[:1], each)) for each in _PARTS))
KINDS = numbered(
    "type",
    (
        *(a_form(end[:20], form_of(*_GOOD), FORM[:19] + end) for end in _BOUNDARIES),
        *(a_form(kind[:20], form_of(*_GOOD), kind) for kind in _UNLIKELY),
    ),
)
CUT = numbered("cut", (_cut(form_of(*_GOOD)[:end], 5000) for end in range(0, 130, 10)))
BODIES = (*CHUNKS, *JSONS, *FORMS, *KINDS, *CUT)
