"""A source that goes quiet raises one alarm, which ends when it speaks again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from feeds.board import rows_of
from feeds.intake import receive
from feeds.models import Source, SourceDay
from feeds.silence import gone_quiet, has_spoken, is_late, promise, watch
from feeds.sources import pause
from liaison.models import JournalEntry, Organization
from liaison.people import add_person
from liaison.roles import Role
from notify.models import Letter
from tests.conftest import AT, Cast, somebody
from tests.feeds.conftest import pulled

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def told() -> list[tuple[str, str]]:
    kinds = ("feeds.source_silent", "feeds.source_heard_again")
    return list(JournalEntry.objects.filter(kind__in=kinds).order_by("pk").values_list("kind", "key"))


def heard(source: Source, at: datetime) -> None:
    Source.objects.filter(pk=source.pk).update(last_success_at=at)


@pytest.mark.parametrize(
    ("source", "allowed"),
    [
        (Source(), None),
        (Source(promise_s=60), MINUTE),
        (Source(fetch="http", every_s=60), 4 * MINUTE),
        (Source(fetch="http", every_s=60, promise_s=600), 10 * MINUTE),
    ],
)
def test_how_long_a_source_may_be_silent(source: Source, allowed: timedelta | None) -> None:
    assert promise(source) == allowed
    assert not is_late(source, AT), "it was never heard of"
    source.last_success_at = AT - 11 * MINUTE
    assert is_late(source, AT) == (allowed is not None)


def test_an_alarm_is_raised_once_and_ends_once(network: None) -> None:
    source = pulled("carrier", "http://carrier.example/")
    heard(source, AT)
    assert watch(at=AT + MINUTE) == []
    assert [watch(at=AT + n * MINUTE) for n in (5, 6, 7)] == [["carrier"], [], []]
    assert [each.slug for each in Source.objects.silent()] == ["carrier"]
    heard(source, AT + 8 * MINUTE)
    assert [watch(at=AT + 8 * MINUTE) for _again in range(2)] == [[], []]
    assert Source.objects.silent().count() == 0
    assert watch(at=AT + 60 * MINUTE) == ["carrier"]
    silent, again = ("feeds.source_silent", "carrier"), ("feeds.source_heard_again", "carrier")
    assert told() == [silent, again, silent]


def test_a_pushed_source_is_held_to_its_promise_alone(clerk: Source) -> None:
    heard(clerk, AT)
    assert watch(at=AT + 100 * DAY) == []
    Source.objects.update(promise_s=3600)
    assert watch(at=AT + 100 * DAY) == ["clerk"]


def test_far_less_than_usual_is_a_silence_too_and_does_not_come_and_go(clerk: Source) -> None:
    for n in range(1, 11):
        SourceDay.objects.create(source=clerk, day=(AT - n * DAY).date(), deliveries=10, counted_at=AT)
    assert watch(at=AT) == ["clerk"]
    receive(source=clerk, raw=b"1", at=AT)
    receive(source=clerk, raw=b"2", at=AT)
    assert (watch(at=AT), Source.objects.silent().count()) == ([], 1), "two of ten are still a silence"
    receive(source=clerk, raw=b"3", at=AT)
    assert (watch(at=AT), Source.objects.silent().count()) == ([], 0)
    assert [kind for kind, _slug in told()] == ["feeds.source_silent", "feeds.source_heard_again"]


@pytest.mark.parametrize("state", [{"is_active": False}, {"paused_at": AT, "pause_reason": "x"}])
def test_what_is_off_or_paused_raises_no_alarm(clerk: Source, state: dict[str, object]) -> None:
    Source.objects.update(promise_s=60, last_success_at=AT, **state)
    assert watch(at=AT + DAY) == []


def test_a_pause_ends_the_alarm(clerk: Source) -> None:
    Source.objects.update(promise_s=60, last_success_at=AT)
    watch(at=AT + DAY)
    pause(source=clerk, by=None, at=AT + DAY, reason="their server moves")
    assert (Source.objects.silent().count(), watch(at=AT + DAY)) == (0, [])


def test_supervisors_get_one_letter_however_many_fall_silent(cast: Cast, clerk: Source, gate: Source) -> None:
    office = Organization.objects.get(kind="office")
    for name, role in (("one", Role.SUPERVISOR), ("two", Role.SUPERVISOR), ("three", Role.ADMINISTRATOR)):
        somebody(office, role, f"{name}@portal.example")
    add_person(email="gone@portal.example", role="supervisor", by=None, at=AT)
    office.membership_set.filter(person__email="gone@portal.example").update(suspended_at=AT)
    Source.objects.update(promise_s=60, last_success_at=AT)
    watch(at=AT + DAY)
    watch(at=AT + DAY)
    assert sorted(Letter.objects.values_list("address", flat=True)) == ["one@portal.example", "two@portal.example"]
    letter = Letter.objects.first()
    assert letter is not None
    assert letter.subject == "2 sources have gone quiet"
    assert ("/sources/clerk/" in letter.body, "/sources/gate/" in letter.body) == (True, True)


@pytest.mark.parametrize(
    ("alarm", "heard_at", "spoke"),
    [
        (None, AT, False),
        (AT, None, False),
        (AT, AT - MINUTE, False),
        (AT, AT, True),
        (AT, AT + MINUTE, True),
    ],
)
def test_a_source_has_spoken_when_it_was_heard_after_its_alarm(
    alarm: datetime | None, heard_at: datetime | None, spoke: bool
) -> None:
    assert has_spoken(Source(silent_at=alarm, last_success_at=heard_at)) is spoke


def test_a_long_silence_does_not_become_what_is_usual(clerk: Source) -> None:
    for n in range(1, 11):
        SourceDay.objects.create(source=clerk, day=(AT - n * DAY).date(), deliveries=10, counted_at=AT)
    heard(clerk, AT - DAY)
    assert [watch(at=AT + n * DAY) for n in range(40)] == [["clerk"], *[[]] * 39]
    assert [each.slug for each in Source.objects.silent()] == ["clerk"]
    assert told() == [("feeds.source_silent", "clerk")]
    receive(source=clerk, raw=b"1", at=AT + 40 * DAY)
    assert (watch(at=AT + 40 * DAY), Source.objects.silent().count()) == ([], 0)
    assert told()[-1] == ("feeds.source_heard_again", "clerk")


def test_a_longer_promise_does_not_pretend_that_it_has_spoken(clerk: Source) -> None:
    Source.objects.update(promise_s=60, last_success_at=AT)
    watch(at=AT + DAY)
    Source.objects.update(promise_s=864_000)
    watch(at=AT + DAY)
    assert told() == [("feeds.source_silent", "clerk")]


def test_a_source_that_rests_at_weekends_raises_no_alarm_there(clerk: Source, gate: Source) -> None:
    Source.objects.update(promise_s=36 * 3600, last_success_at=AT)
    Source.objects.filter(slug="clerk").update(settings={"working_days": "mon-fri"})
    for n in range(1, 15):
        day = (AT - n * DAY).date()
        SourceDay.objects.create(source=clerk, day=day, deliveries=9 * (day.weekday() < 5), counted_at=AT)
    receive(source=clerk, raw=b"friday", at=AT)
    # From Saturday noon to Tuesday: the other source has broken its promise on Saturday evening.
    assert [watch(at=AT + n * DAY / 2) for n in (2, 3, 4, 5, 6)] == [[], [], ["gate"], [], []]
    assert watch(at=AT + 4 * DAY) == ["clerk"], "on Tuesday morning two working days have passed"
    Source.objects.update(silent_at=None)
    clerk.refresh_from_db()
    gate.refresh_from_db()
    standings = {row.source.slug: (row.state, row.is_low, row.rests) for row in rows_of([clerk, gate], AT + 2 * DAY)}
    assert standings == {"clerk": ("fresh", False, True), "gate": ("late", False, False)}


def test_the_office_alone_is_told_of_those_that_have_gone_quiet(cast: Cast) -> None:
    for slug, minutes in (("late", 6), ("later", 5)):
        heard(pulled(slug, "http://carrier.example/"), AT - minutes * MINUTE)
    assert gone_quiet(cast.officer) == []
    assert sorted(watch(at=AT)) == ["late", "later"]
    told = {part: [source.slug for source in gone_quiet(person)] for part, person in cast.people().items()}
    assert told == {part: ["late", "later"] if part == "officer" else [] for part in told}
