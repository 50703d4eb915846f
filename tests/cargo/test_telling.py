"""Who is told what of a consignment that moved: its own people, each once, in the transaction of the move."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from cargo.deriving import Move
from cargo.models import Consignment, Event, Milestone, Status
from cargo.reading import read_delivery
from cargo.registration import Particulars, register
from cargo.telling import MOST_MOVES, SETTLING, tell
from feeds.intake import receive
from feeds.models import Delivery, Source
from liaison.models import JournalEntry, Membership, Organization, Person
from liaison.roles import Role
from notify.models import Notice, Preference
from notify.preferences import take_stance
from tests.cargo.test_deriving import gate_out
from tests.cargo.test_reading import BOX, NOW, OTHER_BOX, csv, row, take_in
from tests.conftest import AT, Cast, somebody

MOVED = "cargo.consignment_moved"


def told() -> list[tuple[str, str]]:
    """To whom and by which channel, for each outbox row."""
    return sorted(Notice.objects.values_list("person__email", "channel"))


def rows_for(*people: Person) -> list[tuple[str, str]]:
    return sorted((person.email, channel) for person in people for channel in ("email", "inbox"))


def news() -> list[dict[str, Any]]:
    return list(JournalEntry.objects.filter(kind=MOVED).order_by("pk").values_list("data", flat=True))


def colleague(part: str, role: str, firm: Organization) -> Person:
    return somebody(firm, role, f"{part}@portal.example")


def test_the_people_of_consignee_and_agent_are_told_and_nobody_else(
    cast: Cast, clerk: Source, consignment: Consignment
) -> None:
    register(particulars=Particulars(consignee=cast.stranger_firm, bill_of_lading="OTHER"), by=cast.stranger, at=NOW)
    take_in(clerk, csv(row("gate_out", 1)))
    assert told() == rows_for(cast.importer, cast.agent)


@pytest.mark.parametrize(("role", "is_told"), [(role, role in ("owner", "member", "readonly")) for role in Role.values])
def test_in_a_firm_those_who_trade_are_told(
    cast: Cast, clerk: Source, consignment: Consignment, role: str, is_told: bool
) -> None:
    other = colleague("colleague", role, cast.importer_firm)
    take_in(clerk, csv(row("gate_out", 1)))
    assert told() == rows_for(cast.importer, cast.agent, *([other] if is_told else []))


def test_who_left_or_is_closed_out_is_not_told(cast: Cast, clerk: Source, consignment: Consignment) -> None:
    Membership.objects.filter(person=cast.agent).delete()
    Person.objects.filter(pk=cast.importer.pk).update(is_active=False)
    take_in(clerk, csv(row("gate_out", 1)))
    assert told() == []
    assert len(news()) == 1


def test_who_belongs_to_both_firms_is_told_once(cast: Cast, clerk: Source, consignment: Consignment) -> None:
    Membership.objects.create(person=cast.importer, organization=cast.agent_firm, role="readonly")
    take_in(clerk, csv(row("gate_out", 1)))
    assert told() == rows_for(cast.importer, cast.agent)


def test_each_hears_of_her_own_consignment_where_one_delivery_moves_several(
    cast: Cast, clerk: Source, consignment: Consignment
) -> None:
    theirs = register(
        particulars=Particulars(consignee=cast.stranger_firm, containers=["MSCU1234566"]), by=None, at=NOW
    )
    take_in(clerk, csv(row("gate_out", 1), row("gate_out", 1, box="MSCU1234566")))
    assert told() == rows_for(cast.importer, cast.agent, cast.stranger)
    assert set(Notice.objects.values_list("person", "entry__key")) == {
        (cast.importer.pk, consignment.ref),
        (cast.agent.pk, consignment.ref),
        (cast.stranger.pk, theirs.ref),
    }


def test_what_is_said_once_more_is_not_told_once_more(
    cast: Cast, clerk: Source, gate: Source, consignment: Consignment
) -> None:
    take_in(clerk, csv(row("gate_out", 1)))
    take_in(clerk, csv(row("gate_out", 1), row("weighed", 2)))
    take_in(gate, gate_out("D1", 1, made=0.5))
    read_delivery(Delivery.objects.earliest("pk").pk, again=True)
    assert (told(), len(news())) == (rows_for(cast.importer, cast.agent), 1)


@pytest.mark.parametrize(
    "said",
    [
        row("gate_out", 1, box="MSCU1234566"),
        row("weighed", 1),
        row("vessel_arrived", -90, classifier="EST"),
        row("gate_out", -90, classifier="PLN"),
        row("discharged", 90, node="rw-city-kigali"),
    ],
    ids=["another box", "no milestone", "estimated", "planned", "elsewhere"],
)
def test_what_moves_nothing_is_not_told(clerk: Source, consignment: Consignment, said: str) -> None:
    take_in(clerk, csv(said))
    assert (told(), news()) == ([], [])


def test_a_registration_brings_what_was_said_before_and_tells_nobody(cast: Cast, clerk: Source) -> None:
    take_in(clerk, csv(row("gate_out", 1)))
    register(particulars=Particulars(consignee=cast.importer_firm, containers=[BOX]), by=cast.importer, at=NOW)
    assert (told(), news()) == ([], [])


def test_the_news_say_what_moved_where_when_and_who_says_so(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("discharged", 9), row("gate_out", 1, box=OTHER_BOX), row("gate_out", 2)))
    at = Event.objects.order_by("-occurred_at").values_list("occurred_at", flat=True)
    shared = {
        "is_withdrawn": False,
        "is_day": False,
        "zone": "Africa/Nairobi",
        "place": "Port of Mombasa",
        "source": "Clerk",
    }
    assert news() == [
        {
            "ref": consignment.ref,
            "goods": "Rice",
            "bill_of_lading": "UMUC2611001",
            "held_by": "transporter",
            "next_step": "border1_in",
            "moves": [
                {"code": code, "container": container, "at": at[number].isoformat(), **shared}
                for number, code, container in [
                    (0, "gate_out", OTHER_BOX),
                    (1, "gate_out", BOX),
                    (2, "discharged", BOX),
                ]
            ],
            "more": 0,
        }
    ]


def test_what_was_told_and_is_withdrawn_is_told_as_withdrawn(
    cast: Cast, gate: Source, consignment: Consignment
) -> None:
    take_in(gate, gate_out("D1", 5, made=4))
    take_in(gate, gate_out("D1", 5, function="1", made=3))
    moves = [(move["code"], move["is_withdrawn"]) for entry in news() for move in entry["moves"]]
    assert moves == [("gate_out", False), ("gate_out", True)]
    assert told() == rows_for(cast.importer, cast.importer, cast.agent, cast.agent)


def test_a_hold_is_urgent_news_of_its_own_and_so_is_its_end(
    cast: Cast, clerk: Source, consignment: Consignment
) -> None:
    take_in(clerk, csv(row("discharged", 9)))
    take_in(clerk, csv(row("held", 5)))
    take_in(clerk, csv(row("held", 4)))
    take_in(clerk, csv(row("hold_released", 2)))
    said = [(entry["moves"][0]["code"], entry.get("topic"), entry.get("urgent")) for entry in news()]
    assert said == [("discharged", None, None), ("held", "hold", True), ("hold_released", "hold", True)]
    rows = Notice.objects.filter(person=cast.importer, channel="email").order_by("pk")
    assert list(rows.values_list("topic", "is_urgent")) == [("movement", False), ("hold", True), ("hold", True)]


def test_whoever_of_the_office_watches_is_told_too_and_a_correction_goes_to_those_who_were_told(
    cast: Cast, gate: Source, consignment: Consignment
) -> None:
    for person in (cast.officer, cast.stranger):
        take_stance(person=person, subject="consignment", key=consignment.ref, stance="watch", by=person, at=AT)
    take_stance(person=cast.agent, subject="consignment", key=consignment.ref, stance="mute", by=cast.agent, at=AT)
    take_in(gate, gate_out("D1", 5, made=4))
    wanted = sorted([*rows_for(cast.importer, cast.officer), (cast.agent.email, "inbox")])
    assert told() == wanted
    take_stance(person=cast.officer, subject="consignment", key=consignment.ref, stance="", by=cast.officer, at=AT)
    newcomer = colleague("newcomer", "member", cast.importer_firm)
    take_in(gate, gate_out("D1", 5, function="1", made=3))
    # Only those who may still see it, and nobody who never got it.
    after = sorted([*wanted, *rows_for(cast.importer), (cast.agent.email, "inbox")])
    assert told() == after
    assert not Notice.objects.filter(person=newcomer).exists()


def mails() -> list[tuple[str, str, bool]]:
    """Of the mails to the importer: what was withdrawn, the state, and whether it has to wait."""
    rows = Notice.objects.filter(channel="email", person__email="importer@portal.example").order_by("pk")
    return [
        (
            "withdrawn" if row.entry.data["moves"][0]["is_withdrawn"] else "reached",
            row.state,
            row.due_at > timezone.now() + timedelta(minutes=5),
        )
        for row in rows.select_related("entry")
    ]


def test_a_withdrawal_waits_and_is_called_off_with_the_return_where_the_source_only_flapped(
    cast: Cast, gate: Source, consignment: Consignment
) -> None:
    take_in(gate, gate_out("D1", 5, made=4))
    take_in(gate, gate_out("D1", 5, function="1", made=3))
    assert mails() == [("reached", "due", False), ("withdrawn", "due", True)]
    take_in(gate, gate_out("D2", 5, made=2))
    assert mails() == [("reached", "due", False), ("withdrawn", "dropped", True), ("reached", "dropped", True)]
    inbox = Notice.objects.filter(channel="inbox", person=cast.importer)
    assert [row.state for row in inbox] == ["sent", "sent", "sent"]


def test_of_a_flap_a_digest_says_what_is_true_in_the_end(cast: Cast, gate: Source, consignment: Consignment) -> None:
    Preference.objects.create(person=cast.importer, digest="weekly", changed_at=AT)
    take_in(gate, gate_out("D1", 5, made=4))
    take_in(gate, gate_out("D1", 5, function="1", made=3))
    assert mails() == [("reached", "due", True), ("withdrawn", "due", True)]
    take_in(gate, gate_out("D2", 5, made=2))
    assert mails() == [("reached", "due", True), ("withdrawn", "dropped", True), ("reached", "dropped", True)]


def test_a_withdrawal_that_waits_for_a_digest_alone_calls_no_return_off(
    cast: Cast, clerk: Source, consignment: Consignment
) -> None:
    Preference.objects.create(person=cast.importer, digest="weekly", changed_at=AT)
    take_in(clerk, csv(row("gate_out", 1)))
    event, now = Event.objects.get().pk, timezone.now()
    for is_withdrawn, at in ((True, now), (False, now + SETTLING)):
        move = Move("gate_out", BOX, event, is_withdrawn=is_withdrawn)
        tell({consignment.pk: [move]}, at=at, is_history=False)
    assert mails() == [("reached", "due", True), ("withdrawn", "due", True), ("reached", "due", True)]
    agents = Notice.objects.filter(person=cast.agent, channel="email").order_by("pk")
    assert list(agents.values_list("state", flat=True)) == ["due", "due", "due"]


def test_another_move_calls_no_withdrawal_off_and_neither_does_one_that_comes_later(
    cast: Cast, gate: Source, clerk: Source, consignment: Consignment
) -> None:
    take_in(gate, gate_out("D1", 5, made=4))
    take_in(gate, gate_out("D1", 5, function="1", made=3))
    take_in(clerk, csv(row("sealed", 6)))
    assert [state for _what, state, _waits in mails()] == ["due", "due", "due"]
    Notice.objects.filter(channel="email").update(due_at=AT)
    take_in(gate, gate_out("D2", 5, made=2))
    assert [state for _what, state, _waits in mails()] == ["due", "due", "due", "due"]


def test_of_very_many_moves_the_furthest_are_told_and_the_rest_counted(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("weighed", 1)))
    event = Event.objects.get().pk
    codes = ["gate_out", *(["truck_in"] * (MOST_MOVES + 3)), "arrived_kigali"]
    moves = [Move(code, BOX, event) for code in codes]
    assert tell({consignment.pk: moves}, at=timezone.now(), is_history=False) == 4
    (entry,) = news()
    assert [move["code"] for move in entry["moves"]][:3] == ["arrived_kigali", "gate_out", "truck_in"]
    assert (len(entry["moves"]), entry["more"]) == (MOST_MOVES, 5)


@pytest.mark.parametrize("moves", [{}, {1: []}])
def test_where_nothing_moved_nothing_is_asked_or_written(
    db: None, moves: dict[int, list[Move]], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert tell(moves, at=AT, is_history=False) == 0


def test_the_bell_rings_once_for_a_delivery_that_told_somebody(
    clerk: Source, consignment: Consignment, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    rings = []
    for raw in (csv(row("gate_out", 1), row("sealed", 2)), csv(row("weighed", 1))):
        receipt = receive(source=clerk, raw=raw, at=NOW)
        with django_capture_on_commit_callbacks() as callbacks:
            read_delivery(receipt.delivery.pk)
        rings.append(len(callbacks))
    assert rings == [1, 0]


def alter_deliveries(change: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE feeds_delivery {change}")


def test_a_reader_that_dies_at_its_last_line_has_said_nothing_and_the_next_says_all(
    cast: Cast, clerk: Source, consignment: Consignment
) -> None:
    receipt = receive(source=clerk, raw=csv(row("gate_out", 1)), at=NOW)
    alter_deliveries("ADD CONSTRAINT no_end CHECK (state <> 'read')")
    with pytest.raises(IntegrityError, match="no_end"):
        read_delivery(receipt.delivery.pk)
    assert (told(), news(), Event.objects.count(), Milestone.objects.count()) == ([], [], 0, 0)
    assert Delivery.objects.values_list("state", "attempts").get() == ("stored", 1)
    alter_deliveries("DROP CONSTRAINT no_end")
    read_delivery(receipt.delivery.pk)
    assert (told(), len(news())) == (rows_for(cast.importer, cast.agent), 1)
    assert Status.objects.get().state == "on_road"
