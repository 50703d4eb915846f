"""The roles, the groups that pages ask for, and what each role finds in the navigation."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import translation

from liaison.models import Organization, Person
from liaison.people import add_person, organization_kind_for
from liaison.roles import EVERY, OFFICE, TRADE, TRADE_WRITE, Role
from tests.conftest import AT

As = Callable[[Person | None], Client]
OFFICER_PAGES = [
    "Consignments",
    "Triage",
    "Tickets",
    "Nominations",
    "Tariff",
    "Unmatched",
    "Sources",
    "Outbox",
    "Directory",
    "Verification",
    "Corridor",
    "Observatory",
    "Inbox",
]
HEAD_PAGES = [*OFFICER_PAGES[:9], "Journal", *OFFICER_PAGES[9:]]
TRADE_PAGES = ["Consignments", "Tickets", "Nominations", "Tariff", "Corridor", "Observatory", "Inbox"]
OTHER_PAGES = ["Corridor", "Observatory", "Inbox"]


def test_the_names_of_the_roles_are_those_that_commands_take() -> None:
    names = "owner member readonly officer supervisor administrator desk official"
    assert Role.values == names.split()
    assert frozenset(Role.values) == EVERY


@pytest.mark.parametrize(
    ("role", "trades", "writes", "is_office"),
    [
        ("owner", True, True, False),
        ("member", True, True, False),
        ("readonly", True, False, False),
        ("officer", False, False, True),
        ("supervisor", False, False, True),
        ("administrator", False, False, True),
        ("desk", False, False, False),
        ("official", False, False, False),
    ],
)
def test_the_groups_that_a_role_is_in(role: str, trades: bool, writes: bool, is_office: bool) -> None:
    assert (role in TRADE, role in TRADE_WRITE, role in OFFICE) == (trades, writes, is_office)


@pytest.mark.parametrize("role", Role.values)
def test_every_role_has_a_kind_of_firm_and_a_name_in_each_language(role: str) -> None:
    assert organization_kind_for(role) in Organization.Kind.values
    english = str(Role(role).label)
    with translation.override("fr"):
        assert str(Role(role).label) not in ("", role)
    assert english not in ("", role)


@pytest.mark.parametrize("role", Role.values)
def test_the_navigation_leads_a_role_to_its_own_pages_and_each_lets_it_in(
    network: None, as_person: As, role: str
) -> None:
    client = as_person(add_person(email="new@portal.example", role=role, by=None, at=AT))
    nav = navigation(client.get("/me/").content.decode())
    office_pages = OFFICER_PAGES if role == Role.OFFICER else HEAD_PAGES
    others = ["Tickets", *OTHER_PAGES] if role == Role.DESK else OTHER_PAGES
    pages = office_pages if role in OFFICE else TRADE_PAGES if role in TRADE else others
    assert sorted(nav.values()) == sorted(pages)
    assert {url: client.get(url).status_code for url in nav} == dict.fromkeys(nav, 200)


def navigation(page: str) -> dict[str, str]:
    """The entries' words by their addresses."""
    nav = page.partition('<nav class="nav"')[2].partition("</nav>")[0]
    found = re.findall(r'<a href="([^"]+)"[^>]*>(.*?)</a>', nav, re.S)
    return {url: " ".join(re.sub("<[^>]+>", " ", words).split()) for url, words in found}


def test_the_navigation_marks_where_one_is(network: None, as_person: As) -> None:
    client = as_person(add_person(email="new@portal.example", role="owner", by=None, at=AT))
    page = client.get("/consignments/?q=A").content.decode().partition("</nav>")[0]
    assert re.findall(r'<a href="([^"]+)"\s+aria-current="page"', page) == ["/consignments/"]


def test_a_visitor_has_no_navigation(network: None) -> None:
    assert navigation(Client().get("/corridor/").content.decode()) == {}
