"""How near an address is."""

from __future__ import annotations

import pytest

from liaison.reach import Reach, reach_of

PUBLIC, PRIVATE, LOCAL = "93.184.216.34", "10.0.0.7", "127.0.0.1"


@pytest.mark.parametrize(
    ("address", "reach"),
    [
        (PUBLIC, Reach.PUBLIC), ("2606:2800:220:1::1", Reach.PUBLIC), ("::ffff:93.184.216.34", Reach.PUBLIC),
        (PRIVATE, Reach.PRIVATE), ("192.168.1.1", Reach.PRIVATE), ("172.16.0.1", Reach.PRIVATE),
        ("100.64.0.1", Reach.PRIVATE), ("fd00::1", Reach.PRIVATE), ("::ffff:10.0.0.7", Reach.PRIVATE),
        # What a translator or a tunnel leads to counts.
        ("64:ff9b::5db8:d822", Reach.PUBLIC), ("64:ff9b::a00:7", Reach.PRIVATE), ("64:ff9b::7f00:1", Reach.LOCAL),
        ("64:ff9b::a9fe:a9fe", Reach.LOCAL), ("2002:5db8:d822::1", Reach.PUBLIC), ("2002:a00:7::1", Reach.PRIVATE),
        (LOCAL, Reach.LOCAL), ("127.9.9.9", Reach.LOCAL), ("::1", Reach.LOCAL), ("0.0.0.0", Reach.LOCAL),
        ("169.254.169.254", Reach.LOCAL), ("fe80::1%eth0", Reach.LOCAL), ("::ffff:127.0.0.1", Reach.LOCAL),
        ("::ffff:169.254.169.254", Reach.LOCAL), ("224.0.0.1", Reach.LOCAL), ("", Reach.LOCAL), ("no", Reach.LOCAL),
    ],
)  # fmt: skip
def test_how_near_an_address_is(address: str, reach: Reach) -> None:
    assert reach_of(address) == reach
