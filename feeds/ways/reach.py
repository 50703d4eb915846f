"""How near to the portal a server is: none that answers us may send us on to one that is nearer than itself."""

from __future__ import annotations

from ipaddress import ip_address

from feeds.ways.contract import PullFailed
from liaison.reach import Reach, reach_of


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
