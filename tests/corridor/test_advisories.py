"""Notices: versions that never change, published once, told to whom they concern and corrected to exactly those."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from pytest_django import DjangoAssertNumQueries

from cargo.models import Consignment, Nomination
from corridor.advisories import (
    correct_advisory,
    edit_advisory,
    publish_advisory,
    publish_due,
    schedule_advisory,
    take_back_advisory,
    withdraw_advisory,
)
from corridor.facts import facts_of
from corridor.models import Advisory
from liaison.models import JournalEntry, Membership, Person
from notify.models import Notice
from tests.conftest import AT, Cast, somebody
from tests.corridor.notices import DAY, HOUR, content, draft, published

MALABA, BUSIA, GATUNA = "xx-border-malaba", "xx-border-busia", "xx-border-gatuna"


def told(kind: str = "published") -> list[tuple[str, str]]:
    rows = Notice.objects.filter(entry__kind=f"corridor.advisory_{kind}")
    return sorted(rows.values_list("person__email", "channel"))


def rows_for(*people: Person) -> list[tuple[str, str]]:
    return sorted((person.email, channel) for person in people for channel in ("email", "inbox"))


def kinds() -> list[str]:
    rows = JournalEntry.objects.filter(subject="advisory").order_by("pk")
    return [kind.removeprefix("corridor.advisory_") for kind in rows.values_list("kind", flat=True)]


@pytest.fixture
def cargo(consignment: Consignment) -> Consignment:
    """The importer's, for which her agent has been nominated for long."""
    Nomination.objects.update(starts_on=AT - 30 * DAY)
    return consignment


def refused(change: Any) -> list[str]:
    with pytest.raises(ValidationError) as error, transaction.atomic():
        change()
    return list(error.value.messages)


def test_a_draft_tells_nobody_and_bears_a_reference(cast: Cast, cargo: Consignment) -> None:
    first, second = draft(cast.officer, MALABA), draft(cast.officer)
    assert re.fullmatch(r"NC26-\d{4}", first.reference)
    assert int(second.reference[5:]) == int(first.reference[5:]) + 1
    assert (first.state, first.version, first.former_id) == ("draft", 1, None)
    assert [node.slug for node in first.nodes.all()] == [MALABA]
    assert (told(), kinds()) == ([], ["written", "written"])


def test_publishing_tells_the_parties_of_what_has_still_to_pass_and_nobody_else(cast: Cast, cargo: Consignment) -> None:
    advisory = published(cast.officer, MALABA)
    assert (advisory.state, advisory.published_at) == ("published", AT)
    assert told() == rows_for(cast.importer, cast.agent)
    entry = JournalEntry.objects.get(kind="corridor.advisory_published")
    assert (entry.key, entry.by, entry.at) == (advisory.reference, cast.officer, AT)
    assert entry.data == {"advisory": facts_of(advisory).as_data()}
    assert entry.data["advisory"]["places"] == ["Malaba one-stop border post"]


def test_publishing_twice_does_it_once(cast: Cast, cargo: Consignment) -> None:
    advisory = published(cast.officer, MALABA)
    stale = Advisory.objects.get(pk=advisory.pk)
    stale.state = "draft"
    assert publish_advisory(advisory=stale, by=cast.officer, at=AT + HOUR) is False
    assert (told(), kinds()) == (rows_for(cast.importer, cast.agent), ["written", "published"])


@pytest.mark.django_db(transaction=True)
def test_two_who_publish_at_the_same_moment_publish_once(cast: Cast, cargo: Consignment) -> None:
    advisory = draft(cast.officer, MALABA)
    answers: list[bool] = []

    def publish() -> None:
        try:
            answers.append(publish_advisory(advisory=advisory, by=None, at=AT))
        finally:
            connection.close()

    threads = [threading.Thread(target=publish) for _number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False, False, True]
    assert kinds() == ["written", "published"]


def test_a_draft_can_be_changed_and_a_published_one_cannot(cast: Cast) -> None:
    advisory = draft(cast.officer, MALABA)
    edit_advisory(advisory=advisory, content=content(BUSIA, kind="closing"), by=cast.officer, at=AT)
    held = Advisory.objects.get()
    assert (held.kind, [node.slug for node in held.nodes.all()]) == ("closing", [BUSIA])
    publish_advisory(advisory=held, by=cast.officer, at=AT)
    assert refused(lambda: edit_advisory(advisory=held, content=content(), by=cast.officer, at=AT)) == [
        "Somebody else has changed this notice meanwhile."
    ]
    assert facts_of(Advisory.objects.get()).nodes == [BUSIA]


