"""Fetching what somebody typed, from real servers on loopback: how far an address gets, and how much comes back."""

from __future__ import annotations

import asyncio
import gzip
import socket
import zlib
from collections.abc import AsyncIterator, Awaitable, Sequence

import pytest

from platforms.errors import NotSent, PlatformError, Rejected
from platforms.fetch import Fetched, fetch
from tests.platforms.file_server import Names, Server, moved, ok

MOST = 10_000
SECRET = "s3cret-signature"


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with Server() as it:
        yield it


@pytest.fixture
async def other() -> AsyncIterator[Server]:
    """What nobody allowed to be reached."""
    async with Server() as it:
        it.answers["/"] = ok(b"the team's own")
        yield it


async def got(server: Server, path: str, *, within: float = 5.0) -> Fetched:
    """What `path` of the allowed server gives."""
    return await fetch(f"http://{server.host}{path}", most=MOST, allow={server.host}, within=within)


async def refusal(call: Awaitable[object]) -> str:
    """The code of the refusal; neither it nor what hangs on it shows the address."""
    with pytest.raises(Rejected) as caught:
        await call
    assert caught.value.__context__ is None
    assert SECRET not in f"{caught.value!r} {caught.value}"
    return caught.value.code


async def failure(call: Awaitable[object]) -> PlatformError:
    with pytest.raises(NotSent) as caught:
        await call
    assert caught.value.__context__ is None
    return caught.value


async def test_a_file_comes_with_what_it_is_said_to_be_and_where_it_was(server: Server) -> None:
    server.answers["/a.jpg"] = ok(b"picture", "Content-Type: Image/JPEG; charset=binary")
    found = await got(server, "/a.jpg?size=l#top")
    assert found == Fetched(b"picture", "image/jpeg", f"http://{server.host}/a.jpg?size=l#top")
    assert server.seen == [("/a.jpg?size=l", server.host)]


async def test_a_redirect_is_followed_up_to_five_times(server: Server) -> None:
    for n in range(6):
        server.answers[f"/{n}"] = moved(f"/{n + 1}", (301, 302, 303, 307, 308, 302)[n])
    server.answers["/6"] = ok(b"found")
    assert (await got(server, "/1")).url == f"http://{server.host}/6"
    assert await refusal(got(server, "/0")) == "bad_answer"


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://LOCALHOST:8080/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.1/",
        "http://017700000001/",
        "http://127.1/",
        "http://0/",
        "http://[::1]/",
        "http://[::]/",
        "http://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[fd00:ec2::254]/",
        "http://100.100.100.200/",
        "http://10.0.0.1:8443/",
    ],
)
async def test_an_address_of_our_own_network_is_refused_however_it_is_written(address: str) -> None:
    assert await refusal(fetch(address, most=MOST)) == "private_address"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "shop.example/a.jpg",
        "ftp://shop.example/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:70/",
        "data:image/png;base64,AA==",
        "http:///a",
        f"http://name:{SECRET}@shop.example/",
        "http://name@shop.example/",
        "http://shop.example\\@127.0.0.1/",
        "http://shop.example:22/",
        "http://shop.example:99999/",
        "http://0177.0.0.1/",
        "http://１２７.０.０.１/",
        "http://①②⑦.0.0.1/",
        "http://[::1/",
        "http://[fe80::1%25eth0",
        "http://shop.example/\r\nX: y",
        f"http://{'a' * 64}.example/",
    ],
)
async def test_what_is_no_plain_address_of_a_web_page_is_refused(address: str) -> None:
    assert await refusal(fetch(address, most=MOST)) == "bad_url"


async def test_only_the_very_host_and_port_that_are_named_are_allowed(server: Server, other: Server) -> None:
    assert await refusal(fetch(f"http://{other.host}/", most=MOST, allow={server.host})) == "bad_url"
    assert await refusal(fetch(f"http://localhost:{server.port}/", most=MOST, allow={server.host})) == "bad_url"
    assert (server.seen, other.seen) == ([], [])


@pytest.mark.parametrize(
    ("to", "code"),
    [
        ("http://{other}/", "bad_url"),
        ("//{other}/", "bad_url"),
        ("http://127.0.0.1:8080/", "private_address"),
        ("http://169.254.169.254/latest/meta-data/", "private_address"),
        ("http://2130706433/", "private_address"),
        ("http://[::ffff:127.0.0.1]/", "private_address"),
        ("http://localhost/", "private_address"),
        ("https://name:word@{server}/", "bad_url"),
        ("file:///etc/passwd", "bad_url"),
        ("http://[::1", "bad_url"),
    ],
)
async def test_a_redirect_leads_nowhere_an_address_could_not(server: Server, other: Server, to: str, code: str) -> None:
    server.answers["/"] = moved(to.format(server=server.host, other=other.host))
    assert await refusal(got(server, "/")) == code
    assert other.seen == []


async def test_a_name_that_leads_into_our_network_is_refused(server: Server) -> None:
    names = Names(inside_example=[["127.0.0.1"]], half_example=[["8.8.8.8", "::1"]], odd_example=[["somewhere"]])
    for host in ("inside.example", "half.example", "odd.example"):
        assert await refusal(fetch(f"http://{host}/", most=MOST, look_up=names)) == "private_address"
    assert server.seen == []


