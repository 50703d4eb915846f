"""Registering consignments."""

from __future__ import annotations

import threading
from datetime import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from cargo.models import Consignment, Event, EventMatch, Status, Unit
from cargo.numbers import compact
from cargo.particulars import amend
from cargo.reading import read_delivery
from cargo.register_forms import RegisterForm
from cargo.registration import Particulars, check_number, rebuild, register, register_many
from feeds.intake import receive
from feeds.models import Source
from liaison.models import JournalEntry, Organization
from tests.cargo.test_reading import BOX, csv, row, take_in
from tests.conftest import Cast


def test_a_reference_names_the_year_and_a_number_of_its_own(cast: Cast) -> None:
    at = timezone.now()
    many = register_many([Particulars(consignee=cast.importer_firm, bill_of_lading="A")] * 3, by=None, at=at)
    refs = [consignment.ref for consignment in many]
    assert len(set(refs)) == 3
    assert all(ref.startswith(f"RW{at:%y}-") and len(ref) == 11 for ref in refs)


def test_numbers_are_kept_compact_and_each_container_once(cast: Cast) -> None:
    consignment = register(
        particulars=Particulars(
            consignee=cast.importer_firm,
            bill_of_lading=" umuc 2611 001 ",
            containers=["tghu 305438-0", "TGHU3054380", ""],
            weight_t=Decimal("21.5"),
        ),
        by=cast.importer,
        at=timezone.now(),
    )
    assert consignment.bill_of_lading == "UMUC2611001"
    assert list(Unit.objects.values_list("container", flat=True)) == ["TGHU3054380"]
    assert Status.objects.get(consignment=consignment).state == "registered"
    entry = JournalEntry.objects.get(kind="cargo.consignment_registered")
    assert (entry.key, entry.by, entry.subject) == (consignment.ref, cast.importer, "consignment")


@pytest.mark.parametrize(("typed", "kept"), [("tghu 305438-0", "TGHU3054380"), ("A.B/C", "ABC"), ("é１", ""), ("", "")])
def test_compact(typed: str, kept: str) -> None:
    assert compact(typed) == kept


def form(cast: Cast, **data: str) -> RegisterForm:
    values = {"consignee": str(cast.importer_firm.pk), "cargo_kind": "container", **data}
    return RegisterForm(values, person=cast.importer)


def test_a_wrong_check_digit_is_answered_with_the_right_one(cast: Cast) -> None:
    wrong = form(cast, containers="CSQU3054384")
    assert wrong.errors["containers"] == [
        "CSQU3054384: the last digit does not fit the others. Did you mean CSQU3054383?"
    ]
    shapeless = form(cast, containers="hello")
    assert "four letters" in shapeless.errors["containers"][0]


def test_a_registration_names_something_to_match(cast: Cast) -> None:
    assert form(cast).non_field_errors() == ["Give the bill of lading or at least one container number."]
    assert form(cast, bill_of_lading="X1").is_valid() is True


def test_nobody_registers_for_a_firm_of_others(cast: Cast) -> None:
    stolen = form(cast, bill_of_lading="X1", consignee=str(cast.stranger_firm.pk))
    assert list(stolen.errors) == ["consignee"]


@pytest.mark.django_db(transaction=True)
def test_a_registration_and_a_reading_at_once_miss_nothing(cast: Cast, clerk: Source) -> None:
    """Neither sees the other's uncommitted rows, so one has to wait for the other."""
    boxes = ["TGHU3054380", "CSQU3054383"]
    receipts = [receive(source=clerk, raw=csv(row("gate_out", 1, box=box)), at=timezone.now()) for box in boxes]
    barrier = threading.Barrier(4)

    def run(work: object) -> None:
        barrier.wait()
        try:
            work()  # type: ignore[operator]
        finally:
            connection.close()

    works = [
        *(lambda pk=receipt.delivery.pk: read_delivery(pk) for receipt in receipts),
        *(
            lambda box=box: register(
                particulars=Particulars(consignee=cast.importer_firm, containers=[box]), by=None, at=timezone.now()
            )
            for box in boxes
        ),
    ]
    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert Consignment.objects.count() == 2
    assert list(Event.objects.values_list("is_matched", flat=True)) == [True, True]
    assert list(Status.objects.values_list("state", flat=True)) == ["on_road", "on_road"]


@pytest.mark.parametrize(("typed", "kept"), [("b l 1", "BL1"), ("ß" * 20, "SS" * 20), (" " * 50 + "a", "A")])
def test_a_number_fits_as_it_is_kept(typed: str, kept: str) -> None:
    assert check_number(typed) == kept


@pytest.mark.parametrize("typed", ["ß" * 21, "ß" * 40, "A" * 41])
def test_a_number_too_long_in_upper_case_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError, match="too long"):
        check_number(typed)


