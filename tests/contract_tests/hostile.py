"""A gateway on a raw socket that responds to every request with the same bytes."""

import asyncio
import gzip
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping
from contextlib import aclosing, asynccontextmanager, contextmanager
from functools import cache
from threading import Event, Thread
from typing import Any

VIDEO: Mapping[str, Any] = {
    "id": "video_1",
    "object": "video",
    "model": "sora-2",
    "status": "completed",
    "progress": 100,
    "created_at": 1764000000,
    "seconds": "4",
    "size": "720x1280",
}
JSON = "content-type: application/json\r\n"


def reply(
    body: bytes = b"", *headers: str, start: str = "200 OK", kind: str = JSON, length: int = -1
) -> bytes:
    """The bytes of a response; headers and start line may have any character up to 255."""
    head_fields = kind + "".join(f"{header}\r\n" for header in headers)
    size = len(body) if length < 0 else length
    head = f"HTTP/1.1 {start}\r\n{head_fields}content-length: {size}\r\nconnection: close\r\n\r\n"
    return head.encode("latin-1") + body


def saying(document: Any, *headers: str, **more: Any) -> bytes:
    """A response with a JSON document."""
    return reply(json.dumps(document).encode(), *headers, **more)


def video(**fields: Any) -> bytes:
    """A finished job with some other fields."""
    return saying({**VIDEO, **fields})


def raw_video(name: str, value: bytes) -> bytes:
    """A finished job with the raw bytes of one field."""
    rest = json.dumps(dict(VIDEO) | {name: "HERE"}).encode()
    return reply(rest.replace(b'"HERE"', value))


def _list(data: Any) -> bytes:
    return saying({"object": "list", "data": data, "has_more": False})


GOOD = json.dumps(dict(VIDEO)).encode()
EMPTY = saying({"object": "list", "data": [], "has_more": False})
CHUNKED = f"HTTP/1.1 200 OK\r\n{JSON}transfer-encoding: chunked\r\n\r\n".encode()
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n"

FORMS: Mapping[str, bytes] = {
    # Headers, and what stands before them.
    "control character": reply(GOOD, "x-trace: a\x01b\x1b[2Jc"),
    "NUL in a header": reply(GOOD, "x-trace: a\0b"),
    "header beyond ASCII": reply(GOOD, "x-trace: \xe9\x9b\x85"),
    "header without a colon": reply(GOOD, "nonsense"),
    "header of 200 KB": reply(GOOD, f"x-trace: {'a' * 200_000}"),
    "folded header": reply(GOOD, "x-trace: a\r\n  b"),
    "reason phrase": reply(GOOD, start="200 \x1b[2J\xff"),
    "status 999": reply(GOOD, start="999 What"),
    "status 101": reply(b"", start="101 Switching Protocols"),
    "the guard's own status": reply(GOOD, start="599 No"),
    "the guard's own headers": reply(GOOD, "x-contract-guard: refused; x", "x-contract-number: z"),
    "location": reply(b"", "location: http://[\x1b", start="302 Found"),
    "cookies": reply(GOOD, "set-cookie: \x01=\x02; expires=never; path", "set-cookie: ="),
    "type": reply(GOOD, kind="content-type: application/json; charset=\x1b[2J\r\n"),
    "no type": reply(GOOD, kind=""),
    "two lengths": reply(GOOD, "content-length: 3"),
    "length of HEAD": reply(b"", length=10**25),
    "challenge": reply(b"{}", "www-authenticate: \x1b]0;x\x07", start="400 No"),
    # Codings and framing.
    "false gzip": reply(GOOD, "content-encoding: gzip"),
    "true gzip": reply(gzip.compress(GOOD), "content-encoding: gzip"),
    "gzip that breaks off": reply(gzip.compress(GOOD)[:-9], "content-encoding: gzip"),
    "unknown coding": reply(GOOD, "content-encoding: br, \x1b[2J"),
    "bad chunk": CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n",
    "chunk that breaks off": CHUNKED + b"ff\r\n{",
    "short body": reply(GOOD, length=len(GOOD) + 9),
    "no HTTP": b"\x00\xff\x1b[2J hello",
    "nothing": b"",
    # Bodies.
    "byte order mark": reply(b"\xef\xbb\xbf" + GOOD),
    "no UTF-8": reply(b'{"id": "\xff\xfe"}'),
    "NUL in a text": raw_video("model", b'"a\\u0000b"'),
    "escape sequence": raw_video("model", b'"\\u001b[2J\\u009b2J"'),
    "markup": video(model="</dd><script>alert(1)</script>]]>"),
    "lone surrogate": raw_video("model", b'"\\ud800"'),
    "lone surrogate in a key": reply(b'{"\\udc00": 1}'),
    "5,000 digits": raw_video("created_at", b"9" * 5000),
    "4,000 digits": raw_video("created_at", b"9" * 4000),
    "4,000 digits of progress": raw_video("progress", b"-" + b"9" * 4000),
    "no number": raw_video("progress", b"NaN"),
    "infinite": raw_video("created_at", b"-1e999"),
    "nesting": reply(b"[" * 100_000),
    "some nesting": reply(b'{"data":' + b"[" * 300 + b"]" * 300 + b"}"),
    "status that is a list": video(status=["completed"]),
    "size of many digits": video(size=f"{'9' * 5000}x1", seconds="9" * 5000),
    "error that is a text": saying({"error": "\x1b[2J"}, start="400 Bad Request"),
    # Ids, which go into the next address.
    "id with marks of direction": video(id="video_\u202e12345"),
    "id that is a path": video(id="../../v1/videos?x=1#y"),
    "id that is two dots": video(id=".."),
    "id with control characters": video(id="a\r\nX-Injected: 1\0"),
    "id beyond all bounds": video(id="x" * 100_000),
    "id that is an object": video(id={"a": [1]}),
    "id that is a number": raw_video("id", b"9" * 400),
    "id that is true": video(id=True),
    "id that is half a pair": raw_video("id", b'"\\ud83d"'),
    # Lists.
    "list that is a number": _list(5),
    "list that is an object": _list({"a": 1}),
    "list of anything": _list([5, None, [], "x", {"id": {}}, {"id": [1]}]),
    # Throttling and outages.
    "retry after nonsense": saying({}, "retry-after: nan", start="429 Slow"),
    "no quota": saying(
        {"error": {"code": "insufficient_quota", "message": "\x1b[2J"}}, start="403 Forbidden"
    ),
    "broken": reply(b"<h1>\x1b[2J", start="502 Bad Gateway", kind="content-type: text/html\r\n"),
}


