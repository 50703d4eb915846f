"""Milestones and status from deliveries: whatever their order, however often they come, whoever contradicts whom."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta, timezone
from itertools import permutations
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils.timezone import now
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cargo.deriving import Move, derive, happening_of
from cargo.milestones import withdrawn
from cargo.models import Consignment, Event, EventMatch, Milestone, Status, Unit
from cargo.reading import Outcome, read_delivery
from cargo.registration import Particulars, rebuild, register
from feeds.intake import receive
from feeds.models import Source
from feeds.sources import add_source
from liaison.models import JournalEntry
from notify.models import Notice
from tests.cargo.test_reading import BOX, NOW, OTHER_BOX, csv, row, take_in
from tests.conftest import AT, Cast
from tests.feeds.edi import box, one

EAT = timezone(timedelta(hours=3))
BILL = "UMUC2611001"
in_the_database = settings(
    derandomize=True, deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@contextmanager
def forgotten_afterwards() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def carrier(network: None) -> Source:
    """A source of DCSA events, trusted more than the gate and the clerk."""
    return add_source(slug="carrier", format="dcsa", rank=50, name="Carrier", by=None, at=AT)[0]


def gate_out(document: str, hours_ago: float, *, function: str = "9", made: float, number: str = BOX) -> bytes:
    """CODECO of one container: 9 the original of a document, 5 its replacement, 1 its cancellation."""
    at, written = (f"{(NOW - timedelta(hours=hours)).astimezone(EAT):%Y%m%d%H%M}" for hours in (hours_ago, made))
    return one(f"BGM+36+{document}+{function}", f"DTM+137:{written}:203", *box(number, at=at))


def said_by_carrier(event_id: str, code: str, hours_ago: float, *, made: float, **more: object) -> bytes:
    """DCSA of one container at Mombasa: an equipment event, or an arrival where the code is ARRI."""
    family = "TRANSPORT" if code == "ARRI" else "EQUIPMENT"
    event = {
        "eventID": event_id,
        "eventType": family,
        f"{family.lower()}EventTypeCode": code,
        "eventClassifierCode": "ACT",
        "eventDateTime": (NOW - timedelta(hours=hours_ago)).isoformat(),
        "eventCreatedDateTime": (NOW - timedelta(hours=made)).isoformat(),
        "equipmentReference": BOX,
        "transportCall": {"UNLocationCode": "KEMBA", "modeOfTransport": "VESSEL"},
    }
    return json.dumps([event | more]).encode()


def of_the_bill(kind: str, hours_ago: float) -> str:
    return f",,{BILL},{kind},ACT,,{(NOW - timedelta(hours=hours_ago)).isoformat()},"


DELIVERIES: list[tuple[str, bytes]] = [
    ("carrier", said_by_carrier("e1", "DISC", 200, made=199)),
    ("carrier", said_by_carrier("e1", "DISC", 200, made=190, isRetracted=True)),
    ("carrier", said_by_carrier("e2", "DISC", 195, made=189)),
    ("carrier", said_by_carrier("e3", "ARRI", 220, made=400, eventClassifierCode="EST")),
    ("carrier", said_by_carrier("e4", "ARRI", 210, made=300, eventClassifierCode="EST")),
    ("gate", gate_out("D1", 140, made=139)),
    ("gate", gate_out("D1", 138, function="5", made=130)),
    ("gate", gate_out("D2", 137, made=136, number=OTHER_BOX)),
    ("gate", gate_out("D2", 137, function="1", made=120, number=OTHER_BOX)),
    ("clerk", csv(row("discharged", 198), row("gate_out", 131), row("held", 190), row("hold_released", 150))),
    ("clerk", csv(of_the_bill("do_issued", 170), of_the_bill("rra_released", 300), row("sealed", 141))),
    ("clerk", csv(row("border_in", 80, node="xx-border-malaba"), row("weighed", 90, box="MSCU1234566"))),
]


def take_all(deliveries: Sequence[tuple[str, bytes]]) -> None:
    sources = {source.slug: source for source in Source.objects.all()}
    for slug, raw in deliveries:
        take_in(sources[slug], raw)


def register_it(cast: Cast) -> Consignment:
    particulars = Particulars(consignee=cast.importer_firm, bill_of_lading=BILL, containers=[BOX, OTHER_BOX])
    return register(particulars=particulars, by=None, at=NOW)


def derived() -> dict[str, list[tuple[Any, ...]]]:
    """Events, matches and all that follows, by names that do not depend on the order of writing."""
    event = ("event__key", "unit__container")
    rows: dict[str, Any] = {
        "events": Event.objects.values_list("key", "kind", "container", "occurred_at", "is_matched"),
        "matches": EventMatch.objects.values_list(*event, "consignment__bill_of_lading"),
        "milestones": Milestone.objects.values_list(
            *event, "code", "actual_at", "expected_at", "is_day", "is_contested"
        ),
        "status": Status.objects.values_list("state", "event__key", "is_held", "held_by", "next_step", "moved_at"),
    }
    return {name: sorted(found, key=str) for name, found in rows.items()}


def actual(number: str = BOX) -> dict[str, int]:
    """The milestones that a box has reached, each with how many hours ago."""
    rows = Milestone.objects.filter(unit__container=number, actual_at__isnull=False).values_list("code", "actual_at")
    return {code: round((NOW - at) / timedelta(hours=1)) for code, at in rows if at}


@pytest.fixture
def expected(cast: Cast, gate: Source, clerk: Source, carrier: Source) -> dict[str, list[tuple[Any, ...]]]:
    """What is derived where the consignment is registered first and everything comes once and in order."""
    with forgotten_afterwards():
        register_it(cast)
        take_all(DELIVERIES)
        return derived()


@in_the_database
@given(order=st.permutations(DELIVERIES), twice=st.sets(st.sampled_from(range(12))), registered=st.integers(0, 12))
def test_any_order_each_once_or_twice_and_registered_whenever_give_the_same(
    cast: Cast,
    expected: dict[str, list[tuple[Any, ...]]],
    order: list[tuple[str, bytes]],
    twice: set[int],
    registered: int,
) -> None:
    again = [(slug, raw + b"\n") for slug, raw in (order[number] for number in sorted(twice))]
    with forgotten_afterwards():
        take_all(order[:registered])
        register_it(cast)
        take_all(order[registered:] + again)
        assert derived() == expected


def test_what_follows_from_the_deliveries_of_that_property(
    cast: Cast, gate: Source, clerk: Source, carrier: Source
) -> None:
    register_it(cast)
    take_all(DELIVERIES)
    papers = {"do_issued": 170, "rra_released": 300}
    assert actual() == {"discharged": 195, "gate_out": 138, "sealed": 141, "border1_in": 80, **papers}
    assert actual(OTHER_BOX) == papers
    contested = Milestone.objects.filter(is_contested=True).values_list("unit__container", "code")
    assert sorted(contested) == [(BOX, "discharged"), (BOX, "gate_out")]
    (expected_at,) = Milestone.objects.filter(code="vessel_arrived").values_list("expected_at", flat=True)
    assert expected_at == NOW - timedelta(hours=210)
    assert Event.objects.unmatched().values_list("kind", "container").get() == ("weighed", "MSCU1234566")


def test_a_cancellation_takes_back_milestone_and_status_and_leaves_both_events(
    gate: Source, consignment: Consignment
) -> None:
    take_in(gate, gate_out("D1", 5, made=4))
    assert Status.objects.get().state == "on_road"
    take_in(gate, gate_out("D1", 5, function="1", made=3))
    status = Status.objects.get()
    assert (actual(), status.state, status.event, status.next_step) == ({}, "registered", None, "vessel_departed")
    assert sorted(Event.objects.values_list("function", flat=True)) == ["cancel", "original"]
    assert Milestone.objects.count() == 0


def test_a_document_that_is_sent_anew_after_its_cancellation_counts(gate: Source, consignment: Consignment) -> None:
    take_in(gate, gate_out("D1", 3, made=1))
    take_in(gate, gate_out("D1", 5, function="1", made=2))
    take_in(gate, gate_out("D1", 5, made=4))
    assert actual() == {"gate_out": 3}


def cancellation(document: str, *, made: float, number: str = BOX) -> bytes:
    """CODECO that cancels a document's report of a container, and names no time but its own."""
    written = f"{(NOW - timedelta(hours=made)).astimezone(EAT):%Y%m%d%H%M}"
    return one(f"BGM+36+{document}+1", f"DTM+137:{written}:203", box(number)[0])


