"""The pages on which people are invited and take the invitation up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from liaison.invitations import VALID, resend, withdraw
from liaison.models import Consent, Invitation, JournalEntry, Membership, Person
from notify.models import Letter
from tests.conftest import Cast
from tests.liaison.offers import offer, token_for

As = Callable[[Person | None], Client]
NEW = "keza@new.example"
SAID = {"name": "Keza", "language": "rw", "password": "umuhanda-mwiza-7"}


@pytest.fixture
def made(cast: Cast) -> Invitation:
    return offer(cast.importer_firm, NEW, by=cast.importer)


def url_for(email: str = NEW) -> str:
    return f"/invitations/{token_for(email)}/"


def roles(email: str = NEW) -> list[str]:
    return list(Membership.objects.filter(person__email=email).order_by("pk").values_list("role", flat=True))


def test_an_owner_invites(cast: Cast, as_person: As) -> None:
    Person.objects.filter(pk=cast.importer.pk).update(language="fr")
    client, url = as_person(cast.importer), f"/organizations/{cast.importer_firm.pk}/invitations/new/"
    form = client.get(url).context["form"]
    assert form.initial["language"] == "fr"
    assert [value for value, _ in form.fields["role"].choices] == ["owner", "member", "readonly"]
    answer = client.post(url, {"email": NEW, "role": "readonly", "language": "en"})
    assert answer.headers["location"] == f"/organizations/{cast.importer_firm.pk}/members/"
    assert (Invitation.objects.get().role, Letter.objects.get().address) == ("readonly", NEW)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"email": "keza"}, "valid email address"),
        ({"email": "importer@portal.example"}, "cannot invite yourself"),
        ({"role": "administrator"}, "valid choice"),
        ({"language": "de"}, "valid choice"),
        ({"email": "a@b.example\nBcc: c@d.example"}, "valid email address"),
    ],
)
def test_what_is_wrong_is_said(cast: Cast, as_person: As, wrong: dict[str, str], said: str) -> None:
    given = {"email": NEW, "role": "member", "language": "en", **wrong}
    answer = as_person(cast.importer).post(f"/organizations/{cast.importer_firm.pk}/invitations/new/", given)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Letter.objects.count() == 0


def test_a_member_is_said_to_be_one_and_a_stranger_s_account_is_not(cast: Cast, as_person: As) -> None:
    client, url = as_person(cast.stranger), f"/organizations/{cast.stranger_firm.pk}/invitations/new/"
    for email in (cast.importer.email, "nobody@portal.example"):
        assert client.post(url, {"email": email, "role": "member", "language": "en"}).status_code == 302
    again = client.post(url, {"email": cast.importer.email, "role": "member", "language": "en"})
    assert "has an open invitation" in again.content.decode()


def test_sending_again_and_withdrawing(cast: Cast, made: Invitation, as_person: As) -> None:
    client, old = as_person(cast.importer), url_for()
    assert client.get(f"/invitations/{made.pk}/resend/").status_code == 200
    assert client.post(f"/invitations/{made.pk}/resend/", {"language": "sw"}).status_code == 302
    assert client.post(f"/invitations/{made.pk}/resend/", {"language": "sw"}).status_code == 422
    new = url_for()
    assert (Client().get(old).status_code, Client().get(new).status_code) == (410, 200)
    latest = Invitation.objects.latest("pk")
    assert client.get(f"/invitations/{latest.pk}/withdraw/").status_code == 200
    assert client.post(f"/invitations/{latest.pk}/withdraw/").status_code == 302
    assert Client().get(new).status_code == 410


@pytest.mark.parametrize("action", ["resend", "withdraw"])
@pytest.mark.parametrize(("part", "status"), [("nobody", 302), ("stranger", 404), ("officer", 403), ("desk", 404)])
def test_nobody_else_touches_it(
    cast: Cast, made: Invitation, as_person: As, action: str, part: str, status: int
) -> None:
    answer = as_person(cast.people().get(part)).post(f"/invitations/{made.pk}/{action}/", {"language": "en"})
    assert answer.status_code == status
    assert (Letter.objects.count(), Client().get(url_for()).status_code) == (1, 200)


def test_the_letter_s_page_says_who_invites_into_what(cast: Cast, made: Invitation) -> None:
    answer = Client().get(url_for())
    page = answer.content.decode()
    assert [word for word in ("Umucyo Traders", "Importer", "Member", NEW) if word not in page] == []
    assert answer.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")


def test_looking_changes_nothing(cast: Cast, made: Invitation, as_person: As) -> None:
    before = (JournalEntry.objects.count(), Person.objects.count(), Membership.objects.count())
    for part in ("nobody", "importer", "stranger"):
        for _ in range(2):
            as_person(cast.people().get(part)).get(url_for())
            as_person(cast.people().get(part)).head(url_for())
    assert (JournalEntry.objects.count(), Person.objects.count(), Membership.objects.count()) == before
    assert Invitation.objects.get().accepted_at is None


def test_somebody_new_chooses_a_password_and_is_signed_in(cast: Cast, made: Invitation) -> None:
    client, url = Client(), url_for()
    assert client.post(url, SAID).headers["location"] == "/"
    assert roles() == ["member"]
    assert "You belong to Umucyo Traders now" in client.get("/consignments/").content.decode()
    person = Person.objects.get(email=NEW)
    assert (person.language, person.check_password("umuhanda-mwiza-7")) == ("rw", True)
    assert client.get("/me/").status_code == 200
    assert UserSession.objects.get(user_id=person.pk).session_key == client.session.session_key


def test_what_somebody_new_agrees_to_is_kept_with_her(cast: Cast, made: Invitation) -> None:
    client = Client(headers={"accept-language": "sw"})
    assert client.post(url_for(), {**SAID, "consents": ["survey:1"]}).status_code == 302
    kept = Consent.objects.values_list("person__email", "purpose", "version", "language")
    assert list(kept) == [(NEW, "survey", 1, "sw")]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"consents": "survey:9"}, "consents"),
        ({"password": "short"}, "password"),
        ({"password": "password123"}, "password"),
        ({"password": "keza@new.example"}, "password"),
        ({"password": ""}, "password"),
        ({"password": "x" * 129}, "password"),
        ({"name": " "}, "name"),
        ({"name": "n" * 121}, "name"),
        ({"language": "de"}, "language"),
    ],
)
def test_what_cannot_be_kept_is_said_and_makes_nobody(
    cast: Cast, made: Invitation, wrong: dict[str, str], field: str
) -> None:
    answer = Client().post(url_for(), {**SAID, **wrong})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert (Person.objects.filter(email=NEW).exists(), roles()) == (False, [])


def test_who_has_an_account_signs_in_first(cast: Cast, as_person: As) -> None:
    offer(cast.importer_firm, cast.stranger.email, by=cast.importer)
    url = url_for(cast.stranger.email)
    page = Client().get(url).content.decode()
    assert f"/accounts/login/?next={url}" in page
    assert Client().post(url, SAID).status_code == 200
    assert roles(cast.stranger.email) == ["owner"]
    client = as_person(cast.stranger)
    assert "Accept" in client.get(url).content.decode()
    assert client.post(url).headers["location"] == "/"
    assert roles(cast.stranger.email) == ["owner", "member"]


def test_signed_in_as_somebody_else_is_said(cast: Cast, made: Invitation, as_person: As) -> None:
    client, url = as_person(cast.stranger), url_for()
    page = client.get(url).content.decode()
    assert "You are signed in as Stranger (stranger@portal.example)" in page
    client.post(url, SAID)
    assert (roles(), roles(cast.stranger.email)) == ([], ["owner"])
    assert client.post("/accounts/logout/", {"next": url}).headers["location"] == url


@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_over_says_why(cast: Cast, method: str) -> None:
    now = timezone.now()
    urls = {}
    for end in ("accepted", "replaced", "withdrawn", "expired"):
        email = f"{end}@new.example"
        at = now - VALID if end == "expired" else now - timedelta(minutes=1)
        made = offer(cast.importer_firm, email, by=cast.importer, at=at)
        urls[end] = url_for(email)
        if end == "withdrawn":
            withdraw(invitation=made, by=cast.importer, at=now)
        elif end == "replaced":
            resend(invitation=made, language="en", by=cast.importer, at=now)
        elif end == "accepted":
            Client().post(urls[end], SAID)
    people = Person.objects.count()
    said = {
        "accepted": "This invitation has been accepted already",
        "replaced": "A newer letter has taken this invitation",
        "withdrawn": "This invitation has been withdrawn",
        "expired": "This invitation has expired",
    }
    for end, url in urls.items():
        answer = Client().get(url) if method == "get" else Client().post(url, SAID)
        assert (answer.status_code, said[end] in answer.content.decode()) == (410, True)
    assert Person.objects.count() == people


@pytest.mark.parametrize("token", ["x", "1", "x" * 43, "%00", "%ff", "..", "a" * 3000])
def test_an_unknown_token_is_a_page_that_is_missing(cast: Cast, made: Invitation, token: str) -> None:
    assert Client().get(f"/invitations/{token}/").status_code == 404


def test_the_token_opens_nothing_for_who_has_left(cast: Cast, made: Invitation) -> None:
    client, url = Client(), url_for()
    client.post(url, SAID)
    Membership.objects.filter(person__email=NEW).delete()
    assert client.post(url).status_code == 410
    assert roles() == []
