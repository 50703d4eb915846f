"""Her way in: an authenticator app, recovery codes on paper, a passkey, and a phone without scripts."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect

from tests.conftest import Cast
from tests.journeys.conftest import PASSWORD, Visitor
from tests.liaison.signin.conftest import code_in, last_letter, totp

pytestmark = pytest.mark.slow
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def submit(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        page.fill(f"input[name={name}]", value)
    page.click("main form.card button[type=submit]")


def sign_out(page: Page) -> None:
    page.click("form[action='/accounts/logout/'] button")


def faults(page: Page) -> list[str]:
    """What the browser complains of from now on."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def test_the_office_is_led_to_an_app_and_signs_in_with_it(people: Cast, visitor: Visitor, settings: Any) -> None:
    settings.MFA_REQUIRED = True
    visitor.sign_in(people.officer.email)
    page = visitor.page
    expect(page).to_have_url(f"{visitor.server.url}/me/security/")
    visitor.check()
    page.click("a[href='/accounts/2fa/totp/activate/']")
    visitor.check()
    submit(page, password=PASSWORD)
    visitor.check()
    secret = page.inner_text("code.key")
    submit(page, code=totp(secret))
    expect(page.locator("ol.codes li")).to_have_count(10)
    visitor.check()
    code = page.locator("ol.codes code").first.inner_text()
    visitor.open("/consignments/")
    expect(page.locator("h1")).to_contain_text("Consignments")
    sign_out(page)
    visitor.sign_in(people.officer.email)
    visitor.check()
    submit(page, code=code)
    expect(page).to_have_url(f"{visitor.server.url}/tickets/board/")


def test_a_passkey_opens_the_portal_without_a_password(people: Cast, visitor: Visitor) -> None:
    page = visitor.page
    found = faults(page)
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    visitor.sign_in(people.importer.email)
    visitor.open("/accounts/2fa/webauthn/add/")
    submit(page, password=PASSWORD)
    visitor.check()
    submit(page, name="My phone")
    expect(page.locator("ol.codes li")).to_have_count(10)
    assert Authenticator.objects.get(type="webauthn").wrap().name == "My phone"
    sign_out(page)
    visitor.open("/accounts/login/")
    visitor.check()
    page.click("text=Sign in with a passkey")
    expect(page).to_have_url(f"{visitor.server.url}/consignments/")
    sign_out(page)
    visitor.sign_in(people.importer.email)
    page.click("text=Use a passkey")
    expect(page).to_have_url(f"{visitor.server.url}/consignments/")
    visitor.open("/me/security/")
    expect(page.locator("main")).to_contain_text("My phone")
    visitor.check()
    assert found == []


def test_a_passkey_that_is_not_there_is_said_and_the_password_still_works(people: Cast, visitor: Visitor) -> None:
    page = visitor.page
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    visitor.open("/accounts/login/")
    page.click("text=Sign in with a passkey")
    expect(page.locator("[data-passkey-failed]")).to_be_visible()
    visitor.check()
    submit(page, login=people.importer.email, password=PASSWORD)
    expect(page).to_have_url(f"{visitor.server.url}/consignments/")


def test_a_code_by_e_mail_and_the_sessions_without_scripts(
    people: Cast, visitor_without_scripts: Visitor, visitor: Visitor
) -> None:
    visitor.sign_in(people.importer.email)
    page = visitor_without_scripts.open("/accounts/login/")
    expect(page.locator("text=Sign in with a passkey")).to_be_hidden()
    page.click("text=Send me a code by e-mail instead")
    submit(page, email=people.importer.email)
    submit(page, code="BCDF-GHJK")
    expect(page.locator("main")).to_contain_text("This code is not right.")
    submit(page, code=code_in(last_letter()[2]))
    visitor_without_scripts.open("/me/sessions/")
    expect(page.locator("main li.row")).to_have_count(2)
    page.click("text=Sign out everywhere else")
    submit(page, password=PASSWORD)
    expect(page.locator("main li.row")).to_have_count(1)
    visitor.open("/me/")
    expect(visitor.page).to_have_url(f"{visitor.server.url}/accounts/login/?next=/me/")


def test_every_page_of_the_way_in_can_be_read_by_everybody(people: Cast, visitor: Visitor) -> None:
    for path in ("login/", "login/code/", "password/reset/", "password/reset/done/", "signup/"):
        visitor.open(f"/accounts/{path}")
        visitor.check()
    visitor.sign_in(people.importer.email)
    for path in ("/me/security/", "/me/sessions/", "/accounts/email/", "/accounts/password/change/"):
        visitor.open(path)
        visitor.check()
