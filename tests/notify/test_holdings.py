"""What the outbox holds of one person: what she was told, without the words of letters, and how it is forgotten."""

from __future__ import annotations

from cargo.models import Consignment
from feeds.models import Source
from liaison.letters import write_letter
from liaison.models import JournalEntry
from notify.addresses import note_bounce
from notify.browsers import add_browser
from notify.correspondents import choose_language, hear, stop
from notify.holdings import HELD, forget
from notify.models import Bounce, Correspondent, Letter, Notice, Phone, Preference, Stance, Wish
from notify.preferences import Hours, choose, take_stance
from tests.cargo.test_reading import csv, row, take_in
from tests.conftest import AT, Cast
from tests.corridor.notices import browser


def test_what_is_held_is_her_own_and_opens_no_door(cast: Cast, clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("gate_out", 1)))
    for address in (cast.importer.email.upper(), cast.agent.email):
        write_letter("registration_known", address=address, language="en", at=AT, token="secret-token", hours=48)
    notices, letters, *_chosen = (list(holding.of_person(cast.importer)) for holding in HELD)
    assert {notice["entry__key"] for notice in notices} == {consignment.ref}
    assert len(notices) == Notice.objects.filter(person=cast.importer).count() > 0
    assert [sorted(letter) for letter in letters] == [["sent_at", "state", "subject", "written_at"]]
    assert "secret-token" not in str(letters)
    assert [list(holding.of_person(cast.stranger)) for holding in HELD] == [[]] * len(HELD)


def test_forgetting_takes_hers_and_leaves_the_others(cast: Cast, clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("gate_out", 1)))
    for address in (cast.importer.email.upper(), cast.agent.email):
        write_letter("registration_known", address=address, language="en", at=AT, token="t", hours=48)
    others = Notice.objects.exclude(person=cast.importer).count()
    forget(person=cast.importer, at=AT)
    assert (Notice.objects.count(), others > 0) == (others, True)
    assert list(Letter.objects.values_list("address", flat=True)) == [cast.agent.email]


def test_what_she_chose_and_her_telephone_are_hers_and_go_with_her(cast: Cast) -> None:
    for number, person in enumerate((cast.importer, cast.agent)):
        Phone.objects.create(person=person, number=f"+25078800000{number}", asked_at=AT, verified_at=AT)
        Letter.objects.create(channel="sms", address=f"+25078800000{number}", subject="", body="x")
        hear(channel="sms", address=f"+25078800000{number}", at=AT)
        table = {("movement", "email"): False}
        choose(person=person, hours=Hours(digest="daily"), table=table, by=None, at=AT)
        take_stance(person=person, subject="consignment", key="RW26-000042", stance="mute", by=None, at=AT)
        note_bounce(address=person.email, words="failed 5.1.1", at=AT)
        add_browser(person=person, browser=browser(str(number)), name="Chrome", by=None, at=AT)
    found = {holding.name: list(holding.of_person(cast.importer)) for holding in HELD}
    assert {name: len(rows) for name, rows in found.items()} == dict.fromkeys(found, 1) | {"letters": 0}
    assert found["messaging"][0]["number"] == "+250788000000"
    assert cast.importer.email not in str(list(JournalEntry.objects.values_list("data", flat=True)))
    forget(person=cast.importer, at=AT)
    assert [list(holding.of_person(cast.importer)) for holding in HELD] == [[]] * len(HELD)
    kinds = (Phone, Correspondent, Preference, Wish, Stance, Bounce, Letter)
    assert [kind.objects.count() for kind in kinds] == [1] * len(kinds)


def test_of_a_telephone_that_said_stop_the_number_stays_and_since_when(cast: Cast) -> None:
    Phone.objects.create(person=cast.importer, number="+250788000001", asked_at=AT, verified_at=AT)
    Phone.objects.create(person=cast.agent, number="+250788000002", asked_at=AT)
    for number in ("+250788000001", "+250788000002"):
        hear(channel="sms", address=number, at=AT)
        choose_language(channel="sms", address=number, language="rw")
    hear(channel="whatsapp", address="+250788000001", at=AT)
    stop(channel="sms", address="+250788000001", stopped_by="user", at=AT)
    for person in (cast.importer, cast.agent):
        forget(person=person, at=AT)
    left = Correspondent.objects.order_by("address").values_list(
        "channel", "address", "heard_at", "language", "stopped_at", "stopped_by"
    )
    assert list(left) == [
        ("sms", "+250788000001", None, "", AT, "user"),
        # One that she only typed may be somebody else's.
        ("sms", "+250788000002", AT, "rw", None, ""),
    ]


def test_a_number_that_she_only_typed_takes_nothing_from_whose_it_is(cast: Cast) -> None:
    Phone.objects.create(person=cast.importer, number="+250788000001", asked_at=AT)
    Phone.objects.create(person=cast.agent, number="+250788000002", asked_at=AT, verified_at=AT)
    for channel in ("sms", "whatsapp"):
        for number in ("+250788000001", "+250788000002"):
            Letter.objects.create(channel=channel, address=number, subject="", body="x")
    forget(person=cast.importer, at=AT)
    assert Letter.objects.count() == 4
    forget(person=cast.agent, at=AT)
    kept = Letter.objects.order_by("channel").values_list("channel", "address")
    assert list(kept) == [("sms", "+250788000001"), ("whatsapp", "+250788000001")]