GATES = [gate_out("D1", 5, made=4), cancellation("D1", made=3), gate_out("D2", 5, made=4, number=OTHER_BOX)]


@pytest.mark.parametrize("order", list(permutations(range(len(GATES)))))
def test_a_cancellation_without_a_time_takes_back_what_its_document_said_of_the_box(
    gate: Source, consignment: Consignment, order: tuple[int, ...]
) -> None:
    for number in (*order, *order):
        take_in(gate, GATES[number])
    assert (actual(), actual(OTHER_BOX)) == ({}, {"gate_out": 5})
    assert sorted(Event.objects.values_list("function", flat=True)) == ["cancel", "original", "original"]
    derive([consignment.pk], at=now())
    assert (actual(), actual(OTHER_BOX)) == ({}, {"gate_out": 5})


def test_a_cancellation_without_a_time_leaves_all_else(gate: Source, clerk: Source, consignment: Consignment) -> None:
    take_in(gate, gate_out("D1", 5, made=4))
    take_in(gate, gate_out("D1", 5, made=4, number=OTHER_BOX))
    take_in(gate, cancellation("D2", made=3))
    take_in(gate, cancellation("D1", made=4.5))
    take_in(clerk, csv(row("gate_out", 6, box=OTHER_BOX)))
    assert (actual(), actual(OTHER_BOX)) == ({"gate_out": 5}, {"gate_out": 6})
    take_in(gate, cancellation("D1", made=3, number=OTHER_BOX))
    assert (actual(), actual(OTHER_BOX)) == ({"gate_out": 5}, {"gate_out": 6})
    take_in(gate, cancellation("D1", made=2))
    take_in(gate, gate_out("D1", 1, made=0.5))
    assert (actual(), actual(OTHER_BOX)) == ({"gate_out": 1}, {"gate_out": 6})


