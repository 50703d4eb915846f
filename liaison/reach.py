"""How near to the portal an address of the network is."""

from __future__ import annotations

from enum import IntEnum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

# What a translator of a network takes for the address of version 4 at its end (RFC 6052).
_TRANSLATED = ip_network("64:ff9b::/96")


class Reach(IntEnum):
    """Whom an address can be reached by, the widest first."""

    PUBLIC = 0
    PRIVATE = 1
    # This machine, and what a cloud tells its own machines (169.254.169.254).
    LOCAL = 2


def reach_of(address: str) -> Reach:
    """The reach of a numeric address; what is no address that a partner may have is as near as can be."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return Reach.LOCAL
    found = _inner(found) if isinstance(found, IPv6Address) else found
    if found.is_loopback or found.is_link_local or found.is_unspecified or found.is_multicast:
        return Reach.LOCAL
    return Reach.PUBLIC if found.is_global else Reach.PRIVATE


def _inner(address: IPv6Address) -> IPv4Address | IPv6Address:
    """The address of version 4 that one of version 6 leads to through a translator or a tunnel, else itself."""
    if address in _TRANSLATED:
        return IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour or address
