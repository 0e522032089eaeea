"""A gateway on a raw socket that responds to every request with the same bytes."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
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
ENDLESS = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n"

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
    "endless body": ENDLESS,
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
Form = Callable[[str, str], bytes]


@contextmanager
def hostile(form: Form) -> Iterator[tuple[str, list[str]]]:
    """The URL of a gateway that responds with `form`, and the requests that it gets."""
    asked: list[str] = []
    ready, ports = Event(), list[int]()
    loop, done = asyncio.new_event_loop(), asyncio.Event()

    async def serve() -> None:
        async with _listening(form, asked) as port:
            ports.append(port)
            ready.set()
            await done.wait()

    thread = Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    ready.wait(30)
    try:
        yield f"http://127.0.0.1:{ports[0]}", asked
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(30)
        loop.close()


@asynccontextmanager
async def _listening(form: Form, asked: list[str]) -> AsyncIterator[int]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            method, target = await _request(reader)
            asked.append(f"{method} {target}")
            content = form(method, target)
            writer.write(content)
            while content == ENDLESS:
                writer.write(b" " * 65536)
                await writer.drain()
            await writer.drain()
        except (OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, limit=1 << 21)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def _request(reader: asyncio.StreamReader) -> tuple[str, str]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    start, *lines = head.split("\r\n")
    fields = dict(line.lower().split(": ", 1) for line in lines if ": " in line)
    await reader.readexactly(int(fields.get("content-length", "0")))
    method, target, _ = start.split(" ")
    return method, target