def in_any_order(cast: Cast, deliveries: Sequence[tuple[str, bytes]]) -> dict[str, list[tuple[Any, ...]]]:
    """What is derived of the deliveries: the same in each order, with each come twice, and where it is rebuilt."""
    found: list[dict[str, list[tuple[Any, ...]]]] = []
    for order in permutations(deliveries):
        with forgotten_afterwards():
            register_it(cast)
            take_all([(slug, raw + end) for slug, raw in order for end in (b"", b"\n")[: 1 + bool(found)]])
            found.append(derived())
            if order == tuple(reversed(deliveries)):
                rebuild()
                found.append(derived())
    assert all(each == found[0] for each in found)
    return found[0]


@pytest.mark.parametrize(
    ("more", "reached"),
    [
        ([], []),
        # Stated again after it was cancelled, and before; cancelled once more; the same moment is no later one.
        ([gate_out("D3", 10, made=4)], [("gate_out", 10)]),
        ([gate_out("D3", 10, made=7)], []),
        ([gate_out("D1", 10, made=6)], []),
        ([gate_out("D3", 10, made=4), gate_out("D3", 10, function="1", made=3)], []),
        # Another box, and another time of the same.
        ([gate_out("D3", 10, made=4, number=OTHER_BOX)], []),
        ([gate_out("D3", 9, made=4)], [("gate_out", 9)]),
    ],
)
def test_what_is_stated_again_after_its_cancellation_counts_whichever_came_first(
    cast: Cast, gate: Source, more: list[bytes], reached: list[tuple[str, int]]
) -> None:
    said = [gate_out("D1", 10, made=9), gate_out("D1", 10, function="1", made=6), *more]
    rows = in_any_order(cast, [("gate", raw) for raw in said])["milestones"]
    found = [(code, at) for _key, number, code, at, *_ in rows if number == BOX]
    assert found == [(code, NOW.replace(second=0) - timedelta(hours=hours)) for code, hours in reached]


