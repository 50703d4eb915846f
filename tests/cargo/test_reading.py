"""From raw bytes to the outbox: once, in any order, and whatever comes."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from cargo.models import Consignment, Event, EventMatch, Milestone, Status
from cargo.particulars import amend
from cargo.reading import MOST_ATTEMPTS, Outcome, read_delivery
from cargo.registration import Particulars, rebuild, register
from corridor.models import Condition, VesselCall
from feeds.intake import receive
from feeds.models import Delivery, Source
from liaison.models import JournalEntry
from notify.models import Notice
from tests.conftest import Cast, source_of

HEADER = "reference,container,bill_of_lading,kind,classifier,node,occurred_at,remark\n"
NOW = timezone.now().replace(microsecond=0)
BOX, OTHER_BOX = "TGHU3054380", "CSQU3054383"


def csv(*rows: str) -> bytes:
    return (HEADER + "".join(row + "\n" for row in rows)).encode()


def row(kind: str, hours_ago: float, *, box: str = BOX, node: str = "ke-port-mombasa", classifier: str = "ACT") -> str:
    at = NOW - timedelta(hours=hours_ago)
    return f",{box},,{kind},{classifier},{node},{at.isoformat()},"


def take_in(source: Source, raw: bytes, *, is_history: bool = False) -> Outcome:
    receipt = receive(source=source, raw=raw, at=timezone.now(), is_history=is_history)
    return read_delivery(receipt.delivery.pk)


def milestones() -> list[tuple[str, str, datetime | None]]:
    rows = Milestone.objects.order_by("consignment__ref", "unit__container", "code")
    return list(rows.values_list("unit__container", "code", "actual_at"))


def test_an_event_reaches_its_consignment_its_page_and_its_people(clerk: Source, consignment: Consignment) -> None:
    outcome = take_in(clerk, csv(row("gate_out", 1)))
    assert outcome == Outcome(facts=1, events=1, unmatched=0, quarantined=0)
    event = Event.objects.get()
    assert (event.kind, event.container, event.is_matched) == ("gate_out", BOX, True)
    assert EventMatch.objects.get().unit is not None
    assert milestones() == [(BOX, "gate_out", NOW - timedelta(hours=1))]
    told = Notice.objects.order_by("person__email", "channel").values_list("person__email", "channel", "state")
    assert list(told) == [
        ("agent@portal.example", "email", "due"),
        ("agent@portal.example", "inbox", "sent"),
        ("importer@portal.example", "email", "due"),
        ("importer@portal.example", "inbox", "sent"),
    ]
    assert Delivery.objects.get().state == "read"


def test_the_same_file_and_the_same_fact_in_another_file_add_nothing(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("gate_out", 1)))
    assert receive(source=clerk, raw=csv(row("gate_out", 1)), at=timezone.now()).is_duplicate is True
    assert take_in(clerk, csv(row("gate_out", 1), row("sealed", 2))) == Outcome(facts=2, events=1)
    assert take_in(clerk, csv(row("sealed", 2), row("gate_out", 1))) == Outcome(facts=2, events=0)
    assert Event.objects.count() == 2
    assert Notice.objects.filter(channel="inbox", person__email="importer@portal.example").count() == 2


def test_one_fact_is_one_event_however_its_time_is_spelled(clerk: Source, consignment: Consignment) -> None:
    spelled = ["2026-11-18T10:00:00+03:00", "2026-11-18T07:00:00Z", "2026-11-18T10:00:00", "2026-11-18T07:00:00+00:00"]
    said = [csv(f",{BOX},,discharged,ACT,ke-port-mombasa,{at},{n}") for n, at in enumerate(spelled)]
    assert [take_in(clerk, raw).events for raw in said] == [1, 0, 0, 0]
    # Another hour, a day of which the hour is not known, another box, and another source.
    others = [csv(f",{BOX},,discharged,ACT,ke-port-mombasa,{at},") for at in ("2026-11-18T07:00:00", "2026-11-18")]
    others.append(said[0].replace(BOX.encode(), OTHER_BOX.encode()))
    assert [take_in(clerk, raw).events for raw in others] == [1, 1, 1]
    assert take_in(source_of("other", "csv_events"), said[1]).events == 1
    assert Event.objects.count() == 5


def test_a_border_and_a_ship_that_are_back_where_they_were_are_so_here_too(network: None) -> None:
    def shown() -> tuple[str, datetime | None]:
        return Condition.objects.standing(timezone.now()).get().severity, VesselCall.objects.get().eta_at

    borders, ships = source_of("borders", "status"), source_of("ships", "schedule")
    soon, later = (NOW.replace(hour=6, minute=0, second=0) + timedelta(days=days) for days in (3, 6))
    said = {"reference": "M", "node": "xx-border-malaba", "kind": "border", "from": "2026-11-01T00:00:00Z", "text": ""}
    seen = []
    for severity, eta in (("normal", soon), ("severe", later), ("normal", soon), ("normal", soon)):
        take_in(borders, json.dumps({"conditions": [{**said, "severity": severity}]}).encode())
        take_in(ships, f"VESSEL,VOYAGE,ETA\nMSC POSITANO,FB540A,{eta + timedelta(hours=3):%Y-%m-%d %H:%M}\n".encode())
        seen.append(shown())
    assert seen == [("normal", soon), ("severe", later), ("normal", soon), ("normal", soon)]
    assert Delivery.objects.count() == 6


@pytest.mark.parametrize("days", range(6))
@pytest.mark.parametrize("are_together", [True, False])
def test_of_expectations_the_latest_word_counts(
    clerk: Source, consignment: Consignment, days: int, are_together: bool
) -> None:
    """Whichever is the earlier one, and whatever their keys are."""
    said = [row("arrived_kigali", hours, node="rw-city-kigali", classifier="EST") for hours in (-24 * days, -36)]
    for raw in (csv(*said),) if are_together else map(csv, said):
        take_in(clerk, raw)
    assert Milestone.objects.get().expected_at == NOW + timedelta(hours=36)


def test_reading_a_delivery_again_changes_nothing(clerk: Source, consignment: Consignment) -> None:
    receipt = receive(source=clerk, raw=csv(row("gate_out", 1)), at=timezone.now())
    read_delivery(receipt.delivery.pk)
    before = (milestones(), Notice.objects.count(), JournalEntry.objects.count())
    assert read_delivery(receipt.delivery.pk) == Outcome()
    assert read_delivery(receipt.delivery.pk, again=True) == Outcome(facts=1)
    assert (milestones(), Notice.objects.count(), JournalEntry.objects.count()) == before
    delivery = Delivery.objects.get()
    assert (delivery.facts, delivery.events, delivery.state) == (1, 1, "read")


def test_what_matches_nothing_waits_for_its_consignment(cast: Cast, clerk: Source) -> None:
    assert take_in(clerk, csv(row("gate_out", 5), row("discharged", 50))) == Outcome(facts=2, events=2, unmatched=2)
    assert Event.objects.unmatched().count() == 2
    consignment = register(
        particulars=Particulars(consignee=cast.importer_firm, containers=[BOX]), by=cast.importer, at=timezone.now()
    )
    assert Event.objects.unmatched().count() == 0
    assert [(code, at) for _unit, code, at in milestones()] == [
        ("discharged", NOW - timedelta(hours=50)),
        ("gate_out", NOW - timedelta(hours=5)),
    ]
    assert Status.objects.get(consignment=consignment).state == "on_road"


def test_a_bill_of_lading_tells_apart_two_consignments_in_one_box(cast: Cast, clerk: Source) -> None:
    mine, theirs = (
        register(
            particulars=Particulars(consignee=firm, containers=[BOX], bill_of_lading=number),
            by=None,
            at=timezone.now(),
        )
        for firm, number in ((cast.importer_firm, "HBL1"), (cast.stranger_firm, "HBL2"))
    )
    at = (NOW - timedelta(hours=3)).isoformat()
    take_in(clerk, csv(f",{BOX},HBL1,do_issued,ACT,,{at},", row("discharged", 9)))
    by_consignment: dict[str, set[str]] = {ref: set() for ref in (mine.ref, theirs.ref)}
    for ref, kind in EventMatch.objects.values_list("consignment__ref", "event__kind"):
        by_consignment[ref].add(kind)
    assert by_consignment == {mine.ref: {"do_issued", "discharged"}, theirs.ref: {"discharged"}}


def test_a_box_used_again_does_not_show_its_earlier_trip(cast: Cast, clerk: Source) -> None:
    first = register(
        particulars=Particulars(consignee=cast.stranger_firm, containers=[BOX]), by=None, at=NOW - timedelta(days=90)
    )
    take_in(clerk, csv(row("gate_out", 1000), row("delivered", 900, node="rw-city-kigali")))
    second = register(particulars=Particulars(consignee=cast.importer_firm, containers=[BOX]), by=None, at=NOW)
    take_in(clerk, csv(row("gate_out", 2)))
    kinds = {
        ref: sorted(EventMatch.objects.filter(consignment__ref=ref).values_list("event__kind", flat=True))
        for ref in (first.ref, second.ref)
    }
    assert kinds == {first.ref: ["delivered", "gate_out"], second.ref: ["gate_out"]}


def test_of_two_who_share_a_box_used_again_neither_sees_its_earlier_trip(cast: Cast, clerk: Source) -> None:
    goods = Particulars(consignee=cast.stranger_firm, containers=[BOX])
    register(particulars=goods, by=None, at=NOW)
    take_in(clerk, csv(row("gate_out", 1000), row("delivered", 900, node="rw-city-kigali")))
    firms = (cast.importer_firm, cast.agent_firm)
    shared = [register(particulars=replace(goods, consignee=firm), by=None, at=NOW) for firm in firms]
    take_in(clerk, csv(row("gate_out", 2)))
    assert [list(each.matches.values_list("event__kind", flat=True)) for each in shared] == [["gate_out"]] * 2
    assert [Status.objects.get(consignment=each).state for each in shared] == ["on_road"] * 2


def in_kigali_since(cast: Cast, clerk: Source, days: int) -> Consignment:
    """A box of the importer's under the bill OLD1 that nobody tells to have been delivered."""
    old = register(
        particulars=Particulars(consignee=cast.importer_firm, containers=[BOX], bill_of_lading="OLD1"), by=None, at=NOW
    )
    steps = [("discharged", days + 10), ("gate_out", days + 5)]
    arrived = row("arrived_kigali", 24 * days, node="rw-city-kigali")
    take_in(clerk, csv(*(row(kind, 24 * before) for kind, before in steps), arrived))
    return old