@pytest.mark.parametrize(
    "wrong",
    [{"until": AT + DAY}, {"until": AT}, {"kind": "earthquake"}, {"severity": "bad"}],
)
def test_what_cannot_be_is_refused(cast: Cast, wrong: dict[str, Any]) -> None:
    assert refused(lambda: draft(cast.officer, MALABA, **wrong))
    assert (Advisory.objects.count(), kinds()) == (0, [])


@pytest.mark.parametrize(
    ("broken", "constraint"),
    [
        ({"state": "gone"}, "advisory_(state_known|published_has_time)"),
        ({"state": "scheduled"}, "advisory_scheduled_has_time"),
        ({"state": "published"}, "advisory_published_has_time"),
        ({"state": "withdrawn", "published_at": AT, "withdrawn_at": AT}, "advisory_withdrawn_says_why"),
        ({"version": 2}, "advisory_version_follows"),
        ({"severity": "odd"}, "advisory_severity_known"),
        ({"until": AT}, "advisory_ends_after_it_began"),
    ],
)
def test_the_database_refuses_what_must_not_be(cast: Cast, broken: dict[str, Any], constraint: str) -> None:
    advisory = draft(cast.officer)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Advisory.objects.filter(pk=advisory.pk).update(**broken)


def test_a_correction_goes_to_exactly_those_who_got_the_notice(cast: Cast, cargo: Consignment) -> None:
    advisory = published(cast.officer, MALABA)
    # The agent has left; a colleague has come, and another firm's cargo would now be concerned.
    late = somebody(cast.importer_firm, "member", "late@portal.example")
    Membership.objects.filter(person=cast.agent).delete()
    correction = correct_advisory(advisory=advisory, by=cast.officer, at=AT + HOUR)
    assert (correction.reference, correction.version, correction.former) == (advisory.reference, 2, advisory)
    assert facts_of(correction).nodes == [MALABA]
    edit_advisory(advisory=correction, content=content(BUSIA), by=cast.officer, at=AT + HOUR)
    assert publish_advisory(advisory=correction, by=cast.officer, at=AT + 2 * HOUR)
    assert told("corrected") == rows_for(cast.importer, cast.agent)
    assert late.email not in dict(told("corrected"))
    assert facts_of(Advisory.objects.get(version=1)).nodes == [MALABA]


def test_somebody_whose_account_is_closed_gets_no_correction(cast: Cast, cargo: Consignment) -> None:
    advisory = published(cast.officer, MALABA)
    Person.objects.filter(pk=cast.agent.pk).update(is_active=False)
    withdraw_advisory(advisory=advisory, reason="It was wrong", by=cast.officer, at=AT + HOUR)
    assert told("withdrawn") == rows_for(cast.importer)


def test_there_is_one_correction_at_a_time(cast: Cast) -> None:
    advisory = published(cast.officer)
    first, again = (correct_advisory(advisory=advisory, by=cast.officer, at=AT) for _time in range(2))
    assert (first.pk, Advisory.objects.count()) == (again.pk, 2)
    assert refused(lambda: correct_advisory(advisory=first, by=cast.officer, at=AT))
    with pytest.raises(ProtectedError):
        advisory.delete()


def test_a_withdrawal_says_why_to_exactly_those_who_were_told(cast: Cast, cargo: Consignment) -> None:
    advisory = published(cast.officer, MALABA)
    assert refused(lambda: withdraw_advisory(advisory=advisory, reason="  ", by=cast.officer, at=AT)) == ["Say why."]
    withdraw_advisory(advisory=advisory, reason=" It was a rumour ", by=cast.officer, at=AT + HOUR)
    held = Advisory.objects.get()
    assert (held.state, held.reason, held.withdrawn_at) == ("withdrawn", "It was a rumour", AT + HOUR)
    assert told("withdrawn") == rows_for(cast.importer, cast.agent)
    assert refused(lambda: withdraw_advisory(advisory=held, reason="Again", by=cast.officer, at=AT))
    assert kinds() == ["written", "published", "withdrawn"]


