"""How near a server is, and that none leads us nearer than itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.ways.contract import PullFailed
from feeds.ways.reach import Border, Reach, reach_of

PUBLIC, PRIVATE, LOCAL = "93.184.216.34", "10.0.0.7", "127.0.0.1"


@pytest.mark.parametrize(
    ("address", "reach"),
    [
        (PUBLIC, Reach.PUBLIC), ("2606:2800:220:1::1", Reach.PUBLIC), ("::ffff:93.184.216.34", Reach.PUBLIC),
        (PRIVATE, Reach.PRIVATE), ("192.168.1.1", Reach.PRIVATE), ("172.16.0.1", Reach.PRIVATE),
        ("100.64.0.1", Reach.PRIVATE), ("fd00::1", Reach.PRIVATE), ("::ffff:10.0.0.7", Reach.PRIVATE),
        (LOCAL, Reach.LOCAL), ("127.9.9.9", Reach.LOCAL), ("::1", Reach.LOCAL), ("0.0.0.0", Reach.LOCAL),
        ("169.254.169.254", Reach.LOCAL), ("fe80::1%eth0", Reach.LOCAL), ("::ffff:127.0.0.1", Reach.LOCAL),
        ("::ffff:169.254.169.254", Reach.LOCAL), ("224.0.0.1", Reach.LOCAL), ("", Reach.LOCAL), ("no", Reach.LOCAL),
    ],
)  # fmt: skip
def test_how_near_an_address_is(address: str, reach: Reach) -> None:
    assert reach_of(address) == reach


@pytest.mark.parametrize(
    ("host", "address", "is_let"),
    [
        ("line.example", PUBLIC, True),
        ("tracker", PRIVATE, True),
        ("line.example", LOCAL, False),
        ("line.example", "169.254.169.254", False),
        ("localhost", LOCAL, True),
        ("feed.localhost", "::1", True),
        ("notlocalhost", LOCAL, False),
        (LOCAL, LOCAL, True),
        ("[::1]", "::1", True),
        ("169.254.169.254", "169.254.169.254", True),
        (PUBLIC, LOCAL, False),
    ],
)
def test_a_name_leads_to_this_machine_only_where_it_says_so(host: str, address: str, is_let: bool) -> None:
    if is_let:
        Border().check(host, address)
        return
    with pytest.raises(PullFailed, match=r"leads into the portal's own network"):
        Border().check(host, address)


ORDER = [PUBLIC, PRIVATE, LOCAL]


@given(first=st.sampled_from(ORDER), then=st.lists(st.sampled_from(ORDER), min_size=1, max_size=4))
def test_nobody_is_sent_nearer_than_where_he_began(first: str, then: list[str]) -> None:
    border = Border()
    border.check(first, first)
    for address in then:
        if ORDER.index(address) > ORDER.index(first):
            with pytest.raises(PullFailed):
                border.check("localhost", address)
        else:
            border.check("localhost", address)