def test_a_box_under_another_bill_a_month_after_it_arrived_is_on_another_trip(cast: Cast, clerk: Source) -> None:
    old = in_kigali_since(cast, clerk, 80)
    new = register(
        particulars=Particulars(consignee=cast.importer_firm, containers=[BOX], bill_of_lading="NEW1"), by=None, at=NOW
    )
    assert Status.objects.get(consignment=new).state == "registered"
    take_in(clerk, csv(row("discharged", 24)))
    assert Milestone.objects.get(consignment=new).actual_at == NOW - timedelta(hours=24)
    # What is told late of the old trip is the old trip's.
    take_in(clerk, csv(row("released_kigali", 24 * 75, node="rw-city-kigali")))
    assert list(Milestone.objects.filter(code="released_kigali").values_list("consignment", flat=True)) == [old.pk]
    assert [Status.objects.get(consignment=each).state for each in (old, new)] == ["in_kigali", "at_port"]


@pytest.mark.parametrize(("days", "bill"), [(20, "NEW1"), (80, "OLD1"), (80, "")])
def test_until_then_and_under_the_same_bill_it_is_the_same_trip(
    cast: Cast, clerk: Source, days: int, bill: str
) -> None:
    in_kigali_since(cast, clerk, days)
    other = register(
        particulars=Particulars(consignee=cast.agent_firm, containers=[BOX], bill_of_lading=bill), by=None, at=NOW
    )
    assert Status.objects.get(consignment=other).state == "in_kigali"


