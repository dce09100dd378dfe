"""The HTTP seam against a real server on loopback: which failure becomes which error, and what an error never shows."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web

from platforms.errors import NotSent, PlatformError, Rejected, Unsure
from platforms.http import Http, Redaction, retry_after, shaped

SECRET = "s3cret-bearer-token"
NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


class Server:
    """Answers at /{name} by the handler of that name and keeps what it was asked."""

    def __init__(self) -> None:
        self.seen: list[web.Request] = []
        self.bodies: list[bytes] = []
        self.url = ""
        self.held = asyncio.Event()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(request)
        name = request.match_info["name"]
        self.bodies.append(await request.read())
        if name == "reset":
            assert request.transport is not None
            request.transport.abort()
        if name == "hang":
            await self.held.wait()
        if name == "drip":
            return await self._drip(request)
        return ANSWERS.get(name, lambda: web.json_response({"你": "好"}))()

    async def _drip(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while not self.held.is_set():
            try:
                await response.write(b".")
                await asyncio.wait_for(self.held.wait(), 0.05)
            except (TimeoutError, ConnectionError):
                if request.transport is None or request.transport.is_closing():
                    break
        return response


ANSWERS: dict[str, Callable[[], web.Response]] = {
    "limited": lambda: web.Response(status=429, headers={"Retry-After": "7"}),
    "limited_until": lambda: web.Response(
        status=429, headers={"Retry-After": format_datetime(NOW + timedelta(seconds=90), usegmt=True)}
    ),
    "broken": lambda: web.Response(status=503, text=SECRET),
    "elsewhere": lambda: web.Response(status=302, headers={"Location": "/fine"}),
    "huge": lambda: web.Response(body=b"x" * 3000),
    "text": lambda: web.Response(text="<html>maintenance</html>"),
    "no": lambda: web.json_response({"error": "no"}, status=422),
}


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    it = Server()
    app = web.Application()
    app.router.add_route("*", "/{name}", it.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    it.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield it
    it.held.set()
    await runner.cleanup()


@pytest.fixture
async def http(server: Server) -> AsyncIterator[Http]:
    it = Http(server.url, headers={"Authorization": f"Bearer {SECRET}"}, timeout=0.5, max_body=2000, clock=lambda: NOW)
    yield it
    await it.close()


async def error_of(call: Awaitable[object]) -> PlatformError:
    """The error `call` raises within 5 s: even an answer that drips for ever has an end."""
    with pytest.raises(PlatformError) as caught:
        async with asyncio.timeout(5):
            await call
    return caught.value


async def test_an_answer_comes_with_status_lower_case_headers_and_json(http: Http, server: Server) -> None:
    answer = await http.request("POST", "/fine", write=True, content={"text": "早安"}, headers={"X-Key": "1"})
    assert (answer.status, answer.document()) == (200, {"你": "好"})
    assert answer.headers["content-type"].startswith("application/json")
    assert server.seen[0].headers["Authorization"] == f"Bearer {SECRET}"
    assert server.seen[0].headers["X-Key"] == "1"


async def test_bytes_are_sent_as_they_are_under_the_type_that_was_named(http: Http, server: Server) -> None:
    content = b"\x89PNG\x00\xff"
    await http.request("POST", "/fine", write=True, content=content, headers={"Content-Type": "image/png"})
    assert (server.bodies, server.seen[0].content_type) == ([content], "image/png")


async def test_a_refusal_of_the_platform_is_left_to_the_adapter(http: Http) -> None:
    assert (await http.request("POST", "/no", write=True)).status == 422


@pytest.mark.parametrize("name", ["reset", "hang", "drip", "broken", "huge"])
async def test_a_write_that_may_have_been_read_is_unsure(http: Http, name: str) -> None:
    error = await error_of(http.request("POST", f"/{name}", write=True, content={}))
    assert isinstance(error, Unsure)
    assert (error.retry, error.certain) == (False, False)


@pytest.mark.parametrize("name", ["reset", "hang", "drip", "broken", "huge"])
async def test_a_read_that_fails_had_no_effect(http: Http, name: str) -> None:
    assert isinstance(await error_of(http.request("GET", f"/{name}", write=False)), NotSent)


async def test_a_write_nobody_listens_to_was_not_sent() -> None:
    http = Http("http://127.0.0.1:9", timeout=0.5)
    error = await error_of(http.request("POST", "/x", write=True))
    await http.close()
    assert isinstance(error, NotSent)
    assert error.evidence == "ConnectError on POST /x"


@pytest.mark.parametrize(("name", "seconds"), [("limited", 7), ("limited_until", 90)])
async def test_429_was_not_sent_and_says_when_to_come_back(http: Http, name: str, seconds: float) -> None:
    error = await error_of(http.request("POST", f"/{name}", write=True))
    assert isinstance(error, NotSent)
    assert error.after == seconds


@pytest.mark.parametrize("write", [True, False])
async def test_a_redirect_is_never_followed(http: Http, server: Server, write: bool) -> None:
    error = await error_of(http.request("POST" if write else "GET", "/elsewhere", write=write))
    assert isinstance(error, Rejected)
    assert [request.path for request in server.seen] == ["/elsewhere"]


async def test_a_long_poll_may_take_as_long_as_it_says(http: Http, server: Server) -> None:
    asyncio.get_running_loop().call_later(0.8, server.held.set)
    answer = await http.request("GET", "/hang", write=False, hold=5)
    assert answer.status == 200


async def test_an_answer_that_is_no_json_is_classed_like_a_5xx(http: Http) -> None:
    read = await http.request("GET", "/text", write=False)
    with pytest.raises(NotSent):
        read.document()
    written = await http.request("POST", "/text", write=True)
    with pytest.raises(Unsure):
        written.document()


def test_json_of_another_shape_is_classed_like_a_5xx() -> None:
    document: dict[str, str] = {}
    with pytest.raises(Unsure), shaped("POST /x", write=True):
        document["id"]
    with pytest.raises(NotSent), shaped("GET /x", write=False):
        int("none")


@pytest.mark.parametrize("name", ["reset", "hang", "broken", "limited", "elsewhere"])
async def test_no_error_shows_or_holds_the_secret(http: Http, name: str) -> None:
    error = await error_of(http.request("POST", f"/{name}", write=True))
    assert SECRET not in f"{error!r} {error}"
    assert error.__cause__ is None
    assert error.__context__ is None
    assert SECRET not in repr(http)


async def test_closing_twice_is_harmless(http: Http) -> None:
    await http.request("GET", "/fine", write=False)
    await http.close()
    await http.close()
    assert (await http.request("GET", "/fine", write=False)).status == 200


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("2.5", 2.5),
        ("-3", 0),
        ("Mon, 23 Nov 2026 04:00:30 GMT", 30),
        ("Mon, 23 Nov 2026 03:00:00 GMT", 0),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_reads_seconds_and_dates(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


def test_a_redacted_logger_writes_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("tests.redaction")
    redaction = Redaction([SECRET, ""])
    logger.addFilter(redaction)
    with caplog.at_level(logging.INFO, logger.name):
        logger.info("HTTP Request: %s %s", "POST", f"https://api.example/bot{SECRET}/getMe")
        logger.info("nothing %s", "to hide")
    logger.removeFilter(redaction)
    assert caplog.messages == ["HTTP Request: POST https://api.example/bot[secret]/getMe", "nothing to hide"]
