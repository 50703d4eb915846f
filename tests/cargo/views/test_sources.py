"""The office's pages on what sources said: unmatched events, reading again, what was told by telephone."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from cargo.models import Consignment, Event
from cargo.words import kind_label
from feeds.intake import receive
from feeds.models import Delivery, Source
from liaison.people import add_person
from tests.cargo.test_reading import BOX, csv, row, take_in
from tests.cargo.views.doors import As, statuses, words_of
from tests.conftest import AT, Cast

OFFICE_ALONE = {
    "importer": 403,
    "agent": 403,
    "stranger": 403,
    "officer": 200,
    "desk": 403,
    "official": 403,
    "reader": 403,
    "nobody": 302,
}
STRAY = "MSCU1234566"


@pytest.mark.parametrize("url", ["/unmatched/", "/sources/phoned/", "/sources/phoned/call/"])
def test_they_are_the_office_s_alone(cast: Cast, as_person: As, url: str) -> None:
    assert statuses(cast, as_person, url) == OFFICE_ALONE
    for role in ("supervisor", "administrator"):
        person = add_person(email=f"{role}@portal.example", role=role, name=role, by=None, at=AT)
        assert as_person(person).get(url).status_code == 200


def test_what_matches_nothing_is_shown_with_where_it_came_from(
    cast: Cast, as_person: As, clerk: Source, consignment: Consignment
) -> None:
    take_in(clerk, csv(row("gate_out", 1), row("sealed", 2, box=STRAY) + "<b>odd</b>"))
    Event.objects.filter(container=STRAY).update(flags=["check_digit"], place="<i>hill</i>", node=None)
    answer = as_person(cast.officer).get("/unmatched/")
    (found,) = answer.context["rows"]
    names = ("container", "bill_of_lading", "kind_label", "place", "source", "zone")
    event = Event.objects.get(container=STRAY)
    assert [found[name] for name in names] == [STRAY, "", kind_label("sealed"), "<i>hill</i>", "Clerk", event.zone]
    assert (found["delivery_id"], len(found["flags"])) == (event.delivery_id, 1)
    text = words_of(answer)
    assert [words in text for words in (STRAY, BOX, "<i>hill", "&lt;i&gt;hill")] == [True, False, False, True]


def test_when_all_is_matched_the_page_is_empty(cast: Cast, as_person: As) -> None:
    answer = as_person(cast.officer).get("/unmatched/")
    assert (answer.status_code, answer.context["rows"]) == (200, [])


def test_many_are_paged_newest_first(cast: Cast, as_person: As, clerk: Source) -> None:
    take_in(clerk, csv(*(row("weighed", hours, box=STRAY) for hours in range(1, 32))))
    client = as_person(cast.officer)
    first = client.get("/unmatched/")
    rest = client.get(first.context["page"].next_url)
    shown = [each["at"] for answer in (first, rest) for each in answer.context["rows"]]
    assert (len(first.context["rows"]), len(rest.context["rows"]), len(set(shown))) == (20, 11, 31)
    assert client.get("/unmatched/?cursor=nonsense%00").status_code == 200


def test_the_unmatched_are_found_by_a_number(cast: Cast, as_person: As, clerk: Source) -> None:
    take_in(clerk, csv(row("weighed", 1, box=STRAY), row("gate_out", 2, box="CSQU3054383")))
    client = as_person(cast.officer)

    def found(words: str) -> list[str]:
        return [each["container"] for each in client.get("/unmatched/", {"q": words}).context["rows"]]

    assert found(f" {STRAY[:6].lower()} ") == found(STRAY) == [STRAY]
    both = sorted([STRAY, "CSQU3054383"])
    assert (sorted(found("")), found("TGHU0000000"), sorted(found("x\x00"))) == (both, [], both)
    assert "Show all that was reported" in words_of(client.get("/unmatched/?q=NOBODY"))


def test_a_delivery_is_read_again_by_the_office_and_never_by_a_look(
    cast: Cast, as_person: As, clerk: Source, consignment: Consignment
) -> None:
    delivery = receive(source=clerk, raw=csv(row("gate_out", 1)), at=timezone.now()).delivery
    url = f"/deliveries/{delivery.pk}/reread/"
    people: list[Any] = [cast.importer, cast.desk, cast.official, None]
    assert [as_person(person).post(url).status_code for person in people] == [403, 403, 403, 302]
    office = as_person(cast.officer)
    assert (office.get(url).status_code, office.post(f"/deliveries/{delivery.pk + 1000}/reread/").status_code) == (
        405,
        404,
    )
    assert Event.objects.count() == 0
    assert office.post(url)["Location"] == f"/deliveries/{delivery.pk}/"
    assert office.post(url).status_code == 302
    assert (Event.objects.count(), Delivery.objects.get().state) == (1, "read")


@pytest.mark.parametrize("url", ["/sources/phoned/", "/sources/phoned/call/"])
def test_an_empty_form_takes_nothing_down(cast: Cast, as_person: As, url: str) -> None:
    answer = as_person(cast.officer).post(url, {"remark": " "})
    assert (answer.status_code, Delivery.objects.count()) == (422, 0)
    assert {"caller", "day"} <= set(answer.context["form"].errors)
    text = words_of(answer)
    assert ('method="post"' in text, "csrfmiddlewaretoken" in text) == (True, True)