@pytest.mark.parametrize("is_added_later", [True, False])
@pytest.mark.parametrize("days", [5, 80])
def test_a_box_that_goes_out_again_begins_where_it_came(
    cast: Cast, clerk: Source, days: int, is_added_later: bool
) -> None:
    """Nobody tells that it was delivered, and an export has no bill of lading yet when it is packed."""
    old = in_kigali_since(cast, clerk, days)
    crossed = (("border_in", days + 2), ("border_out", days + 1))
    take_in(clerk, csv(*(row(kind, 24 * before, node="xx-border-gatuna") for kind, before in crossed)))
    before = milestones()
    goods = Particulars(consignee=cast.importer_firm, direction="export", containers=[] if is_added_later else [BOX])
    new = register(particulars=goods, by=None, at=NOW)
    if is_added_later:
        amend(consignment=new, changes={}, containers=[BOX], by=cast.importer, at=NOW)
    assert (milestones(), Status.objects.get(consignment=new).state) == (before, "registered")
    steps = (
        ("loaded", "rw-city-kigali", 30),
        ("border_in", "xx-border-gatuna", 20),
        ("delivered", "rw-city-kigali", 40),
    )
    take_in(clerk, csv(*(row(kind, hours, node=node) for kind, node, hours in steps)))
    reached = Milestone.objects.filter(consignment=new, actual_at__isnull=False).order_by("actual_at")
    assert list(reached.filter(code__startswith="export").values_list("code", flat=True)) == [
        "export_loaded",
        "export_border2_in",
    ]
    # The old trip may be told to have ended after that.
    assert [Status.objects.get(consignment=each).state for each in (old, new)] == ["delivered", "at_border"]
    before = milestones()
    rebuild()
    assert milestones() == before


