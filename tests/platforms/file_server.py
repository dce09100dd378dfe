"""A local web server that says any bytes it is told to, and a name server: what files are fetched from in tests."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Self


class Server:
    """Says `answers[path]`, byte for byte, and hangs up; `/endless` never stops, `/silent` never begins."""

    def __init__(self) -> None:
        self.answers: dict[str, bytes] = {}
        self.seen: list[tuple[str, str]] = []
        """Path and Host header of every request."""
        self.sent = 0
        """Bytes of `/endless` that somebody took."""
        self._stopped = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        self.host = f"127.0.0.1:{self.port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stopped.set()
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            path = lines[0].split()[1]
            host = next(line[6:] for line in lines if line.lower().startswith("host: "))
            self.seen.append((path, host))
            if path == "/silent":
                await self._stopped.wait()
            elif path == "/endless":
                await self._stream(writer)
            else:
                writer.write(self.answers[path.partition("?")[0]])
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # Whoever asked has hung up.
        finally:
            writer.close()

    async def _stream(self, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not self._stopped.is_set():
            writer.write(bytes(1000))
            await writer.drain()
            self.sent += 1000


def ok(body: bytes, *headers: str, length: int | None = None) -> bytes:
    told = [f"Content-Length: {len(body) if length is None else length}", *headers]
    return "\r\n".join(["HTTP/1.1 200 OK", *told, "", ""]).encode() + body


def moved(to: str, status: int = 302) -> bytes:
    return f"HTTP/1.1 {status} Moved\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()


class Names:
    """A name server: each look-up of a name gets the next of its answers, and none after the last."""

    def __init__(self, **answers: Sequence[Sequence[str]]) -> None:
        self._answers = {name.replace("_", "."): list(each) for name, each in answers.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        return self._answers[host].pop(0)
