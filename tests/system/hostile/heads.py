"""Heads that are no HTTP, or HTTP that means two things."""

from tests.system.hostile.case import a_head, a_line, numbered

HOST, KEY = b"Host: a", b"Authorization: Bearer hostile"
POST = b"POST /v1/videos HTTP/1.1"

_LINES = (
    *(b"GET", b"GET ", b"GET /", b"GET  / HTTP/1.1", b"GET / HTTP/1.1 x", b" GET / HTTP/1.1"),
    *(b"GET / HTTP/", b"GET / HTTP/x", b"GET / HTTP/1", b"GET / HTTP/1.", b"GET / HTTP/9.9"),
    *(b"GET / HTTP/0.9", b"GET / HTTP/2.0", b"GET / http/1.1", b"GET / HTTPS/1.1"),
    *(
        b"GET / HTTP/1.1.1",
        b"GET / HTTP/11",
        b"GET / HTTP/-1.1",
        b"GET / HTTP/1,1",
        b"GET / ICE/1.0",
    ),
    *(b"get / HTTP/1.1", b"G\0T / HTTP/1.1", b"NONSENSE / HTTP/1.1", b"GET\t/\tHTTP/1.1"),
    *(b"\xff\xfe / HTTP/1.1", b"CONNECT a:80 HTTP/1.1", b"CONNECT / HTTP/1.1", b"PRI * HTTP/2.0"),
    *(b"GET \0 HTTP/1.1", b"GET /\0 HTTP/1.1", b"GET /\xff HTTP/1.1", b"GET /a b HTTP/1.1"),
    *(b"GET a HTTP/1.1", b"GET ?a HTTP/1.1", b"GET # HTTP/1.1", b"GET http:// HTTP/1.1"),
    *(b"GET http://a:99999/ HTTP/1.1", b"GET //// HTTP/1.1", b"GET /%zz HTTP/1.1"),
    *(b"GET http://[::1 HTTP/1.1", b"GET ftp://a/ HTTP/1.1", b"GET http:///v1 HTTP/1.1"),
    *(b"GET /\x7f HTTP/1.1", b"GET /\x01 HTTP/1.1", b"GET \\ HTTP/1.1", b"OPTIONS x HTTP/1.1"),
    *(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"SSH-2.0-OpenSSH_9.9", b"\x00" * 64),
    *(b"EHLO a", b"*1\r\n$4\r\nPING", b"{}", b"<html>", b"\r\n\r\n\r\nx", b"\n\n\n{", b"'; --"),
    *(b"GET / HTTP/1.1\rHost: a", b"GET / HTTP/1.1\nHost a", b"SOURCE / ICE/1.0", b"M-SEARCH *"),
)
_HEADERS = (
    *(
        b"X",
        b": x",
        b" X: y",
        b"X : y",
        b"X\t: y",
        b"X y",
        b"\0: y",
        b"X\0: y",
        b"X: \0",
        b"X: \x01",
    ),
    *(b"X: a\rb", b"X: a\nb", b"X\xff: y", b"(x): y", b"X[]: y", b'"X": y', b"X: y\r\n z", b"@: a"),
    *(b"X: \x7f", b"X: a\x0bb", b"\tX: y", b"X@: y", b"X,Y: z", b"X;Y: z", b"{X}: y", b"X/Y: z"),
    b"\r\nX: after the end\r\n",
    b"A" * 70_000 + b": x",
    b"X: " + b"a" * 200_000,
    b"\r\n".join([b"X: y"] * 200),
    b"\r\n".join([b"%d: y" % number for number in range(20_000)]),
    b"Cookie: " + b"a=b;" * 30_000,
    b"Range: bytes=" + b"0-1," * 30_000,
    b"Accept: " + b"text/html;q=0.1," * 6000,
)
# Two ideas of where a body ends let one request hide in another.
_SMUGGLED = (
    (b"Content-Length: 5", b"Content-Length: 6"),
    (b"Content-Length: 5, 5",),
    (b"Content-Length: 5", b"Transfer-Encoding: chunked"),
    (b"Transfer-Encoding: chunked", b"Content-Length: 5"),
    (b"Transfer-Encoding: chunked, identity",),
    (b"Transfer-Encoding: identity, chunked, identity",),
    (b"Transfer-Encoding: xchunked",),
    (b"Transfer-Encoding: chunked", b"Transfer-Encoding: identity"),
    (b"Transfer-Encoding: identity", b"Content-Length: 5"),
    (b"Transfer-Encoding : chunked",),
    (b"Transfer-Encoding:\x0bchunked",),
    (b"Transfer-Encoding: chunked\0",),
    (b"Transfer-Encoding: gzip",),
    (b"Transfer-Encoding: gzip, chunked",),
    (b"Transfer\x00-Encoding: chunked",),
    (b"X: y\nTransfer-Encoding: chunked",),
    *((b"Content-Length: " + value,) for value in (b"-1", b"+5", b"0x5", b"5.0", b"5 5", b"five")),
    *(
        (b"Content-Length: " + value,)
        for value in (b"\xd9\xa5", b"9" * 30, b"18446744073709551616")
    ),
    *((b"Content-Length:" + value,) for value in (b"", b" ", b"5;a", b"5_0", b"1e1", b"'5'")),
)
_BODY = b'5\r\n{"a":\r\n0\r\n\r\nGET /v1/videos HTTP/1.1\r\n\r\n'

LINES = numbered("line", (a_head(repr(line[:20]), line, HOST, KEY) for line in _LINES))
HEADERS = numbered("header", (a_line(repr(line[:20]), line) for line in _HEADERS))
SMUGGLED = numbered(
    "length", (a_head(repr(pair), POST, HOST, KEY, *pair, b"", _BODY) for pair in _SMUGGLED)
)
HEADS = (*LINES, *HEADERS, *SMUGGLED)
