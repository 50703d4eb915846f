"""Invitations: offered by those who may, kept as a digest, open once and for seven days."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import authenticate
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext

from liaison import invitations, members
from liaison.invitations import MOST_A_DAY, VALID, accept, accept_as_new, end_of, find_invitation, resend, withdraw
from liaison.models import Invitation, JournalEntry, Membership, Person
from liaison.people import OFFICE_ORGANIZATION, add_person
from liaison.roles import EVERY, Role, roles_in
from notify.models import Letter
from tests.conftest import AT, Cast
from tests.liaison.offers import offer, token_for

NEW = "keza@new.example"
LATER = AT + VALID - timedelta(seconds=1)


def held(email: str = NEW) -> list[tuple[str, str]]:
    rows = Membership.objects.filter(person__email=email).order_by("pk")
    return list(rows.values_list("organization__name", "role"))


def told() -> list[tuple[str, str, int | None]]:
    rows = JournalEntry.objects.filter(subject="invitation").order_by("pk")
    return list(rows.values_list("kind", "key", "by"))


def join(invitation: Invitation, at: datetime = AT, **more: Any) -> Person:
    given = {"name": "Keza", "language": "rw", "password": "umuhanda-mwiza-7", **more}
    return accept_as_new(invitation=invitation, at=at, **given)


def stands(invitation: Invitation, at: datetime = AT) -> str | None:
    return end_of(Invitation.objects.get(pk=invitation.pk), at=at)


def test_an_invitation_is_a_letter_and_a_digest(cast: Cast) -> None:
    made = offer(cast.importer_firm, "  Keza@New.example ", by=cast.importer, at=AT)
    token = token_for(NEW)
    assert len(token) == 43
    kept = Invitation.objects.get()
    assert (kept.email, kept.role, kept.invited_by, kept.expires_at) == (NEW, "member", cast.importer, AT + VALID)
    assert kept.token_digest == hashlib.sha256(token.encode()).hexdigest()
    assert timedelta(days=7) == VALID
    letter = Letter.objects.get()
    assert (letter.address, letter.subject) == (NEW, "You are invited into Umucyo Traders")
    assert "Importer invites you into Umucyo Traders" in letter.body
    assert "Your role: Member." in letter.body
    assert told() == [("liaison.invited", str(made.pk), cast.importer.pk)]
    assert NEW not in str(JournalEntry.objects.filter(subject="invitation").values_list("data", flat=True))


def test_the_letter_is_in_the_language_that_was_chosen(cast: Cast) -> None:
    given: dict[str, Any] = {"organization": cast.importer_firm, "role": "owner", "by": cast.importer, "at": AT}
    invitations.invite(email=NEW, language="fr", **given)
    with translation.override("fr"):
        assert gettext("Good day,") in Letter.objects.get().body
        assert gettext("Owner") in Letter.objects.get().body


def test_tokens_differ_and_open_their_own_alone(cast: Cast) -> None:
    first = offer(cast.importer_firm, NEW, by=cast.importer)
    second = offer(cast.stranger_firm, "other@new.example", by=cast.stranger)
    tokens = [token_for(NEW), token_for("other@new.example")]
    assert [find_invitation(token) for token in tokens] == [first, second]
    for wrong in ("", tokens[0][:-1], tokens[0].swapcase(), first.token_digest, "\udc80", "x" * 5000):
        assert find_invitation(wrong) is None


@pytest.mark.parametrize("part", ["agent", "stranger", "officer", "desk", "official"])
def test_nobody_else_invites(cast: Cast, part: str) -> None:
    made = offer(cast.importer_firm, NEW, by=cast.importer, at=AT)
    by = cast.people()[part]
    for change in (
        lambda: offer(cast.importer_firm, "other@new.example", by=by, at=AT),
        lambda: resend(invitation=made, language="en", by=by, at=AT),
        lambda: withdraw(invitation=made, by=by, at=AT),
    ):
        with pytest.raises(PermissionDenied):
            change()
    assert (stands(made), Letter.objects.count()) == (None, 1)


@pytest.mark.parametrize("role", sorted(EVERY))
def test_only_a_fitting_role_is_offered(cast: Cast, role: str) -> None:
    if role in roles_in("importer"):
        assert offer(cast.importer_firm, NEW, role, by=cast.importer).role == role
    else:
        with pytest.raises(ValidationError, match="is not a role"):
            offer(cast.importer_firm, NEW, role, by=cast.importer)
        assert (Invitation.objects.count(), Letter.objects.count()) == (0, 0)


def test_the_office_invites_into_its_own_ranks_by_its_administrators(cast: Cast) -> None:
    office = cast.officer.membership_set.get().organization
    chief = add_person(email="chief@portal.example", role="administrator", by=None, at=AT)
    add_person(email="super@portal.example", role="supervisor", by=None, at=AT)
    supervisor = Person.objects.get(email="super@portal.example")
    assert office.name == OFFICE_ORGANIZATION
    with pytest.raises(PermissionDenied):
        offer(office, NEW, Role.ADMINISTRATOR, by=supervisor)
    offer(cast.importer_firm, "owner@new.example", "owner", by=supervisor)
    made = offer(office, NEW, Role.SUPERVISOR, by=chief, at=AT)
    assert join(made).roles == {"supervisor"}


@pytest.mark.parametrize(
    "wrong", ["", "keza", "keza@", "a@b.example\nBcc: thief@evil.example", f"{'k' * 250}@x.example"]
)
def test_a_wrong_address_is_refused(cast: Cast, wrong: str) -> None:
    with pytest.raises(ValidationError) as failed:
        offer(cast.importer_firm, wrong, by=cast.importer)
    assert list(failed.value.message_dict) == ["email"]
    assert Letter.objects.count() == 0


def test_a_member_is_not_invited_again_and_nobody_herself(cast: Cast) -> None:
    add_person(email=NEW, role="member", organization="Umucyo Traders", by=None, at=AT)
    Membership.objects.filter(person__email=NEW).update(suspended_at=AT)
    with pytest.raises(ValidationError, match="belongs to the organisation already"):
        offer(cast.importer_firm, NEW.upper(), by=cast.importer)
    with pytest.raises(ValidationError, match="cannot invite yourself"):
        offer(cast.importer_firm, cast.importer.email, by=cast.importer)
    assert Letter.objects.count() == 0


def test_whether_an_address_has_an_account_elsewhere_shows_nowhere(cast: Cast) -> None:
    for email in (NEW, cast.stranger.email):
        made = offer(cast.importer_firm, email, by=cast.importer)
        assert (made.email, stands(made, made.invited_at)) == (email, None)
    bodies = [letter.body.replace(token_for(letter.address), "") for letter in Letter.objects.all()]
    assert bodies[0] == bodies[1]


def test_an_address_has_one_open_invitation_to_an_organisation(cast: Cast) -> None:
    first = offer(cast.importer_firm, NEW, by=cast.importer, at=AT)
    offer(cast.stranger_firm, NEW, by=cast.stranger, at=AT)
    with pytest.raises(ValidationError, match="has an open invitation"):
        offer(cast.importer_firm, NEW, "owner", by=cast.importer, at=LATER)
    renewed = offer(cast.importer_firm, NEW, "owner", by=cast.importer, at=AT + VALID)
    assert (stands(first, AT + VALID), stands(renewed, AT + VALID)) == ("replaced", None)


@pytest.mark.django_db(transaction=True)
def test_two_who_invite_at_the_same_moment_send_one_letter(cast: Cast) -> None:
    both_ready = Barrier(2)

    def go(role: str) -> bool:
        try:
            both_ready.wait(10)
            offer(cast.importer_firm, NEW, role, by=cast.importer)
            return True
        except ValidationError:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(go, ["member", "owner"])) == [False, True]
    assert (Invitation.objects.count(), Letter.objects.count()) == (1, 1)


def test_a_new_letter_takes_the_old_one_s_place(cast: Cast) -> None:
    first = offer(cast.importer_firm, NEW, by=cast.importer, at=AT)
    old = token_for(NEW)
    again = resend(invitation=first, language="sw", by=cast.importer, at=LATER)
    assert (again.role, again.expires_at, token_for(NEW) != old) == ("member", LATER + VALID, True)
    assert (stands(first, LATER), stands(again, LATER)) == ("replaced", None)
    with pytest.raises(ValidationError, match="can no longer be accepted"):
        join(first, LATER)
    with pytest.raises(ValidationError, match="answered or withdrawn"):
        resend(invitation=first, language="sw", by=cast.importer, at=LATER)
    assert [kind for kind, *_ in told()] == ["liaison.invited", "liaison.invitation_sent_again"]


def test_an_expired_one_can_be_sent_again(cast: Cast) -> None:
    first = offer(cast.importer_firm, NEW, by=cast.importer, at=AT)
    after = AT + VALID
    again = resend(invitation=first, language="en", by=cast.importer, at=after)
    assert join(again, after).email == NEW


def test_withdrawn_is_withdrawn(cast: Cast) -> None:
    made = offer(cast.importer_firm, NEW, by=cast.importer, at=AT)
    assert [withdraw(invitation=made, by=cast.importer, at=AT) for _ in range(2)] == [True, False]
    assert stands(made) == "withdrawn"
    with pytest.raises(ValidationError):
        join(made)
    assert (Person.objects.filter(email=NEW).exists(), held()) == (False, [])
    assert [kind for kind, *_ in told()] == ["liaison.invited", "liaison.invitation_withdrawn"]


def test_so_many_letters_a_day_and_organisation(cast: Cast) -> None:
    made = [offer(cast.importer_firm, f"n{number}@x.example", by=cast.importer, at=AT) for number in range(MOST_A_DAY)]
    more: list[Callable[[], object]] = [
        lambda: offer(cast.importer_firm, NEW, by=cast.importer, at=AT),
        lambda: resend(invitation=made[0], language="en", by=cast.importer, at=AT),
    ]
    for change in more:
        with pytest.raises(ValidationError, match="30 invitations have been sent within a day"):
            change()
    assert (Letter.objects.count(), stands(made[0])) == (MOST_A_DAY, None)
    offer(cast.stranger_firm, NEW, by=cast.stranger, at=AT)
    offer(cast.importer_firm, NEW, by=cast.importer, at=AT + timedelta(days=1))


def test_somebody_new_is_made_with_a_proved_address(cast: Cast) -> None:
    made = offer(cast.importer_firm, NEW, "readonly", by=cast.importer, at=AT)
    person = join(made, LATER)
    assert (person.name, person.language, held()) == ("Keza", "rw", [("Umucyo Traders", "readonly")])
    assert authenticate(username=NEW, password="umuhanda-mwiza-7") == person
    proved = EmailAddress.objects.filter(user_id=person.pk).values_list("email", "verified", "primary")
    assert list(proved) == [(NEW, True, True)]
    assert told()[-1] == ("liaison.invitation_accepted", str(made.pk), person.pk)
    assert stands(made, LATER) == "used"


def test_it_opens_once(cast: Cast) -> None:
    made = offer(cast.importer_firm, NEW, by=cast.importer, at=AT)
    person = join(made)
    members.leave(organization=cast.importer_firm, by=person, at=AT)
    with pytest.raises(ValidationError):
        accept(invitation=made, by=person, at=AT)
    with pytest.raises(ValidationError):
        join(made)
    assert held() == []


def test_it_opens_for_seven_days(cast: Cast) -> None:
    made = offer(cast.importer_firm, NEW, by=cast.importer, at=AT)
    assert [stands(made, at) for at in (LATER, AT + VALID)] == [None, "expired"]
    with pytest.raises(ValidationError):
        join(made, AT + VALID)
    assert Person.objects.filter(email=NEW).exists() is False


def test_who_has_an_account_takes_it_up_with_that(cast: Cast) -> None:
    made = offer(cast.importer_firm, cast.stranger.email, by=cast.importer, at=AT)
    accept(invitation=made, by=cast.stranger, at=AT)
    assert held(cast.stranger.email) == [("Ikirere Imports", "owner"), ("Umucyo Traders", "member")]
    assert EmailAddress.objects.get(user_id=cast.stranger.pk).verified is True


@pytest.mark.parametrize("part", ["importer", "agent", "officer"])
def test_nobody_takes_up_what_was_offered_to_another(cast: Cast, part: str) -> None:
    for email in (NEW, cast.stranger.email):
        made = offer(cast.importer_firm, email, by=cast.importer, at=AT)
        with pytest.raises(PermissionDenied):
            accept(invitation=made, by=cast.people()[part], at=AT)
        assert (stands(made), held(email)) == (None, [("Ikirere Imports", "owner")] if email != NEW else [])


def test_an_address_that_she_has_proved_is_hers_too(cast: Cast) -> None:
    EmailAddress.objects.create(user_id=cast.stranger.pk, email=NEW, verified=False, primary=False)
    made = offer(cast.importer_firm, NEW, by=cast.importer, at=AT)
    with pytest.raises(PermissionDenied):
        accept(invitation=made, by=cast.stranger, at=AT)
    EmailAddress.objects.update(verified=True)
    accept(invitation=made, by=cast.stranger, at=AT)
    assert ("Umucyo Traders", "member") in held(cast.stranger.email)


def test_no_second_person_is_made_for_an_address(cast: Cast) -> None:
    made = offer(cast.importer_firm, cast.stranger.email, by=cast.importer, at=AT)
    with pytest.raises(ValidationError):
        join(made)
    assert (stands(made), Person.objects.filter(email=cast.stranger.email).count()) == (None, 1)


def test_an_invitation_raises_nobody_who_has_become_a_member(cast: Cast) -> None:
    made = offer(cast.importer_firm, cast.stranger.email, "owner", by=cast.importer, at=AT)
    add_person(email=cast.stranger.email, role="readonly", organization="Umucyo Traders", by=None, at=AT)
    accept(invitation=made, by=cast.stranger, at=AT)
    assert ("Umucyo Traders", "readonly") in held(cast.stranger.email)
    assert stands(made) == "used"


@pytest.mark.django_db(transaction=True)
def test_two_who_accept_at_the_same_moment_are_one(cast: Cast) -> None:
    made = offer(cast.importer_firm, NEW, by=cast.importer, at=AT)
    both_ready = Barrier(2)

    def go(name: str) -> bool:
        try:
            both_ready.wait(10)
            join(made, name=name)
            return True
        except ValidationError:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(go, ["Keza", "Thief"])) == [False, True]
    assert held() == [("Umucyo Traders", "member")]
