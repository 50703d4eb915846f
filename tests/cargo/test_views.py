"""The consignments' pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from cargo.models import Consignment
from cargo.reading import read_delivery
from cargo.registration import Particulars, register
from feeds.intake import receive
from feeds.models import Delivery, Source
from liaison.models import Person
from liaison.paging import SIZE
from tests.cargo.test_reading import csv, row, take_in
from tests.conftest import Cast

As = Callable[[Person | None], Client]


def page(client: Client, url: str, **headers: str) -> str:
    answer = client.get(url, headers=headers or None)
    assert answer.status_code == 200, answer
    return str(answer.content.decode())


def test_the_list_shows_where_each_consignment_is(
    cast: Cast, as_person: As, clerk: Source, consignment: Consignment
) -> None:
    take_in(clerk, csv(row("gate_out", 1)))
    text = page(as_person(cast.importer), "/consignments/")
    assert consignment.ref in text
    assert "Port of Mombasa" in text
    assert "Clerk" in text


@pytest.mark.parametrize("words", ["UMUC2611", "umuc 2611 001", "tghu305", "CSQU3054383"])
def test_the_box_finds_by_bill_of_lading_container_and_reference(
    cast: Cast, as_person: As, consignment: Consignment, words: str
) -> None:
    assert consignment.ref in page(as_person(cast.importer), f"/consignments/?q={words}")
    assert consignment.ref not in page(as_person(cast.importer), "/consignments/?q=NOSUCH")
    assert consignment.ref in page(as_person(cast.importer), f"/consignments/?q={consignment.ref[:6]}")


def test_filters_narrow_the_list(cast: Cast, as_person: As, clerk: Source, consignment: Consignment) -> None:
    client = as_person(cast.importer)
    assert consignment.ref in page(client, "/consignments/?state=registered")
    assert consignment.ref not in page(client, "/consignments/?state=on_road")
    assert consignment.ref in page(client, "/consignments/?kind=container")
    assert consignment.ref not in page(client, "/consignments/?kind=roro")
    assert client.get("/consignments/?state=nonsense&cursor=%00%ff").status_code == 200


def test_htmx_gets_the_rows_alone(cast: Cast, as_person: As, consignment: Consignment) -> None:
    part = page(as_person(cast.importer), "/consignments/", **{"HX-Request": "true"})
    assert consignment.ref in part
    assert "<html" not in part


def test_the_page_shows_events_with_source_words_and_age(
    cast: Cast, as_person: As, clerk: Source, consignment: Consignment
) -> None:
    take_in(clerk, csv(row("gate_out", 1)))
    text = page(as_person(cast.importer), f"/consignments/{consignment.ref}/")
    for expected in ("Out of the gate", "Port of Mombasa", "TGHU3054380", "Rice", "UMUC2611001", "Clerk"):
        assert expected in text
    part = page(as_person(cast.importer), f"/consignments/{consignment.ref}/", **{"HX-Request": "true"})
    assert "Out of the gate" in part
    assert "<html" not in part


def test_an_unknown_or_foreign_consignment_is_not_found(cast: Cast, as_person: As, consignment: Consignment) -> None:
    url = f"/consignments/{consignment.ref}/"
    assert as_person(cast.stranger).get(url).status_code == 404
    assert as_person(cast.official).get(url).status_code == 403
    assert as_person(cast.officer).get(url).status_code == 200
    assert as_person(cast.importer).get("/consignments/RW26-999999/").status_code == 404


def test_registering_on_the_page(cast: Cast, as_person: As, clerk: Source) -> None:
    take_in(clerk, csv(row("gate_out", 1)))
    client = as_person(cast.importer)
    answer = client.post(
        "/consignments/new/",
        {
            "consignee": cast.importer_firm.pk,
            "containers": "TGHU 305438 0",
            "cargo_kind": "container",
            "goods": "Tiles",
        },
    )
    consignment = Consignment.objects.get()
    assert answer["Location"] == f"/consignments/{consignment.ref}/"
    assert "Out of the gate" in page(client, answer["Location"])
    assert consignment.registered_by == cast.importer
    assert client.post("/consignments/new/", {"cargo_kind": "container"}).status_code == 422


def test_staff_see_what_matches_nothing(cast: Cast, as_person: As, clerk: Source) -> None:
    take_in(clerk, csv(row("gate_out", 1, box="MSCU1234566")))
    assert "MSCU1234566" in page(as_person(cast.officer), "/unmatched/")
    assert as_person(cast.importer).get("/unmatched/").status_code == 403


def test_staff_read_a_delivery_again(cast: Cast, as_person: As, clerk: Source, consignment: Consignment) -> None:
    receipt = receive(source=clerk, raw=csv(row("gate_out", 1)), at=timezone.now())
    Delivery.objects.update(source=clerk)
    clerk.format = "codeco"
    clerk.save()
    assert read_delivery(receipt.delivery.pk).quarantined == 1
    clerk.format = "csv_events"
    clerk.save()
    answer = as_person(cast.officer).post(f"/deliveries/{receipt.delivery.pk}/reread/")
    assert answer.status_code == 302
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.events, delivery.reason) == ("read", 1, "")
    assert delivery.quarantines.open().count() == 0
    assert as_person(cast.importer).post(f"/deliveries/{delivery.pk}/reread/").status_code == 403


def test_the_list_pages_by_keyset(cast: Cast, as_person: As) -> None:
    refs = {
        register(
            particulars=Particulars(consignee=cast.importer_firm, bill_of_lading=f"BL{n}"), by=None, at=timezone.now()
        ).ref
        for n in range(SIZE + 5)
    }
    client = as_person(cast.importer)
    first = client.get("/consignments/")
    second = client.get(first.context["page"].next_url)
    shown = [{row.ref for row in answer.context["rows"]} for answer in (first, second)]
    assert [len(found) for found in shown] == [SIZE, 5]
    assert shown[0] | shown[1] == refs
    assert second.context["page"].next_url is None


def test_an_open_page_asks_for_news_alone(cast: Cast, as_person: As, clerk: Source, consignment: Consignment) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        client = as_person(cast.importer)
        url = f"/consignments/{consignment.ref}/"
        seen = client.get(url).context["version"]
        nothing_new = client.get(f"{url}?seen={seen}", headers={"HX-Request": "true"})
        assert (nothing_new.status_code, nothing_new.content) == (204, b"")
        take_in(clerk, csv(row("gate_out", 1)))
        part = page(client, f"{url}?seen={seen}", **{"HX-Request": "true"})
    assert "Port of Mombasa" in part
    assert f"seen={seen}" not in part


def test_an_open_page_is_renewed_now_and_then_for_its_ages(cast: Cast, as_person: As, consignment: Consignment) -> None:
    client = as_person(cast.importer)
    url = f"/consignments/{consignment.ref}/"
    seen = client.get(url).context["version"]
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert client.get(f"{url}?seen={seen}", headers={"HX-Request": "true"}).status_code == 200
