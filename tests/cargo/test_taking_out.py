"""A container taken out of a consignment: its events go with it, nothing of the history is lost, and rebuild agrees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from cargo.merging import merge
from cargo.models import Consignment, Event, EventMatch, Milestone, Nomination, Removal, Status, Unit
from cargo.nominations import Terms, accept, nominate
from cargo.particulars import amend
from cargo.registration import Particulars, rebuild, register
from cargo.taking_out import TAKEN_OUT, put_back, take_out
from feeds.models import Source
from liaison.models import JournalEntry, Person
from tests.cargo.test_reading import BOX, NOW, OTHER_BOX, csv, row, take_in
from tests.conftest import Cast

As = Callable[[Person | None], Client]
WHY = "Typed wrongly"


def matched(consignment: Consignment) -> set[tuple[str, str]]:
    rows = EventMatch.objects.filter(consignment=consignment).values_list("event__kind", "event__container")
    return set(rows)


def derived() -> list[tuple[object, ...]]:
    milestones = Milestone.objects.order_by("consignment", "unit", "code").values_list(
        "consignment", "unit", "code", "event"
    )
    return [*milestones, *Status.objects.order_by("pk").values_list("pk", "state", "next_step", "event")]


def named(kind: str, box: str, hours: float) -> str:
    """An event that names the bill of lading with the container."""
    bare = row(kind, hours, box=box).split(",")
    return ",".join([*bare[:2], "UMUC2611001", *bare[3:]])


@pytest.fixture
def moved(clerk: Source, consignment: Consignment) -> Consignment:
    """One box has left the port, the other one is discharged; the second is named with the bill of lading, too."""
    take_in(clerk, csv(row("discharged", 90), row("gate_out", 50), row("discharged", 80, box=OTHER_BOX)))
    take_in(clerk, csv(named("kra_cleared", OTHER_BOX, 70)))
    return consignment


def test_what_was_said_of_it_goes_with_it_and_rebuild_gives_the_same(
    moved: Consignment, clerk: Source, cast: Cast
) -> None:
    assert Status.objects.get(consignment=moved).state == "at_port"
    removal = take_out(consignment=moved, container=OTHER_BOX, reason=WHY, by=cast.importer, at=NOW)
    assert matched(moved) == {("discharged", BOX), ("gate_out", BOX)}
    assert (list(moved.units.values_list("container", flat=True)), Status.objects.get(consignment=moved).state) == (
        [BOX], "on_road",
    )  # fmt: skip
    # Not even what names the bill of lading with it comes back, now or later; and nothing that was said is lost.
    take_in(clerk, csv(named("pickup_order", OTHER_BOX, 10)))
    assert (matched(moved), Event.objects.count()) == ({("discharged", BOX), ("gate_out", BOX)}, 5)
    before = derived()
    rebuild()
    assert derived() == before
    entry = JournalEntry.objects.get(kind=TAKEN_OUT)
    assert (entry.key, entry.by, entry.data) == (moved.ref, cast.importer, {"container": OTHER_BOX, "reason": WHY})
    assert (removal.container, removal.back_at) == (OTHER_BOX, None)


def test_added_again_it_is_as_it_was(moved: Consignment, cast: Cast) -> None:
    before = matched(moved)
    take_out(consignment=moved, container=OTHER_BOX, reason=WHY, by=cast.officer, at=NOW)
    amend(consignment=moved, changes={}, containers=[OTHER_BOX], by=cast.officer, at=timezone.now())
    assert matched(moved) == before
    assert Removal.objects.get().back_at is not None
    take_out(consignment=moved, container=OTHER_BOX, reason="Again", by=cast.officer, at=timezone.now())
    assert [(row.reason, row.back_at is None) for row in Removal.objects.order_by("at")] == [
        (WHY, False),
        ("Again", True),
    ]


def test_the_trip_before_goes_on_where_it_was_cut(cast: Cast, clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("delivered", 100, box=OTHER_BOX, node="rw-city-kigali")))
    goods = Particulars(consignee=cast.stranger_firm, containers=[OTHER_BOX, "MSKU0000017"])
    later = register(particulars=goods, by=None, at=timezone.now())
    take_in(clerk, csv(row("empty_returned", 20, box=OTHER_BOX)))
    assert ("empty_returned", OTHER_BOX) in matched(later)
    take_out(consignment=later, container=OTHER_BOX, reason=WHY, by=cast.officer, at=timezone.now())
    assert (matched(later), Unit.objects.get(container=OTHER_BOX).tracked_until) == (set(), None)
    assert ("empty_returned", OTHER_BOX) in matched(consignment)


def test_the_last_one_and_one_of_others_stay(consignment: Consignment, cast: Cast) -> None:
    for container, code in (("MSKU0000017", "none"), (OTHER_BOX, None), (BOX, "last")):
        if code is None:
            take_out(consignment=consignment, container=container, reason=WHY, by=cast.importer, at=NOW)
            continue
        with pytest.raises(ValidationError) as refused:
            take_out(consignment=consignment, container=container, reason=WHY, by=cast.importer, at=NOW)
        assert refused.value.code == code
    with pytest.raises(IntegrityError), transaction.atomic():
        Removal.objects.create(consignment=consignment, container=OTHER_BOX, reason="Twice", at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Removal.objects.create(consignment=consignment, container=BOX, reason="", at=NOW)
    put_back(consignment, [BOX], at=NOW)
    assert Removal.objects.filter(back_at__isnull=True).count() == 1


def test_a_merged_one_that_has_the_container_puts_it_back(moved: Consignment, cast: Cast) -> None:
    take_out(consignment=moved, container=OTHER_BOX, reason=WHY, by=cast.importer, at=NOW)
    other = register(
        particulars=Particulars(consignee=cast.importer_firm, containers=[OTHER_BOX]), by=None, at=timezone.now()
    )
    merge(kept=moved, other=other, by=cast.officer, at=timezone.now())
    assert Removal.objects.get().back_at is not None
    assert ("kra_cleared", OTHER_BOX) in matched(moved)


def test_the_page_asks_why_and_shows_what_was_taken_out(consignment: Consignment, cast: Cast, as_person: As) -> None:
    url, client = f"/consignments/{consignment.ref}/take-out/", as_person(cast.importer)
    assert url in client.get(f"/consignments/{consignment.ref}/edit/").content.decode()
    assert client.post(url, {"container": OTHER_BOX, "reason": ""}).status_code == 422
    assert client.post(url, {"container": "MSKU0000017", "reason": WHY}).status_code == 422
    assert Removal.objects.count() == 0
    done = client.post(url, {"container": OTHER_BOX, "reason": WHY})
    assert (done.status_code, done["Location"]) == (302, f"/consignments/{consignment.ref}/")
    shown = client.get(url).content.decode()
    assert WHY in shown
    assert client.post(url, {"container": BOX, "reason": WHY}).status_code == 422
    assert [as_person(each).get(url).status_code for each in (cast.stranger, cast.officer, cast.official)] == [
        404,
        200,
        403,
    ]


@pytest.mark.parametrize(("may_act", "status"), [(True, 302), (False, 403)])
def test_whoever_is_nominated_takes_out_where_she_may_act(
    consignment: Consignment, cast: Cast, as_person: As, may_act: bool, status: int
) -> None:
    Nomination.objects.all().delete()
    word = nominate(
        principal=cast.importer_firm, nominee=cast.agent_firm, consignment=consignment,
        terms=Terms(may_act=may_act), by=None, at=timezone.now(),
    )  # fmt: skip
    accept(nomination=word, by=None, at=timezone.now())
    url = f"/consignments/{consignment.ref}/take-out/"
    answer = as_person(cast.agent).post(url, {"container": OTHER_BOX, "reason": WHY})
    assert (answer.status_code, Removal.objects.count()) == (status, int(may_act))


def test_of_three_trips_the_one_in_the_middle_leaves_its_time_to_the_one_before(cast: Cast, clerk: Source) -> None:
    trips = []
    for hours in (400, 200, 0):
        goods = Particulars(consignee=cast.stranger_firm, containers=[OTHER_BOX, f"MSKU00000{hours // 10:02}"])
        trips.append(register(particulars=goods, by=None, at=timezone.now()))
        if hours:
            take_in(clerk, csv(row("delivered", hours - 100, box=OTHER_BOX, node="rw-city-kigali")))
    spans = list(Unit.objects.filter(container=OTHER_BOX).order_by("pk").values_list("tracked_from", "tracked_until"))
    assert spans[0][1] == spans[1][0]
    assert spans[1][1] == spans[2][0]
    take_out(consignment=trips[1], container=OTHER_BOX, reason=WHY, by=cast.officer, at=timezone.now())
    left = list(Unit.objects.filter(container=OTHER_BOX).order_by("pk").values_list("tracked_from", "tracked_until"))
    assert left == [(spans[0][0], spans[2][0]), spans[2]]
    before = derived()
    rebuild()
    assert derived() == before


def test_of_two_who_share_a_box_used_again_one_takes_it_out_and_its_former_holder_sees_nothing_of_the_other(
    cast: Cast, clerk: Source
) -> None:
    goods = Particulars(consignee=cast.stranger_firm, containers=[BOX])
    old = register(particulars=goods, by=None, at=timezone.now())
    take_in(clerk, csv(row("gate_out", 1000), row("delivered", 900, node="rw-city-kigali")))
    firms = (cast.importer_firm, cast.agent_firm)
    wrong, right = (
        register(particulars=replace(goods, consignee=firm, containers=[BOX, OTHER_BOX]), by=None, at=timezone.now())
        for firm in firms
    )
    take_in(clerk, csv(row("gate_out", 2)))
    take_out(consignment=wrong, container=BOX, reason=WHY, by=cast.officer, at=timezone.now())
    assert matched(old) == {("gate_out", BOX), ("delivered", BOX)}
    assert (old.matches.count(), matched(wrong), matched(right)) == (2, set(), {("gate_out", BOX)})
    take_out(consignment=right, container=BOX, reason=WHY, by=cast.officer, at=timezone.now())
    assert (old.matches.count(), matched(right)) == (3, set())


def test_a_reason_is_asked_for_and_no_longer_than_it_is_kept(
    consignment: Consignment, cast: Cast, as_person: As
) -> None:
    url, client = f"/consignments/{consignment.ref}/take-out/", as_person(cast.importer)
    for reason, status in (("   ", 422), ("x" * 301, 422), ("a\x00b", 422), ("x" * 300, 302)):
        assert client.post(url, {"container": OTHER_BOX, "reason": reason}).status_code == status, reason
    assert Removal.objects.get().reason == "x" * 300


def test_put_back_twice_or_never_taken_out_it_is_noted_once(consignment: Consignment, cast: Cast) -> None:
    take_out(consignment=consignment, container=OTHER_BOX, reason=WHY, by=cast.importer, at=NOW)
    first, second = timezone.now(), timezone.now()
    put_back(consignment, [], at=first)
    assert Removal.objects.get().back_at is None
    put_back(consignment, [OTHER_BOX, BOX], at=first)
    put_back(consignment, [OTHER_BOX], at=second)
    assert Removal.objects.get().back_at == first