def test_what_is_replaced_by_its_document_is_so_whichever_of_its_documents_came_first(cast: Cast, gate: Source) -> None:
    said = [gate_out("D1", 10, made=9), gate_out("D2", 10, made=8), gate_out("D1", 5, function="5", made=4)]
    rows = in_any_order(cast, [("gate", raw) for raw in said])["milestones"]
    # It was said last in another document than the replaced one.
    assert [row[3] for row in rows] == [NOW.replace(second=0) - timedelta(hours=10)]


def test_saying_the_same_in_a_later_issue_is_neither_an_event_nor_news(gate: Source, consignment: Consignment) -> None:
    take_in(gate, gate_out("D1", 5, made=4))
    before, told = derived(), (Notice.objects.count(), Status.objects.values_list("changed_at").get())
    assert take_in(gate, gate_out("D2", 5, made=3)) == Outcome(facts=1)
    assert (derived(), (Notice.objects.count(), Status.objects.values_list("changed_at").get())) == (before, told)


def test_of_a_carrier_too_one_fact_is_one_event_however_its_time_is_spelled(
    carrier: Source, consignment: Consignment
) -> None:
    said = said_by_carrier("e1", "DISC", 30, made=29)
    at = (NOW - timedelta(hours=30)).isoformat().encode()
    local = f"{(NOW - timedelta(hours=30)).astimezone(EAT):%Y-%m-%dT%H:%M:%S}".encode()
    spelled = [said, *(said.replace(at, other) for other in (at[:19] + b"Z", local + b"+03:00", local))]
    assert [take_in(carrier, raw).events for raw in spelled] == [1, 0, 0, 0]
    assert actual() == {"discharged": 30}


def discharge(hours_ago: float, made: float, *, event_id: str = "e1", call: str = "tc-1", **more: object) -> bytes:
    """DCSA of a container that a ship of that call brought to Mombasa."""
    at = {"UNLocationCode": "KEMBA", "modeOfTransport": "VESSEL", "transportCallID": call}
    return said_by_carrier(event_id, "DISC", hours_ago, made=made, **{"transportCall": at} | more)


@pytest.mark.parametrize(
    ("more", "hours_ago"),
    [
        # Under the same event number or none; said once more in between; back to what it was; once more as it was.
        ([discharge(26, 20)], 26),
        ([discharge(26, 20, event_id="")], 26),
        ([discharge(34, 20, event_id="e2")], 34),
        ([discharge(26, 20), discharge(28, 10)], 28),
        ([discharge(26, 20), discharge(30, 10)], 30),
        # Of another call, or at another terminal; not issued later, or nobody knows when; and expected.
        ([discharge(26, 20, call="tc-2")], 30),
        ([discharge(26, 20, eventLocation={"UNLocationCode": "KEMBA", "facilityCode": "KCT"})], 30),
        ([discharge(26, 29)], 30),
        ([discharge(26, 20, eventCreatedDateTime=None)], 30),
        ([discharge(26, 20, eventClassifierCode="EST")], 30),
    ],
)
def test_a_carrier_corrects_what_it_said_by_saying_it_later(
    cast: Cast, carrier: Source, more: list[bytes], hours_ago: int
) -> None:
    found = in_any_order(cast, [("carrier", raw) for raw in (discharge(30, 29), *more)])
    assert [row[2:4] for row in found["milestones"]] == [("discharged", NOW - timedelta(hours=hours_ago))]


