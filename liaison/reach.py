"""How near to the portal an address of the network is."""

from __future__ import annotations

from enum import IntEnum
from ipaddress import ip_address


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
    found = getattr(found, "ipv4_mapped", None) or found
    if found.is_loopback or found.is_link_local or found.is_unspecified or found.is_multicast:
        return Reach.LOCAL
    return Reach.PUBLIC if found.is_global else Reach.PRIVATE