async def test_the_address_that_was_checked_is_the_one_that_is_reached(server: Server) -> None:
    """A second look-up would find no answer, and one by the library would be a foreign address to this test."""
    names = Names(pictures_example=[["127.0.0.1"]])
    host = f"pictures.example:{server.port}"
    server.answers["/a"] = ok(b"picture")
    found = await fetch(f"http://{host}/a", most=MOST, allow={host}, look_up=names)
    assert found == Fetched(b"picture", "", f"http://{host}/a")
    assert server.seen == [("/a", host)]
    assert names.asked == ["pictures.example"]


async def test_a_name_is_checked_again_at_every_redirect(server: Server) -> None:
    names = Names(pictures_example=[["127.0.0.1"]], inside_example=[["10.0.0.1"]])
    host = f"pictures.example:{server.port}"
    server.answers["/a"] = moved("http://inside.example/")
    assert await refusal(fetch(f"http://{host}/a", most=MOST, allow={host}, look_up=names)) == "private_address"
    assert names.asked == ["pictures.example", "inside.example"]


async def test_a_name_in_another_script_is_looked_up_as_it_goes_over_the_wire(server: Server) -> None:
    names = Names(**{"xn--54qt82c.tw": [["10.0.0.1"]]})
    assert await refusal(fetch("http://晨光.tw/", most=MOST, look_up=names)) == "private_address"


async def test_the_next_address_is_tried_where_nobody_listens_at_the_first(server: Server) -> None:
    names = Names(pictures_example=[["::1", "127.0.0.1"]])
    host = f"pictures.example:{server.port}"
    server.answers["/"] = ok(b"picture")
    assert (await fetch(f"http://{host}/", most=MOST, allow={host}, look_up=names)).data == b"picture"


async def test_a_certificate_is_asked_of_the_name_and_not_of_the_address() -> None:
    heard: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.set_result(await reader.read(4096))
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as listening:
        host = f"pictures.example:{listening.sockets[0].getsockname()[1]}"
        names = Names(pictures_example=[["127.0.0.1"]])
        await failure(fetch(f"https://{host}/", most=MOST, allow={host}, look_up=names))
    assert b"pictures.example" in await heard


@pytest.mark.parametrize(
    "answer",
    [
        ok(b"x" * (MOST + 1)),
        ok(b"", length=10**12),
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (MOST + 1),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2711\r\n" + b"x" * 0x2711 + b"\r\n0\r\n\r\n",
        ok(gzip.compress(bytes(50_000_000), mtime=0), "Content-Encoding: gzip")[:20_000],
        ok(zlib.compress(bytes(1_000_000)), "Content-Encoding: deflate"),
    ],
    ids=["too long", "says it is", "says nothing", "in chunks", "gzip bomb", "deflate bomb"],
)
async def test_more_than_the_limit_is_refused_whatever_its_length_says(server: Server, answer: bytes) -> None:
    server.answers["/"] = answer
    assert await refusal(got(server, "/")) == "too_large"


async def test_a_file_without_an_end_is_let_go_at_the_limit(server: Server) -> None:
    assert await refusal(got(server, "/endless")) == "too_large"
    assert server.sent < 50_000_000


async def test_a_file_of_exactly_the_limit_is_taken(server: Server) -> None:
    server.answers["/plain"] = ok(b"x" * MOST)
    server.answers["/gzip"] = ok(gzip.compress(b"x" * MOST, mtime=0), "Content-Encoding: gzip")
    assert (await got(server, "/plain")).data == (await got(server, "/gzip")).data == b"x" * MOST


@pytest.mark.parametrize(
    "answer",
    [
        ok(b"not gzip at all", "Content-Encoding: gzip"),
        ok(gzip.compress(b"x" * 100, mtime=0)[:-9], "Content-Encoding: gzip"),
        ok(b"x", "Content-Encoding: br"),
        ok(b"x", "Content-Encoding: gzip, gzip"),
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n",
    ],
)
async def test_an_answer_that_holds_no_file_is_refused(server: Server, answer: bytes) -> None:
    server.answers["/"] = answer
    assert await refusal(got(server, f"/?{SECRET}")) == "bad_answer"


@pytest.mark.parametrize("status", [404, 410])
async def test_a_file_that_is_not_there_is_said_to_be_missing(server: Server, status: int) -> None:
    server.answers["/"] = f"HTTP/1.1 {status} No\r\nContent-Length: 0\r\n\r\n".encode()
    assert await refusal(got(server, f"/?{SECRET}")) == "not_found"


async def test_a_name_nobody_has_is_said_to_be_missing() -> None:
    async def nobody(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, host)

    async def away(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_AGAIN, host)

    assert await refusal(fetch("http://nobody.example/", most=MOST, look_up=nobody)) == "not_found"
    await failure(fetch("http://nobody.example/", most=MOST, look_up=away))


async def test_whoever_is_away_can_be_asked_again(server: Server, free_port: int) -> None:
    server.answers["/short"] = ok(b"only this", length=100)
    server.answers["/no-http"] = b"SSH-2.0-OpenSSH_9.9\r\n"
    server.answers["/busy"] = b"HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n"
    for path in ("/short", "/no-http"):
        await failure(got(server, path))
    assert (await failure(got(server, "/busy"))).after == 7
    nobody = f"127.0.0.1:{free_port}"
    await failure(fetch(f"http://{nobody}/", most=MOST, allow={nobody}))


async def test_the_whole_fetch_has_one_limit_in_time(server: Server) -> None:
    async with asyncio.timeout(5):
        await failure(got(server, "/silent", within=0.2))