async def _endless(start: bytes, part: bytes) -> AsyncGenerator[bytes, None]:
    """A start, and then one part over and over."""
    yield start
    while True:
        yield part


async def _drip(reader: asyncio.StreamReader, content: bytes) -> AsyncGenerator[bytes, None]:
    """A byte at a time, so slowly that it takes longer than any response may."""
    gone = asyncio.ensure_future(reader.read())
    try:
        for place in range(len(content)):
            yield content[place : place + 1]
            await asyncio.wait({gone}, timeout=_DRIP_S)
    finally:
        gone.cancel()


async def _silence(reader: asyncio.StreamReader, start: bytes) -> AsyncGenerator[bytes, None]:
    """A start, and then nothing until the client is gone."""
    yield start
    await reader.read()


async def _once(content: bytes) -> AsyncGenerator[bytes, None]:
    """A whole response."""
    yield content


@cache
def _bomb() -> bytes:
    """A few kilobytes that unpack to more than a run keeps."""
    packed: bytes = gzip.compress(gzip.compress(bytes(300 << 20), 1), 1)
    return packed


_DRIP_S = 0.05
Behaviour = Callable[[asyncio.StreamReader], AsyncGenerator[bytes, None]]
# What takes more than a fixed reply: it has no end, or none in time.
BEHAVIOURS: Mapping[str, Behaviour] = {
    "endless body": lambda _: _endless(HEAD, b" " * 65536),
    "endless headers": lambda _: _endless(
        b"HTTP/1.1 200 OK\r\n", b"x-more: " + b"a" * 1000 + b"\r\n"
    ),
    "endless header": lambda _: _endless(b"HTTP/1.1 200 OK\r\nx-more: ", b"a" * 4096),
    "endless chunk extension": lambda _: _endless(CHUNKED + b"5;", b"a" * 4096),
    "endless trailers": lambda _: _endless(CHUNKED + b"0\r\n", b"x-more: a\r\n"),
    "endless interim responses": lambda _: _endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "endless second response": lambda _: _endless(reply(GOOD), reply(GOOD)),
    "silence": lambda reader: _silence(reader, b""),
    "silence after the head": lambda reader: _silence(reader, HEAD),
    "silence within the body": lambda reader: _silence(reader, reply(GOOD)[:-5]),
    "head that drips": lambda reader: _drip(reader, reply(GOOD)),
    "early hints": lambda _: _once(
        b"HTTP/1.1 103 Early Hints\r\nlink: \x1b[2J\r\n\r\n" + reply(GOOD)
    ),
    "trailers": lambda _: _once(CHUNKED + b"2\r\n{}\r\n0\r\nx-trace: \x1b[2J\r\n\r\n"),
    "much JSON": lambda _: _once(saying({"data": [dict(VIDEO)] * 1_000})),
    "bomb": lambda _: _once(reply(_bomb(), "content-encoding: gzip, gzip")),
}


Form = Callable[[str, str], "bytes | Behaviour"]


@contextmanager
def hostile(form: Form) -> Iterator[tuple[str, list[str]]]:
    """The URL of a gateway that responds with `form`, and the requests that it gets."""
    asked: list[str] = []
    ready, started = Event(), list[tuple[int, asyncio.AbstractEventLoop]]()
    done = asyncio.Event()

    async def serve() -> None:
        async with _listening(form, asked) as port:
            started.append((port, asyncio.get_running_loop()))
            ready.set()
            await done.wait()

    # Connections on which nothing ever comes are cancelled with the loop.
    thread = Thread(target=asyncio.run, args=(serve(),), daemon=True)
    thread.start()
    ready.wait(30)
    ((port, loop),) = started
    try:
        yield f"http://127.0.0.1:{port}", asked
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(30)


@asynccontextmanager
async def _listening(form: Form, asked: list[str]) -> AsyncIterator[int]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            method, target = await _request(reader)
            asked.append(f"{method} {target}")
            content = form(method, target)
            async with aclosing(_parts(content, reader)) as parts:
                async for part in parts:
                    writer.write(part)
                    await writer.drain()
            writer.close()
            await writer.wait_closed()
        except (OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, limit=1 << 21)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def _parts(
    content: "bytes | Behaviour", reader: asyncio.StreamReader
) -> AsyncGenerator[bytes, None]:
    if isinstance(content, bytes):
        yield content
        return
    async with aclosing(content(reader)) as parts:
        async for part in parts:
            yield part


async def _request(reader: asyncio.StreamReader) -> tuple[str, str]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    start, *lines = head.split("\r\n")
    fields = dict(line.lower().split(": ", 1) for line in lines if ": " in line)
    await reader.readexactly(int(fields.get("content-length", "0")))
    method, target, _ = start.split(" ")
    return method, target
