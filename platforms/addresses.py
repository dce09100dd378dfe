"""Which addresses of the internet may be reached for somebody who only typed a link: those open to everybody.
It never opens a connection, and looks names up exactly once, so that what was checked is what is connected to.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Looks up a host for a port: its addresses, best first. Raises OSError when there are none."""

_UNICAST = IPv6Network("2000::/3")
"""The only part of IPv6 that is handed out for public use (IANA, "IPv6 Global Unicast Address Assignments")."""
_NAT64 = IPv6Network("64:ff9b::/96")
"""IPv4 in IPv6, as networks without IPv4 see it (RFC 6052): the last 32 bits are the address meant."""
_PROTOCOLS = IPv4Network("192.0.0.0/24")
"""For protocols, not for servers (RFC 6890); of which Python's own table holds a part, and one cloud's metadata."""
_METADATA = frozenset({IPv4Address("168.63.129.16")})
"""Services for the machine itself that stand at public addresses: Azure's (its documentation, "What is IP address
168.63.129.16?"). Those of the other clouds are link-local, unique local or shared addresses, and refused as such.
"""


def public(address: Address) -> bool:
    """Whether an address is open to everybody: not private, loopback, link-local, shared, multicast or reserved."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or (IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None)
        if inner is not None:
            return public(inner)
        # 6to4 leads to a relay that nobody runs any more, or to an IPv4 address in disguise (RFC 7526).
        return address in _UNICAST and address.is_global and address.sixtofour is None
    special = address.is_multicast or address in _PROTOCOLS or address in _METADATA
    return address.is_global and not special


def literal(host: str) -> Address | None:
    """The address a host is written as; None for a name. What resolvers take for one is one: 2130706433, 0x7f.1."""
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


async def resolve(host: str, port: int) -> Sequence[str]:
    """The machine's own look-up. Raises OSError (`socket.gaierror`), UnicodeError for what cannot be a name."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))
