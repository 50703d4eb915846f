"""People and consents as the database keeps them, and for whom somebody acts."""

from __future__ import annotations

from typing import Any

import pytest

from liaison.models import Consent, Membership, Organization, Person
from liaison.models.people import Standing
from tests.conftest import AT, Cast
from tests.liaison.models.conftest import refused


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"email": "Keza@x.example"}, "person_email_lower_case"),
        ({"language": "de"}, "person_language_known"),
        ({"language": ""}, "person_language_known"),
        ({"phone": "0788123456"}, "person_phone_e164"),
        ({"phone": "+25078812345678901"}, "person_phone_e164"),
        ({"erased_at": AT}, "person_erased_is_closed"),
    ],
)
def test_a_person_is_kept_as_she_can_be_found(db: None, change: dict[str, Any], constraint: str) -> None:
    refused(constraint, Person, **{"email": "keza@x.example", **change})
    assert Person.objects.count() == 0


def test_who_is_erased_stays_closed_and_an_address_is_one_person(db: None) -> None:
    kept = Person.objects.create(email="keza@x.example", is_active=False, erased_at=AT, phone="+250788123456")
    assert str(kept) == "keza@x.example"
    refused("liaison_person_email", Person, email="keza@x.example")


def test_a_consent_stands_once_for_a_purpose_and_may_be_given_again(cast: Cast) -> None:
    words = {"person": cast.importer, "purpose": "survey", "version": 1, "language": "en", "given_at": AT}
    refused("consent_has_purpose", Consent, **{**words, "purpose": ""})
    first = Consent.objects.create(**words)
    assert str(first) == f"survey by {cast.importer.pk}"
    refused("consent_once", Consent, **{**words, "version": 2})
    Consent.objects.filter(pk=first.pk).update(withdrawn_at=AT)
    Consent.objects.create(**words)
    Consent.objects.create(**{**words, "purpose": "news_sms"})
    assert cast.importer.consents.count() == 3


@pytest.fixture
def both(cast: Cast) -> Cast:
    """The importer is a member of her agent's firm, too."""
    Membership.objects.create(person=cast.importer, organization=cast.agent_firm, role="member")
    return cast


def read(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def acting(cast: Cast, firm: Organization | None) -> Person:
    Person.objects.filter(pk=cast.importer.pk).update(acting_for=firm)
    return read(cast.importer)


def test_she_acts_for_all_of_hers_until_she_chooses_one(both: Cast) -> None:
    everywhere, at_agent = acting(both, None), acting(both, both.agent_firm)
    assert (everywhere.acted_for, everywhere.roles) == (None, frozenset({"owner", "member"}))
    assert at_agent.acted_for == Standing(both.agent_firm.pk, "member", "Inzira Clearing")
    assert (at_agent.roles, at_agent.organization_ids()) == (frozenset({"member"}), [both.agent_firm.pk])
    assert at_agent.organization_ids("owner") == []
    assert sorted(held.organization for held in at_agent.standings) == ["Inzira Clearing", "Umucyo Traders"]


@pytest.mark.parametrize("loss", ["suspended", "left", "firm suspended", "never hers"])
def test_who_has_lost_the_firm_she_acted_for_acts_for_what_is_left(both: Cast, loss: str) -> None:
    held = Membership.objects.filter(person=both.importer, organization=both.agent_firm)
    firm = both.agent_firm
    if loss == "suspended":
        held.update(suspended_at=AT)
    elif loss == "left":
        held.delete()
    elif loss == "firm suspended":
        Organization.objects.filter(pk=firm.pk).update(standing="suspended", decision="for a reason")
    else:
        held.delete()
        firm = both.stranger_firm
    person = acting(both, firm)
    assert (person.acted_for, person.roles) == (None, frozenset({"owner"}))
    assert person.organization_ids() == [both.importer_firm.pk]


def test_who_is_closed_has_no_role_and_no_firm(both: Cast) -> None:
    Person.objects.filter(pk=both.importer.pk).update(is_active=False, acting_for=both.importer_firm)
    person = read(both.importer)
    assert (person.standings, person.roles, person.organization_ids(), person.acted_for) == ([], frozenset(), [], None)


def test_a_firm_that_goes_is_acted_for_no_more(both: Cast) -> None:
    person = acting(both, both.stranger_firm)
    both.stranger_firm.delete()
    person.refresh_from_db()
    assert person.acting_for is None
