"""Which addresses are open to everybody: a table of those that are not, however they are written."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from platforms.addresses import literal, public, resolve

PRIVATE = [
    "0.0.0.0",  # noqa: S104 - an address to refuse, not one to listen on
    "10.1.2.3",
    "100.64.0.1",  # shared by customers of one carrier
    "100.100.100.200",  # Alibaba's metadata
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",  # Azure's
    "169.254.169.254",  # everybody else's
    "172.16.0.1",
    "192.0.0.192",  # Oracle's
    "192.0.2.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::127.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",  # Teredo
    "2001:db8::1",
    "2002:7f00:1::",  # 6to4 of 127.0.0.1
    "2002:808:808::1",
    "fc00::1",
    "fd00:ec2::254",  # Amazon's metadata
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]
PUBLIC = ["8.8.8.8", "100.63.255.255", "168.63.129.17", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"]


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_of_somebodys_own_network_is_not_public(address: str) -> None:
    assert not public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_open_to_everybody_is_public(address: str) -> None:
    assert public(ip_address(address))


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("017700000001", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("::1", "::1"),
        ("::ffff:127.0.0.1", "::ffff:127.0.0.1"),
        ("localhost", None),
        ("shop.example", None),
        ("1e100.example", None),
        ("", None),
    ],
)
def test_a_number_is_read_as_the_address_a_resolver_would_make_of_it(host: str, address: str | None) -> None:
    assert literal(host) == (ip_address(address) if address else None)


async def test_a_name_is_looked_up_to_every_address_once() -> None:
    found = await resolve("localhost", 80)
    assert {"127.0.0.1", "::1"} >= set(found) != set()
    assert len(found) == len(set(found))