def test_a_box_that_comes_in_again_begins_where_it_went_aboard(cast: Cast, clerk: Source) -> None:
    out = Particulars(consignee=cast.importer_firm, direction="export", containers=[BOX])
    old = register(particulars=out, by=None, at=NOW)
    take_in(clerk, csv(row("sealed", 320), row("gate_in", 300), row("loaded", 200)))
    back = register(particulars=replace(out, direction="import"), by=None, at=NOW)
    assert [Status.objects.get(consignment=each).state for each in (old, back)] == ["at_port", "registered"]
    take_in(clerk, csv(row("discharged", 20)))
    assert list(Milestone.objects.filter(consignment=back).values_list("code", flat=True)) == ["discharged"]


def test_one_bad_row_does_not_take_the_rest_down(clerk: Source, consignment: Consignment) -> None:
    outcome = take_in(
        clerk,
        csv(
            row("gate_out", 1),
            row("teleported", 1),
            row("sealed", 2, node="ke-nowhere"),
            row("do_issued", -48),
            row("kra_cleared", 3),
        ),
    )
    assert outcome == Outcome(facts=4, events=2, unmatched=0, quarantined=3)
    codes = Delivery.objects.get().quarantines.order_by("code").values_list("code", flat=True)
    assert list(codes) == ["future", "unknown_kind", "unknown_node"]
    assert Delivery.objects.get().state == "read"