def goods(firm: Organization, bill: str) -> Consignment:
    """The box, registered under the bill of lading."""
    particulars = Particulars(consignee=firm, bill_of_lading=bill, containers=[BOX])
    return register(particulars=particulars, by=None, at=timezone.now())


def told(bill: str, *rows: str) -> bytes:
    """These rows with the bill of lading."""
    return csv(*(",".join([*parts[:2], bill, *parts[3:]]) for parts in (row.split(",") for row in rows)))


def spans() -> list[tuple[datetime | None, datetime | None]]:
    return list(Unit.objects.filter(container=BOX).order_by("pk").values_list("tracked_from", "tracked_until"))


def kinds(consignment: Consignment) -> list[str]:
    rows = EventMatch.objects.filter(consignment=consignment).order_by("event__occurred_at")
    return list(rows.values_list("event__kind", flat=True))


@pytest.mark.parametrize("is_added_later", [True, False])
def test_a_trip_that_was_over_before_others_is_where_its_end_is_told(
    cast: Cast, clerk: Source, is_added_later: bool
) -> None:
    """Two had their goods in a box that has been used again since; the second registers hers when all that is over."""
    first = goods(cast.importer_firm, "OLD1")
    home = {"node": "rw-city-kigali"}
    take_in(clerk, told("OLD1", row("gate_out", 1000), row("delivered", 900, **home)))
    then = goods(cast.stranger_firm, "NEW1")
    take_in(clerk, csv(row("gate_out", 400), row("delivered", 300, **home)))
    goods(cast.agent_firm, "NEW2")
    before = spans()
    take_in(clerk, told("OLD2", row("stripped", 920, **home), row("delivered", 910, **home)))
    if is_added_later:
        particulars = Particulars(consignee=cast.importer_firm, bill_of_lading="OLD2")
        late = register(particulars=particulars, by=None, at=timezone.now())
        amend(consignment=late, changes={}, containers=[BOX], by=cast.officer, at=timezone.now())
    else:
        late = goods(cast.importer_firm, "OLD2")
    take_in(clerk, csv(row("gate_out", 20)))
    assert spans() == [*before, before[0]]
    assert (kinds(first), kinds(then)) == (["gate_out", "delivered"], ["gate_out", "delivered"])
    assert (kinds(late), Status.objects.get(consignment=late).state) == (["stripped", "delivered"], "delivered")
    held = EventMatch.objects.count()
    rebuild()
    assert (EventMatch.objects.count(), kinds(late)) == (held, ["stripped", "delivered"])


def test_an_end_that_is_told_without_the_box_shows_nobody_its_earlier_trips(cast: Cast, clerk: Source) -> None:
    """Whoever names a box beside a bill of her own may not see whose it was then."""
    goods(cast.importer_firm, "")
    take_in(clerk, csv(row("gate_out", 1000), row("delivered", 900, node="rw-city-kigali")))
    goods(cast.stranger_firm, "NEW1")
    take_in(clerk, told("OLD2", row("delivered", 910, box="", node="rw-city-kigali")))
    assert kinds(goods(cast.agent_firm, "OLD2")) == ["delivered"]
    assert spans()[2] == spans()[1]


def test_what_is_over_when_it_is_registered_ends_nobody_s_trip(cast: Cast, clerk: Source) -> None:
    first = goods(cast.importer_firm, "OLD1")
    home = {"node": "rw-city-kigali"}
    take_in(clerk, told("OLD1", row("delivered", 900, **home)))
    take_in(clerk, told("OLD2", row("arrived_kigali", 910, **home), row("delivered", 890, **home)))
    late = goods(cast.stranger_firm, "OLD2")
    take_in(clerk, csv(row("empty_returned", 800)))
    assert spans() == [(None, None)] * 2
    assert kinds(first) == ["delivered", "empty_returned"]
    assert kinds(late) == ["arrived_kigali", "delivered", "empty_returned"]


@pytest.mark.parametrize("bill", ["", "NEW2"])
def test_an_end_that_is_told_of_before_its_trip_began_parts_the_trips_where_it_began(
    cast: Cast, clerk: Source, bill: str
) -> None:
    """What names no box may be of another, or mistyped."""
    goods(cast.importer_firm, "OLD1")
    take_in(clerk, csv(row("delivered", 900, node="rw-city-kigali")))
    then = goods(cast.stranger_firm, "NEW1")
    (_from, until), (begun, _until) = spans()
    earlier = row("delivered", 1000, box="", node="rw-city-kigali")
    take_in(clerk, csv(then.ref + earlier))
    goods(cast.agent_firm, bill)
    assert spans() == [(None, until), (begun, begun), (begun, None)]
