"""What the outbox holds of one person: what she was told, without the words of letters, and how it is forgotten."""

from __future__ import annotations

from cargo.models import Consignment
from feeds.models import Source
from liaison.letters import write_letter
from notify.holdings import HELD, forget
from notify.models import Letter, Notice
from tests.cargo.test_reading import csv, row, take_in
from tests.conftest import AT, Cast


def test_what_is_held_is_her_own_and_opens_no_door(cast: Cast, clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("gate_out", 1)))
    for address in (cast.importer.email.upper(), cast.agent.email):
        write_letter("registration_known", address=address, language="en", at=AT, token="secret-token", hours=48)
    notices, letters = (list(holding.of_person(cast.importer)) for holding in HELD)
    assert {notice["entry__key"] for notice in notices} == {consignment.ref}
    assert len(notices) == Notice.objects.filter(person=cast.importer).count() > 0
    assert [sorted(letter) for letter in letters] == [["sent_at", "state", "subject", "written_at"]]
    assert "secret-token" not in str(letters)
    assert [list(holding.of_person(cast.stranger)) for holding in HELD] == [[], []]


def test_forgetting_takes_hers_and_leaves_the_others(cast: Cast, clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("gate_out", 1)))
    for address in (cast.importer.email.upper(), cast.agent.email):
        write_letter("registration_known", address=address, language="en", at=AT, token="t", hours=48)
    others = Notice.objects.exclude(person=cast.importer).count()
    forget(person=cast.importer, at=AT)
    assert (Notice.objects.count(), others > 0) == (others, True)
    assert list(Letter.objects.values_list("address", flat=True)) == [cast.agent.email]
