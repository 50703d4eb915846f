"""The pages of links: made and revoked by who acts on the goods, and what somebody without a login sees and does not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from cargo.models import Consignment, Note, ShareLink
from cargo.sharing import MOST_LIVE, share, token_of
from feeds.models import Source
from tests.cargo.test_reading import BOX, OTHER_BOX, csv, row, take_in
from tests.cargo.views.doors import As, statuses, words_of
from tests.conftest import AT, Cast, somebody


def link(cast: Cast, consignment: Consignment, *, days: int = 7) -> ShareLink:
    return share(consignment=consignment, purpose="driver", days=days, by=cast.importer, at=timezone.now())


def test_only_who_acts_on_the_goods_opens_the_list(cast: Cast, consignment: Consignment, as_person: As) -> None:
    link(cast, consignment)
    others = {"stranger": 404, "desk": 403, "official": 403, "reader": 403, "nobody": 302}
    acting = {"importer": 200, "agent": 200, "officer": 200, **others}
    assert statuses(cast, as_person, f"/consignments/{consignment.ref}/links/") == acting


def test_the_sheet_is_for_who_may_act(cast: Cast, consignment: Consignment, as_person: As) -> None:
    made = link(cast, consignment)
    found = statuses(cast, as_person, f"/links/{made.pk}/")
    assert [part for part, status in found.items() if status == 200] == ["importer", "agent", "officer"]
    assert as_person(cast.officer).get(f"/links/{made.pk + 1000}/").status_code == 404


def test_revoking_is_a_post_by_who_may_act(cast: Cast, consignment: Consignment, as_person: As) -> None:
    made = link(cast, consignment)
    url = f"/links/{made.pk}/revoke/"
    assert as_person(cast.importer).get(url).status_code == 405
    people = (cast.stranger, cast.desk, somebody(cast.importer_firm, "readonly"))
    assert [as_person(person).post(url).status_code for person in people] == [404, 403, 403]
    assert Client().get(f"/t/{token_of(made)}/").status_code == 200
    for _time in range(2):
        assert as_person(cast.agent).post(url)["Location"] == f"/consignments/{consignment.ref}/links/"
    assert Client().get(f"/t/{token_of(made)}/").status_code == 404
    made.refresh_from_db()
    assert made.revoked_by == cast.agent


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "days"),
        ({"days": ""}, "days"),
        ({"days": "4"}, "days"),
        ({"days": "-7"}, "days"),
        ({"days": "36500"}, "days"),
        ({"days": "7", "purpose": "x" * 500}, "purpose"),
        ({"days": "7", "purpose": "a\x00b"}, "purpose"),
    ],
)
def test_a_slip_makes_no_link(
    cast: Cast, consignment: Consignment, as_person: As, typed: dict[str, str], field: str
) -> None:
    answer = as_person(cast.importer).post(f"/consignments/{consignment.ref}/links/", {"purpose": "", **typed})
    assert (answer.status_code, list(answer.context["form"].errors), ShareLink.objects.count()) == (422, [field], 0)


def test_a_link_is_made_and_its_sheet_shows_where_it_leads(cast: Cast, consignment: Consignment, as_person: As) -> None:
    client = as_person(cast.importer)
    said = {"days": "3", "purpose": "<b>driver</b>"}
    answer = client.post(f"/consignments/{consignment.ref}/links/", said)
    made = ShareLink.objects.get()
    assert answer["Location"] == f"/links/{made.pk}/"
    sheet = client.get(answer["Location"])
    assert (sheet.context["is_live"], sheet.context["address"][-len(token_of(made)) - 4 :]) == (
        True,
        f"/t/{token_of(made)}/",
    )
    assert "<svg" in words_of(sheet)
    listed = client.get(f"/consignments/{consignment.ref}/links/")
    assert [each["link"] for each in listed.context["links"]] == [made]
    assert "<b>driver" not in words_of(listed)
    for page in (sheet, listed):
        assert "no-store" in page["Cache-Control"]
    ShareLink.objects.update(made_at=AT - timedelta(days=9), expires_at=AT - timedelta(days=2))
    assert client.get(f"/links/{made.pk}/").context["is_live"] is False
    assert client.get(f"/consignments/{consignment.ref}/links/").context["links"] == []


def test_one_more_than_can_be_is_refused_in_words(cast: Cast, consignment: Consignment, as_person: As) -> None:
    for number in range(MOST_LIVE):
        share(consignment=consignment, purpose=str(number), days=3, by=cast.importer, at=timezone.now())
    answer = as_person(cast.importer).post(f"/consignments/{consignment.ref}/links/", {"days": "3", "purpose": "more"})
    assert (answer.status_code, "Revoke one first." in words_of(answer)) == (422, True)
    assert ShareLink.objects.count() == MOST_LIVE


def test_whoever_has_the_link_sees_where_the_goods_are_and_not_whose(
    cast: Cast, clerk: Source, consignment: Consignment
) -> None:
    take_in(clerk, csv(row("gate_out", 1) + "secret remark"))
    Note.objects.create(
        consignment=consignment,
        organization=cast.importer_firm,
        text="secret note",
        written_by=cast.importer,
        written_at=AT,
    )
    made = link(cast, consignment)
    answer = Client().get(f"/t/{token_of(made)}/")
    text = words_of(answer)
    assert (answer.status_code, "On the road" in text) == (200, True)
    hidden = [
        cast.importer_firm.name,
        cast.agent_firm.name,
        cast.importer.email,
        "secret",
        "Rice",
        "UMUC2611001",
        BOX,
        OTHER_BOX,
        "driver",
    ]
    assert [words for words in hidden if words in text] == []
    assert (answer["X-Robots-Tag"], answer["Referrer-Policy"]) == ("noindex, nofollow", "no-referrer")
    assert "sessionid" not in answer.cookies


@pytest.mark.parametrize("token", ["x", "a" * 24, "%00", "a" * 500, "..", "%F0%9F%9A%9A"])
def test_a_guess_leads_nowhere_and_says_so_alike(cast: Cast, consignment: Consignment, token: str) -> None:
    made = link(cast, consignment)
    ShareLink.objects.filter(pk=made.pk).update(made_at=AT - timedelta(days=9), expires_at=AT)
    guess, expired = Client().get(f"/t/{token}/"), Client().get(f"/t/{token_of(made)}/")
    assert (guess.status_code, expired.status_code) == (404, 404)
    if guess.templates and expired.templates:
        assert [template.name for template in guess.templates] == [template.name for template in expired.templates]
    assert consignment.ref not in words_of(guess) + words_of(expired)


def test_looking_is_counted_and_asking_for_the_head_is_not_posting(cast: Cast, consignment: Consignment) -> None:
    url = f"/t/{token_of(link(cast, consignment))}/"
    assert [Client().head(url).status_code, Client().post(url).status_code] == [200, 405]