def test_a_correction_concerns_its_own_source_and_box_alone(cast: Cast, carrier: Source) -> None:
    add_source(slug="other", format="dcsa", rank=60, name="Other carrier", by=None, at=AT)
    said = [
        ("carrier", discharge(30, 29)),
        ("other", discharge(26, 20)),
        ("carrier", discharge(24, 10, equipmentReference=OTHER_BOX)),
    ]
    rows = in_any_order(cast, said)["milestones"]
    reached = [(box, at, contested) for _key, box, _code, at, _expected, _day, contested in rows]
    hours = timedelta(hours=1)
    assert sorted(reached) == sorted([(OTHER_BOX, NOW - 24 * hours, False), (BOX, NOW - 30 * hours, True)])


def test_two_borders_and_several_holds_are_several(cast: Cast, carrier: Source) -> None:
    call = {"transportCallID": "tc-1", "modeOfTransport": "TRUCK", "facilityTypeCode": "BOCR"}
    said = [
        said_by_carrier("e1", "ARRI", hours, made=hours - 1, transportCall={**call, "UNLocationCode": code})
        for code, hours in (("KEMAL", 20), ("RWGTA", 10))
    ]
    said += [said_by_carrier("e1", code, hours, made=hours - 1) for code, hours in (("CUSS", 40), ("CUSI", 30))]
    register_it(cast)
    take_all([("carrier", raw) for raw in said])
    matches = EventMatch.objects.select_related("event__node", "event__source")
    assert sorted(match.event.kind for match in matches) == ["border_in", "border_in", "held", "held"]
    assert withdrawn(happening_of(match) for match in matches) == {}


def test_what_the_clerk_says_twice_stays_and_the_earliest_counts(cast: Cast, clerk: Source) -> None:
    found = in_any_order(cast, [("clerk", csv(row("discharged", hours))) for hours in (30, 26)])
    assert [row[3] for row in found["milestones"]] == [NOW - timedelta(hours=30)]


FULL_MINUTE = NOW.replace(second=0)


@pytest.mark.parametrize(
    ("more", "hours_ago"),
    [
        ([gate_out("", 8, function="5", made=7)], 8),
        ([gate_out("", 12, function="5", made=7)], 12),
        # Replaced once more; of two only the one before it; with the time that it had, whatever came in between.
        ([gate_out("", 8, function="5", made=7), gate_out("", 7, function="5", made=6)], 7),
        ([gate_out("", 11, made=8), gate_out("", 8, function="5", made=7)], 10),
        ([gate_out("", 12, made=8), gate_out("", 10, function="5", made=7)], 12),
        # Issued before it; of another box; with a document that is not the other's; and what is merely said later.
        ([gate_out("", 8, function="5", made=9.5)], 10),
        ([gate_out("", 8, function="5", made=7, number=OTHER_BOX)], 10),
        ([gate_out("D9", 8, function="5", made=7)], 10),
        ([gate_out("", 8, made=7)], 10),
    ],
)
def test_a_replacement_without_a_document_replaces_what_was_said_last(
    cast: Cast, gate: Source, more: list[bytes], hours_ago: int
) -> None:
    said = [gate_out("", 10, made=9), *more]
    found = in_any_order(cast, [("gate", raw) for raw in said])
    reached = [at for _key, box, code, at, *_ in found["milestones"] if (box, code) == (BOX, "gate_out")]
    assert reached == [FULL_MINUTE - timedelta(hours=hours_ago)]


def test_a_cancellation_withdraws_nothing_of_another_source(
    gate: Source, clerk: Source, consignment: Consignment
) -> None:
    take_in(clerk, csv(row("gate_out", 6)))
    take_in(gate, gate_out("D1", 5, made=4))
    take_in(gate, gate_out("D1", 5, function="1", made=3))
    assert actual() == {"gate_out": 6}


