"""The page of access tokens: its own person's alone, the secret once, and nothing without a proof of who she is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from api.models import AccessToken
from api.tokens import make_token, token_for
from liaison.models import Person
from tests.conftest import Cast
from tests.liaison.signin.conftest import prove, signed_in, with_password

URL = "/me/tokens/"
ASKED = {"name": "Our ERP", "scopes": ["read", "money"], "days": "30"}


@pytest.fixture
def person(cast: Cast) -> Person:
    return with_password(cast.importer)


@pytest.fixture
def client(person: Person) -> Client:
    """A browser in which she has just given her password again."""
    return proven(person)


def proven(person: Person) -> Client:
    browser = signed_in(person)
    assert prove(browser, URL).status_code == 200
    return browser


def token_of(person: Person, name: str = "ERP", *, days: int = 9) -> AccessToken:
    return make_token(person=person, name=name, scopes=["read"], days=days, by=person, at=timezone.now())[0]


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_a_new_token_is_shown_once_and_works(client: Client, person: Person) -> None:
    assert "You have no token yet." in text_of(client.get(URL))
    answer = client.post(URL, ASKED)
    secret = answer.context["secret"]
    assert (answer.status_code, f"<code>{secret}</code>" in text_of(answer)) == (200, True)
    token = AccessToken.objects.get()
    assert (token.person, token.name, token.scopes) == (person, "Our ERP", ["read", "money"])
    assert token_for(secret, at=timezone.now()) == token
    again = client.get(URL)
    assert (again.context["secret"], secret in text_of(again), secret[:10] in text_of(again)) == ("", False, True)
    # The form is empty again, so that a second press makes nothing of the kind by a slip.
    assert answer.context["form"].is_bound is False


def test_no_browser_keeps_the_page(client: Client) -> None:
    for answer in (client.get(URL), client.post(URL, ASKED)):
        assert {"no-store", "private"} <= {part.strip() for part in answer["Cache-Control"].split(",")}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["all"]}, "scopes"),
        # Files of sources are the office's to send.
        ({"scopes": ["push"]}, "scopes"),
        ({"days": "0"}, "days"),
        ({"days": "-1"}, "days"),
        ({"days": "366"}, "days"),
        ({"days": "soon"}, "days"),
        ({"days": "9" * 5000}, "days"),
    ],
)
def test_a_slip_is_named_at_its_field_and_makes_nothing(client: Client, change: dict[str, Any], field: str) -> None:
    answer = client.post(URL, {**ASKED, **change})
    assert (answer.status_code, list(answer.context["form"].errors), answer.context["secret"]) == (422, [field], "")
    assert AccessToken.objects.count() == 0


def test_a_name_is_shown_as_it_was_typed(client: Client) -> None:
    text = text_of(client.post(URL, {**ASKED, "name": "<script>x</script>"}))
    assert "&lt;script&gt;x&lt;/script&gt;" in text
    assert "<script>x" not in text


def test_each_is_said_to_be_open_revoked_or_expired(client: Client, person: Person, cast: Cast) -> None:
    token_of(person, "lives")
    gone, old = token_of(person, "gone"), token_of(person, "old")
    token_of(cast.stranger, "a stranger's")
    long_ago = timezone.now() - timedelta(days=400)
    AccessToken.objects.filter(pk=old.pk).update(made_at=long_ago, expires_at=long_ago + timedelta(days=1))
    client.post(f"{URL}{gone.pk}/revoke/")
    answer = client.get(URL)
    rows = [(row["token"].name, row["is_open"], row["scopes"]) for row in answer.context["rows"]]
    words = ["read consignments and their events"]
    assert rows == [("old", False, words), ("gone", False, words), ("lives", True, words)]
    text = text_of(answer)
    assert [text.count(word) for word in (">Revoked<", ">Expired<", "/revoke/", "stranger")] == [1, 1, 1, 0]


def test_only_her_own_can_be_revoked_and_a_get_revokes_nothing(client: Client, person: Person, cast: Cast) -> None:
    mine, theirs = token_of(person), token_of(cast.stranger)
    assert client.post(f"{URL}{theirs.pk}/revoke/").status_code == 404
    assert client.post(f"{URL}{theirs.pk + 1000}/revoke/").status_code == 404
    assert client.get(f"{URL}{mine.pk}/revoke/").status_code == 405
    assert AccessToken.objects.filter(revoked_at__isnull=False).count() == 0
    for _time in range(2):
        assert client.post(f"{URL}{mine.pk}/revoke/")["Location"] == URL
    assert list(AccessToken.objects.filter(revoked_at__isnull=False)) == [mine]


def test_whoever_signed_in_long_ago_proves_herself_first(person: Person, as_person: Any) -> None:
    mine, browser = token_of(person), as_person(person)
    for answer in (browser.get(URL), browser.post(URL, ASKED), browser.post(f"{URL}{mine.pk}/revoke/")):
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/accounts/reauthenticate/")
    assert (AccessToken.objects.count(), AccessToken.objects.filter(revoked_at__isnull=False).count()) == (1, 0)


def test_nobody_is_sent_to_sign_in(person: Person) -> None:
    mine = token_of(person)
    for answer in (Client().get(URL), Client().post(URL, ASKED), Client().post(f"{URL}{mine.pk}/revoke/")):
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/accounts/login/")
    assert AccessToken.objects.in_force(timezone.now()).count() == 1


def test_every_role_has_tokens_of_her_own(cast: Cast) -> None:
    browser = proven(with_password(cast.desk))
    assert browser.post(URL, ASKED).context["secret"]
    assert AccessToken.objects.get().person == cast.desk


def test_the_office_alone_is_offered_to_send_files_of_sources(client: Client, cast: Cast) -> None:
    officer = proven(with_password(cast.officer))
    assert ['value="push"' in text_of(browser.get(URL)) for browser in (client, officer)] == [False, True]
    assert officer.post(URL, {**ASKED, "scopes": ["push"]}).context["secret"]


def test_many_are_paged_and_cost_the_same(client: Client, person: Person) -> None:
    for number in range(21):
        token_of(person, f"T{number}")
    first = client.get(URL)
    rest = client.get(first.context["page"].next_url)
    names = [[row["token"].name for row in answer.context["rows"]] for answer in (first, rest)]
    assert names == [[f"T{number}" for number in range(20, 0, -1)], ["T0"]]
