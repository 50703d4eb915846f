"""The story of a firm's people: invited, joined, handed over, left; and of somebody who acts for two firms."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from liaison.models import Membership
from liaison.people import add_person
from tests.conftest import AT, Cast
from tests.journeys.conftest import Visitor
from tests.liaison.offers import token_for

pytestmark = pytest.mark.slow
NEW = "keza@new.example"


def press(visitor: Visitor, words: str) -> None:
    visitor.page.get_by_role("button", name=words).click()


def test_an_owner_invites_hands_over_and_leaves(
    people: Cast, visitor: Visitor, visitor_without_scripts: Visitor
) -> None:
    visitor.come_as(people.importer.email)
    page = visitor.open("/me/")
    visitor.check()
    page.get_by_role("link", name="People").click()
    page.get_by_role("link", name="Invite").click()
    visitor.check()
    page.get_by_label("E-mail address").fill(NEW)
    press(visitor, "Send the invitation")
    expect(page.locator("main")).to_contain_text(f"The invitation is on its way to {NEW}.")
    visitor.check()

    newcomer = visitor_without_scripts
    newcomer.open(f"/invitations/{token_for(NEW)}/")
    newcomer.page.get_by_label("Your name").fill("Keza")
    newcomer.page.get_by_label("Choose a password").fill("umuhanda-mwiza-7")
    press(newcomer, "Accept and sign in")
    expect(newcomer.page.locator("main")).to_contain_text("You belong to Umucyo Traders now.")

    firm = people.importer_firm.pk
    visitor.open(f"/organizations/{firm}/members/")
    page.locator(".menu summary").first.click()
    visitor.check()
    for name in ("Role", "Suspend", "Remove"):
        page.locator(".menu").first.get_by_role("link", name=name).click()
        visitor.check()
        page.go_back()
        page.locator(".menu").first.evaluate("menu => menu.open = true")
    visitor.open(f"/organizations/{firm}/leave/")
    press(visitor, "Leave")
    expect(page.locator("main")).to_contain_text("would be left without an owner")
    visitor.check()
    page.get_by_role("link", name="Hand the ownership over").click()
    page.get_by_label("New owner").select_option(label="Keza · Member")
    visitor.check()
    press(visitor, "Hand over")
    visitor.open(f"/organizations/{firm}/leave/")
    press(visitor, "Leave")
    expect(page.locator("main")).to_contain_text("You have left Umucyo Traders.")
    visitor.check()
    assert list(Membership.objects.filter(organization=firm).values_list("person__name", "role")) == [("Keza", "owner")]


def test_somebody_with_two_firms_chooses_for_which_she_acts(people: Cast, visitor_without_scripts: Visitor) -> None:
    add_person(email=people.importer.email, role="member", organization="Ikirere Imports", by=None, at=AT)
    visitor = visitor_without_scripts
    visitor.come_as(people.importer.email)
    head = visitor.open("/").locator("header")
    expect(head).to_contain_text(re.compile(r"Acting for:\s+all my organisations"))
    head.locator(".acting summary").click()
    press(visitor, "Ikirere Imports")
    expect(head).to_contain_text(re.compile(r"Acting for:\s+Ikirere Imports"))
    head.locator(".acting summary").click()
    press(visitor, "All my organisations")
    expect(head).to_contain_text(re.compile(r"Acting for:\s+all my organisations"))


def test_the_switch_and_the_invitation_can_be_used_by_everybody(people: Cast, visitor: Visitor) -> None:
    add_person(email=people.importer.email, role="member", organization="Ikirere Imports", by=None, at=AT)
    visitor.come_as(people.importer.email)
    visitor.open("/").locator("header .acting summary").click()
    visitor.check()
    visitor.open(f"/organizations/{people.importer_firm.pk}/invitations/new/")
    visitor.page.get_by_label("E-mail address").fill(NEW)
    press(visitor, "Send the invitation")
    visitor.open(f"/invitations/{token_for(NEW)}/")
    expect(visitor.page.locator("main")).to_contain_text("the invitation is for another address")
    visitor.check()
    press(visitor, "Sign out and go on")
    expect(visitor.page.get_by_label("Choose a password")).to_be_visible()
    visitor.check()
