"""How near to the portal a server is: none that answers us may send us on to one that is nearer than itself."""

from __future__ import annotations

from enum import IntEnum
from ipaddress import ip_address

from feeds.ways.contract import PullFailed


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


def _widest(host: str) -> Reach:
    """How near the address that an operator gave may lead: a name leads to this machine only where it says so."""
    name = host.strip("[]").lower()
    try:
        ip_address(name.partition("%")[0])
    except ValueError:
        return Reach.LOCAL if name == "localhost" or name.endswith(".localhost") else Reach.PRIVATE
    return reach_of(name)


class Border:
    """Holds the connections of one pull to the reach of its first, which goes to the source's own server.

    Asked with the address that a connection really has, so that a name that changes its meaning opens nothing.
    """

    def __init__(self) -> None:
        self._most: Reach | None = None

    def check(self, host: str, address: str) -> None:
        """Raises PullFailed where ``address``, which ``host`` led to, is nearer than it may be."""
        found = reach_of(address)
        most = _widest(host) if self._most is None else self._most
        if found > most:
            raise PullFailed(f"{host} leads into the portal's own network, where it is not followed")
        if self._most is None:
            self._most = found
