"""How near a server is, and that none leads us nearer than itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.ways.contract import PullFailed
from feeds.ways.reach import Border

PUBLIC, PRIVATE, LOCAL = "93.184.216.34", "10.0.0.7", "127.0.0.1"


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