def test_of_sources_that_disagree_the_trusted_one_is_used_and_the_contest_is_kept(
    gate: Source, clerk: Source, carrier: Source, consignment: Consignment
) -> None:
    take_in(clerk, csv(row("discharged", 30)))
    take_in(carrier, said_by_carrier("e1", "DISC", 27, made=26))
    milestone = Milestone.objects.select_related("event__source").get()
    assert (milestone.event.source, milestone.is_contested) == (carrier, True)
    take_in(carrier, said_by_carrier("e1", "DISC", 27, made=20, isRetracted=True))
    milestone = Milestone.objects.select_related("event__source").get()
    assert (milestone.event.source, milestone.is_contested) == (clerk, False)


def test_a_discharge_at_a_port_on_the_way_is_not_the_discharge_at_mombasa(
    clerk: Source, carrier: Source, consignment: Consignment
) -> None:
    call = {"UNLocationCode": "LKCMB", "modeOfTransport": "VESSEL"}
    take_in(carrier, said_by_carrier("e1", "DISC", 99, made=98, transportCall=call))
    assert actual() == {}
    take_in(clerk, csv(row("discharged", 9, node="")))
    assert actual() == {"discharged": 9}


def test_a_hold_of_one_box_holds_the_consignment_until_it_is_released(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("discharged", 30), row("discharged", 30, box=OTHER_BOX), row("held", 20, box=OTHER_BOX)))
    assert Status.objects.get().is_held is True
    take_in(clerk, csv(row("hold_released", 10)))
    assert Status.objects.get().is_held is True
    take_in(clerk, csv(row("hold_released", 9, box=OTHER_BOX)))
    assert Status.objects.get().is_held is False


def said_of_a_document(code: str, document: str, hours_ago: float) -> bytes:
    event = {
        "eventType": "SHIPMENT",
        "shipmentEventTypeCode": code,
        "eventClassifierCode": "ACT",
        "eventDateTime": (NOW - timedelta(hours=hours_ago)).isoformat(),
        "eventCreatedDateTime": (NOW - timedelta(hours=hours_ago)).isoformat(),
        "documentID": f"{document}1",
        "documentTypeCode": document,
        "references": [{"referenceType": "EQ", "referenceValue": BOX}],
    }
    return json.dumps([event]).encode()


PAPERS = [("HOLD", "CUS"), ("RELS", "SRM"), ("RELS", "TRD"), ("HOLD", "TRD"), ("RELS", "CUS"), ("RELS", "TRD")]


@pytest.mark.parametrize("is_reversed", [False, True])
def test_a_hold_is_lifted_by_the_document_that_was_held(
    carrier: Source, consignment: Consignment, is_reversed: bool
) -> None:
    said = [said_of_a_document(code, document, 30 - n) for n, (code, document) in enumerate(PAPERS)]
    seen = []
    for raw in reversed(said) if is_reversed else said:
        take_in(carrier, raw)
        seen.append(Status.objects.get().is_held)
    assert seen == ([False] * 6 if is_reversed else [True] * 5 + [False])
    assert actual() == {"do_issued": 29, "kra_cleared": 26}
    told = [entry.data["moves"] for entry in JournalEntry.objects.filter(kind="cargo.consignment_moved").order_by("pk")]
    holds = [move["code"] for moves in told for move in moves if move["code"] in ("held", "hold_released")]
    assert holds == ([] if is_reversed else ["held", "hold_released"])
    before = derived()
    rebuild()
    assert derived() == before


def test_what_names_no_box_counts_for_every_box(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(of_the_bill("do_issued", 9)))
    assert (actual(), actual(OTHER_BOX)) == ({"do_issued": 9}, {"do_issued": 9})


