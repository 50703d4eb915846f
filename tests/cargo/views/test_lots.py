"""The page of lots: who notes and takes back measures, and what is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from cargo.models import Consignment, Lot, Measure, Nomination
from cargo.registration import Particulars, register
from tests.cargo.views.doors import As, statuses, words_of
from tests.conftest import Cast, somebody

SAID = {"number": "p 1", "product": "ago", "stage": "tanker", "litres": "1000", "measured_on": "2026-11-20"}


@pytest.fixture
def fuel(consignment: Consignment) -> Consignment:
    """The importer's consignment, which her agent handles, as fuel."""
    Consignment.objects.update(cargo_kind="liquid_bulk")
    consignment.refresh_from_db()
    return consignment


def url_of(consignment: Consignment) -> str:
    return f"/consignments/{consignment.ref}/lots/"


def noted(cast: Cast, as_person: As, fuel: Consignment, **more: str) -> Measure:
    assert as_person(cast.importer).post(url_of(fuel), {**SAID, **more}).status_code == 302
    return Measure.objects.latest("pk")


def test_who_acts_on_the_goods_opens_it(cast: Cast, as_person: As, fuel: Consignment) -> None:
    others = {"stranger": 404, "officer": 200, "desk": 403, "official": 403, "reader": 403, "nobody": 302}
    assert statuses(cast, as_person, url_of(fuel)) == {"importer": 200, "agent": 200, **others}
    Nomination.objects.update(may_act=False)
    assert as_person(cast.agent).post(url_of(fuel), SAID).status_code == 403
    assert Measure.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"number": ""}, "number"),
        ({"number": " "}, "number"),
        ({"number": "x" * 41}, "number"),
        ({"number": "a\x00"}, "number"),
        ({"product": ""}, "product"),
        ({"product": "beer"}, "product"),
        ({"stage": "moon"}, "stage"),
        ({"litres": ""}, "litres"),
        ({"litres": "0"}, "litres"),
        ({"litres": "-5"}, "litres"),
        ({"litres": "0.5"}, "litres"),
        ({"litres": "NaN"}, "litres"),
        ({"litres": "1e3000"}, "litres"),
        ({"litres": "1" * 13}, "litres"),
        ({"density": "0.3"}, "density"),
        ({"density": "2.1"}, "density"),
        ({"density": "0.83501"}, "density"),
        ({"density": "heavy"}, "density"),
        ({"measured_on": ""}, "measured_on"),
        ({"measured_on": "2026-02-30"}, "measured_on"),
        ({"plate": "x" * 21}, "plate"),
        ({"document": "x" * 61}, "document"),
    ],
)
def test_a_slip_is_named_at_its_field_and_makes_no_lot(
    cast: Cast, as_person: As, fuel: Consignment, change: dict[str, str], field: str
) -> None:
    answer = as_person(cast.importer).post(url_of(fuel), {**SAID, **change})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert (Lot.objects.count(), Measure.objects.count()) == (0, 0)


def test_what_is_noted_is_kept_as_it_is_written(cast: Cast, as_person: As, fuel: Consignment) -> None:
    measure = noted(cast, as_person, fuel, plate=" rad 123 b ", document=" <i>W1</i> ", density="0.835")
    kept = (measure.lot.number, measure.plate, measure.document, measure.density, measure.by)
    assert kept == ("P 1", "RAD123B", "<i>W1</i>", Decimal("0.8350"), cast.importer)
    assert "<i>W1" not in words_of(as_person(cast.importer).get(url_of(fuel)))


def test_the_same_again_is_refused_in_words_and_keeps_what_was_typed(
    cast: Cast, as_person: As, fuel: Consignment
) -> None:
    noted(cast, as_person, fuel)
    client = as_person(cast.agent)
    again: dict[str, tuple[dict[str, str], str]] = {
        "__all__": ({"litres": "999"}, "This has been noted already."),
        "product": ({"product": "pms", "stage": "depot"}, "Parcel P 1 is Diesel (AGO)."),
    }
    for field, (change, words) in again.items():
        answer = client.post(url_of(fuel), {**SAID, **change})
        assert (answer.status_code, list(answer.context["form"].errors), words in words_of(answer)) == (
            422,
            [field],
            True,
        )
    assert 'value="p 1"' in words_of(answer)
    assert Measure.objects.count() == 1


def test_cargo_that_is_no_liquid_has_no_lots(cast: Cast, as_person: As, consignment: Consignment) -> None:
    client = as_person(cast.importer)
    assert "Lots are of liquid bulk alone." in words_of(client.get(url_of(consignment)))
    assert client.post(url_of(consignment), SAID).status_code == 422
    assert Lot.objects.count() == 0


def test_a_measure_is_taken_back_by_who_acts_and_never_by_a_look(cast: Cast, as_person: As, fuel: Consignment) -> None:
    measure = noted(cast, as_person, fuel)
    url = f"/measures/{measure.pk}/take-back/"
    assert as_person(cast.importer).get(url).status_code == 405
    people: list[Any] = [cast.stranger, cast.desk, cast.official, somebody(cast.importer_firm, "readonly"), None]
    assert [as_person(person).post(url).status_code for person in people] == [404, 403, 403, 403, 302]
    assert Measure.objects.filter(taken_back_at__isnull=True).count() == 1
    for _time in range(2):
        assert as_person(cast.agent).post(url)["Location"] == url_of(fuel)
    measure.refresh_from_db()
    assert measure.taken_back_at is not None
    assert as_person(cast.officer).post(f"/measures/{measure.pk + 1000}/take-back/").status_code == 404


def test_lots_of_others_are_not_on_the_page(cast: Cast, as_person: As, fuel: Consignment) -> None:
    said = Particulars(consignee=cast.stranger_firm, bill_of_lading="T9", cargo_kind="liquid_bulk")
    theirs = register(particulars=said, by=None, at=timezone.now())
    as_person(cast.stranger).post(url_of(theirs), {**SAID, "number": "THEIRS"})
    noted(cast, as_person, fuel)
    pages = [as_person(person).get(url_of(of)) for person, of in ((cast.importer, fuel), (cast.stranger, theirs))]
    assert [[line.lot.number for line in page.context["lots"]] for page in pages] == [["P 1"], ["THEIRS"]]