def test_what_was_withdrawn_is_corrected_no_more_and_an_old_version_not_withdrawn(cast: Cast) -> None:
    advisory = published(cast.officer)
    correction = correct_advisory(advisory=advisory, by=cast.officer, at=AT)
    withdraw_advisory(advisory=advisory, reason="Wrong", by=cast.officer, at=AT)
    assert refused(lambda: publish_advisory(advisory=correction, by=cast.officer, at=AT)) == [
        "The notice was withdrawn. Write a new one."
    ]
    other = published(cast.officer)
    second = correct_advisory(advisory=other, by=cast.officer, at=AT)
    publish_advisory(advisory=second, by=cast.officer, at=AT)
    assert refused(lambda: withdraw_advisory(advisory=other, reason="Wrong", by=cast.officer, at=AT)) == [
        "A later version has been published."
    ]


def test_what_is_scheduled_is_published_when_due_and_once(cast: Cast, cargo: Consignment) -> None:
    advisory = draft(cast.officer, MALABA)
    schedule_advisory(advisory=advisory, due_at=AT + HOUR, by=cast.officer, at=AT)
    assert [publish_due(at=AT + HOUR * part) for part in (0.9, 1, 1, 2)] == [0, 1, 0, 0]
    held = Advisory.objects.get()
    assert (held.state, held.published_at, held.due_at) == ("published", AT + HOUR, None)
    assert told() == rows_for(cast.importer, cast.agent)
    assert kinds() == ["written", "scheduled", "published"]


def test_it_is_scheduled_for_a_time_to_come_while_the_matter_lasts(cast: Cast) -> None:
    advisory = draft(cast.officer)
    for due_at, words in ((AT, "This has passed."), (AT + 2 * DAY, "What it tells of would be over by then.")):
        (said,) = refused(lambda: schedule_advisory(advisory=advisory, due_at=due_at, by=cast.officer, at=AT))  # noqa: B023
        assert said.startswith(words)
    assert refused(lambda: publish_advisory(advisory=advisory, by=cast.officer, at=AT + 3 * DAY))
    assert Advisory.objects.get().state == "draft"


def test_a_scheduled_one_can_be_taken_back_and_scheduled_anew(cast: Cast) -> None:
    advisory = draft(cast.officer)
    for due_at in (AT + HOUR, AT + 2 * HOUR):
        schedule_advisory(advisory=advisory, due_at=due_at, by=cast.officer, at=AT)
    assert Advisory.objects.get().due_at == AT + 2 * HOUR
    assert refused(lambda: edit_advisory(advisory=advisory, content=content(), by=cast.officer, at=AT))
    take_back_advisory(advisory=advisory, by=cast.officer, at=AT)
    assert (Advisory.objects.get().state, publish_due(at=AT + DAY)) == ("draft", 0)
    assert refused(lambda: take_back_advisory(advisory=advisory, by=cast.officer, at=AT))


def test_what_is_over_when_the_timetable_comes_late_is_a_draft_again_and_holds_up_no_other(cast: Cast) -> None:
    late, fine = draft(cast.officer), draft(cast.officer, until=None)
    for advisory in (late, fine):
        schedule_advisory(advisory=advisory, due_at=AT + HOUR, by=cast.officer, at=AT)
    assert publish_due(at=AT + 3 * DAY) == 1
    assert dict(Advisory.objects.values_list("pk", "state")) == {late.pk: "draft", fine.pk: "published"}


def test_standing_is_the_last_published_version_of_what_is_not_over(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    over = published(cast.officer, GATUNA, since=AT - DAY, until=AT + HOUR)
    corrected = published(cast.officer, MALABA)
    second = correct_advisory(advisory=corrected, by=cast.officer, at=AT)
    publish_advisory(advisory=second, by=cast.officer, at=AT + HOUR)
    begun = correct_advisory(advisory=Advisory.objects.get(pk=second.pk), by=cast.officer, at=AT)
    withdrawn = published(cast.officer, MALABA)
    withdraw_advisory(advisory=withdrawn, reason="Wrong", by=cast.officer, at=AT)
    draft(cast.officer, MALABA)
    with django_assert_num_queries(2):
        found = [(row.pk, facts_of(row).places) for row in Advisory.objects.standing(AT + HOUR)]
    assert found == [(second.pk, ["Malaba one-stop border post"])]
    assert over.pk in Advisory.objects.standing(AT).values_list("pk", flat=True)
    assert begun.state == "draft"


@pytest.mark.parametrize("part", ["importer", "agent", "stranger", "desk", "official"])
def test_only_the_office_sees_drafts(cast: Cast, part: str) -> None:
    shown = published(cast.officer)
    hidden = draft(cast.officer)
    assert list(Advisory.objects.visible_to(cast.people()[part])) == [shown]
    assert set(Advisory.objects.visible_to(cast.officer)) == {shown, hidden}