def test_goods_without_a_box_have_milestones_of_their_own(cast: Cast, clerk: Source) -> None:
    particulars = Particulars(consignee=cast.importer_firm, bill_of_lading=BILL, cargo_kind="roro")
    register(particulars=particulars, by=None, at=NOW)
    take_in(clerk, csv(of_the_bill("discharged", 9), of_the_bill("delivered", 1)))
    assert sorted(Milestone.objects.filter(unit=None).values_list("code", flat=True)) == ["delivered", "discharged"]
    assert Status.objects.values_list("state", "next_step").get() == ("delivered", "")


def test_before_anything_is_heard_the_consignment_stands_as_registered(consignment: Consignment) -> None:
    Status.objects.all().delete()
    assert derive([consignment.pk], at=AT) == {consignment.pk: []}
    status = Status.objects.get()
    assert (status.state, status.event, status.moved_at) == ("registered", None, consignment.registered_at)


def test_only_what_differs_is_a_move(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("gate_out", 1)))
    gone = EventMatch.objects.get()
    assert derive([consignment.pk, consignment.pk], at=AT) == {consignment.pk: []}
    assert (derive([], at=AT), derive([0], at=AT)) == ({}, {})
    gone.delete()
    assert derive([consignment.pk], at=AT) == {
        consignment.pk: [Move("gate_out", BOX, gone.event_id, is_withdrawn=True)]
    }
    gone.save()
    assert derive([consignment.pk], at=AT) == {consignment.pk: [Move("gate_out", BOX, gone.event_id)]}


def test_an_expectation_that_comes_back_to_what_it_was_is_the_one_that_counts(
    carrier: Source, consignment: Consignment
) -> None:
    for number, (hours, made) in enumerate([(-72, 30), (-96, 20), (-72, 10)]):
        take_in(carrier, said_by_carrier(f"e{number}", "ARRI", hours, made=made, eventClassifierCode="EST"))
    assert Milestone.objects.values_list("expected_at").get() == (NOW + timedelta(hours=72),)


def at_once(works: Sequence[Callable[[], object]]) -> None:
    """Run each on a thread with a connection of its own, all let go at the same moment."""
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        barrier.wait()
        try:
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)


@pytest.mark.django_db(transaction=True)
def test_deliveries_of_one_consignment_at_once_take_turns_and_tell_each_move_once(
    clerk: Source, consignment: Consignment
) -> None:
    kinds = ["discharged", "do_issued", "sealed", "gate_out"]
    receipts = [
        receive(source=clerk, raw=csv(row(kind, hours), row("truck_in", 9)), at=now())
        for hours, kind in enumerate(kinds, 1)
    ]
    at_once([lambda pk=receipt.delivery.pk: read_delivery(pk) for receipt in receipts])  # type: ignore[misc]
    assert sorted(actual()) == sorted([*kinds, "truck_in"])
    mine = Notice.objects.filter(channel="inbox", person__email="importer@portal.example")
    told = [move["code"] for notice in mine.select_related("entry") for move in notice.entry.data["moves"]]
    assert sorted(told) == sorted([*kinds, "truck_in"])


def sizes() -> list[str]:
    return list(Unit.objects.order_by("pk").values_list("size_type", flat=True))


def test_a_container_has_the_size_that_the_most_trusted_source_says(
    gate: Source, carrier: Source, consignment: Consignment
) -> None:
    take_in(gate, gate_out("D1", 5, made=4))
    assert sizes() == ["22G1", ""]
    take_in(carrier, said_by_carrier("e1", "GTOT", 5, made=4, ISOEquipmentCode="45G1"))
    assert sizes() == ["45G1", ""]
    take_in(gate, gate_out("D2", 3, made=2))
    assert sizes() == ["45G1", ""]


def test_rebuilding_gives_containers_their_sizes_again(gate: Source, consignment: Consignment) -> None:
    take_in(gate, gate_out("D1", 5, made=4))
    Unit.objects.update(size_type="")
    derive([consignment.pk], at=AT)
    assert sizes() == ["22G1", ""]