@pytest.mark.parametrize("raw", [b"", b"<html><body>Sign in</body></html>", b"\x00\xff\xfe" * 400, b"x" * 5_000_000])
def test_garbage_is_kept_and_quarantined(clerk: Source, gate: Source, raw: bytes) -> None:
    for source in (clerk, gate):
        outcome = take_in(source, raw)
        assert (outcome.facts, outcome.quarantined) == (0, 1)
    for delivery in Delivery.objects.all():
        assert (delivery.state, bytes(delivery.raw)) == ("quarantined", raw)
        assert delivery.reason_text not in ("", delivery.reason)


def test_history_is_read_and_nobody_is_told(clerk: Source, consignment: Consignment) -> None:
    assert take_in(clerk, csv(row("gate_out", 1)), is_history=True).events == 1
    assert Notice.objects.count() == 0
    assert JournalEntry.objects.filter(kind="cargo.consignment_moved").count() == 1


def test_a_delivery_that_kills_its_reader_is_given_up_to_a_clerk(clerk: Source) -> None:
    receipt = receive(source=clerk, raw=csv(row("gate_out", 1)), at=timezone.now())
    Delivery.objects.update(attempts=MOST_ATTEMPTS)
    assert read_delivery(receipt.delivery.pk) == Outcome()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.reason) == ("quarantined", "reader_failed")


def _files() -> list[bytes]:
    """A trip of two boxes in eight files, with expectations, a hold, and overlapping rows."""
    return [
        csv(row("discharged", 200), row("discharged", 199, box=OTHER_BOX)),
        csv(row("vessel_arrived", 230, classifier="EST"), row("vessel_arrived", 225)),
        csv(row("held", 190), row("hold_released", 150)),
        csv(row("gate_out", 140), row("sealed", 141)),
        csv(row("gate_out", 139, box=OTHER_BOX), row("gate_out", 140)),
        csv(row("border_in", 80, node="xx-border-malaba"), row("border_out", 72, node="xx-border-malaba")),
        csv(row("border_in", 30, node="xx-border-gatuna")),
        csv(row("border_out", 28, node="xx-border-gatuna"), row("arrived_kigali", 24, node="rw-city-kigali")),
    ]


def _derived(source: Source, files: Sequence[bytes]) -> object:
    for raw in files:
        take_in(source, raw)
    status = Status.objects.values_list("state", "is_held", "held_by", "next_step", "moved_at", "event__key")
    return milestones(), list(status), Event.objects.count()


def _forget() -> None:
    for model in (Notice, Status, Milestone, EventMatch, Event, Delivery):
        model._default_manager.all().delete()


def test_files_in_any_order_and_each_twice_give_the_same_milestones(clerk: Source, consignment: Consignment) -> None:
    expected = _derived(clerk, _files())
    order = random.Random(20261122)
    for _round in range(6):
        _forget()
        rebuild()
        files = _files() * order.choice([1, 2])
        order.shuffle(files)
        assert _derived(clerk, files) == expected


def test_rebuild_gives_what_was_there(clerk: Source, consignment: Consignment) -> None:
    before = _derived(clerk, _files())
    notices = Notice.objects.count()
    assert rebuild() == 1
    assert (milestones(), Notice.objects.count()) == (before[0], notices)  # type: ignore[index]
    assert Event.objects.filter(is_matched=True).count() == Event.objects.count()


def test_the_slowest_box_says_where_the_consignment_is(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("discharged", 50), row("discharged", 50, box=OTHER_BOX), row("gate_out", 2)))
    assert Status.objects.get().state == "at_port"
    take_in(clerk, csv(row("gate_out", 1, box=OTHER_BOX)))
    assert Status.objects.get().state == "on_road"


def test_unix_times_and_zones_are_stored_in_utc(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(f",{BOX},,arrived_kigali,ACT,rw-city-kigali,2026-01-05T08:00:00,"))
    event = Event.objects.get()
    assert event.occurred_at == datetime(2026, 1, 5, 6, 0, tzinfo=UTC)
    assert event.zone == "Africa/Kigali"
