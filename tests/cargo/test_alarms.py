"""Alarms as they are kept: by exposures and forecasts, within the budget of a day, told once, ended and not flapping."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from cargo import alarms
from cargo.alarms import RAISED, raise_alarms
from cargo.charge_lines import alarm_words
from cargo.models import Alarm, Consignment, Exposure, Forecast, Status
from cargo.nominations import Terms, accept, nominate
from cargo.registration import Particulars, register_many
from liaison.models import JournalEntry, Person
from notify.models import Notice
from notify.wording import sms_of, word, word_entry
from tests.conftest import Cast

# In the morning at Kigali.
NOW = datetime(2026, 11, 25, 6, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def goods(cast: Cast, db: None) -> list[Consignment]:
    particulars = [Particulars(consignee=cast.importer_firm, bill_of_lading=f"AL{number}") for number in range(4)]
    register_many(particulars, by=None, at=NOW - DAY)
    return list(Consignment.objects.order_by("pk"))


def exposed(consignment: Consignment, chance: float | None, expected: int | None, **more: Any) -> None:
    clock = "" if chance is None else "port_storage"
    values = {"clock": clock, "miss_chance": chance, "accrued": Decimal(100), "reckoned_at": NOW, **more}
    values["expected"] = Decimal(expected) if expected is not None else None
    Exposure.objects.update_or_create(consignment=consignment, defaults=values)


def foretold(consignment: Consignment, stall: float | None) -> None:
    moments = {name: NOW + timedelta(days=days) for name, days in (("p10", 2), ("p50", 3), ("p90", 5))}
    Forecast.objects.create(
        consignment=consignment, made_at=NOW, days_out="1-3", trips=9, fingerprint="x", reason="trips",
        stall_chance=stall, **moments,
    )  # fmt: skip


def alarmed() -> list[str]:
    rows = Alarm.objects.standing().order_by("-loss", "pk")
    return list(rows.values_list("consignment__bill_of_lading", flat=True))


def test_the_likelier_of_a_clock_and_a_stall_is_what_it_is_about(goods: list[Consignment], settings: Any) -> None:
    settings.ALARM_BUDGET = "3"
    exposed(goods[0], 0.6, 900)
    foretold(goods[0], 0.1)
    exposed(goods[1], 0.4, 300)
    foretold(goods[1], 0.7)
    exposed(goods[2], None, None)
    foretold(goods[2], 0.9)
    exposed(goods[3], 0.2, 9000)
    foretold(goods[3], None)
    assert (raise_alarms(at=NOW), raise_alarms(at=NOW)) == (3, 0)
    assert alarmed() == ["AL0", "AL1", "AL2"]
    told = JournalEntry.objects.filter(kind=RAISED).order_by("pk")
    assert [(entry.key, entry.data["clock"], entry.data["percent"], entry.data["loss"]) for entry in told] == [
        (goods[0].ref, "port_storage", 60, 800), (goods[1].ref, "", 70, 200), (goods[2].ref, "", 90, 0),
    ]  # fmt: skip
    assert [alarm_words(alarm) for alarm in Alarm.objects.order_by("pk")] == [
        "KPA storage at the port: 60 in 100; about USD\u00a0800 to be lost yet",
        "it will come to a stop: 70 in 100; about USD\u00a0200 to be lost yet",
        "it will come to a stop: 90 in 100",
    ]


def test_what_stands_already_is_no_fear(goods: list[Consignment], settings: Any) -> None:
    settings.ALARM_BUDGET = "1"
    exposed(goods[0], None, None)
    foretold(goods[0], 1.0)
    raise_alarms(at=NOW)
    assert alarm_words(Alarm.objects.get()) == "it has waited longer than nearly all like cargo"
    entry = JournalEntry.objects.get(kind=RAISED)
    person = Person(pk=7, name="Marie", language="en")
    said = word_entry(entry.kind, entry.data, person)
    assert said.subject == f"{goods[0].ref}: a long stop"
    assert f"{goods[0].ref} has waited where it is longer than nearly all like cargo." in said.body
    assert sms_of(entry.kind, entry.data, person).startswith(f"{goods[0].ref}: it has waited longer than nearly all")


def test_a_day_has_one_budget_and_the_next_day_another(goods: list[Consignment], settings: Any) -> None:
    """A quarter of four is one: the first of the day keeps its place until it is likely no more."""
    settings.ALARM_BUDGET = "25%"
    exposed(goods[0], 0.6, 200)
    assert (raise_alarms(at=NOW), alarmed()) == (1, ["AL0"])
    exposed(goods[1], 0.9, 5000)
    assert (raise_alarms(at=NOW + timedelta(hours=1)), alarmed()) == (0, ["AL0"])
    exposed(goods[0], 0.1, 200)
    assert (raise_alarms(at=NOW + timedelta(hours=2)), alarmed()) == (0, [])
    first = Alarm.objects.get()
    assert (first.ended_at, first.raised_at) == (NOW + timedelta(hours=2), NOW)
    assert (raise_alarms(at=NOW + DAY), alarmed()) == (1, ["AL1"])
    exposed(goods[0], 0.6, 5500)
    assert (raise_alarms(at=NOW + 2 * DAY), alarmed()) == (0, ["AL1"])
    exposed(goods[0], 0.6, 9000)
    assert (raise_alarms(at=NOW + 3 * DAY), alarmed()) == (1, ["AL0"])


def test_without_a_budget_or_a_risk_nobody_is_alarmed(goods: list[Consignment], settings: Any) -> None:
    exposed(goods[0], 0.9, 5000)
    settings.ALARM_BUDGET = "0"
    assert (raise_alarms(at=NOW), alarmed()) == (0, [])
    settings.ALARM_BUDGET = "100%"
    assert (raise_alarms(at=NOW), alarmed()) == (1, ["AL0"])
    Exposure.objects.all().delete()
    assert (raise_alarms(at=NOW), alarmed()) == (0, [])


@pytest.mark.parametrize(
    "wrong",
    [{"chance": 1.2}, {"about": "stall"}, {"clock": ""}, {"ended_at": NOW - DAY}, {"about": "else"}, {"loss": -1}],
)
def test_what_an_alarm_cannot_be(goods: list[Consignment], wrong: dict[str, Any]) -> None:
    sound = {"about": "clock", "clock": "port_storage", "chance": 0.5, "loss": 5, "raised_at": NOW, "stood_on": NOW}
    with pytest.raises(IntegrityError), transaction.atomic():
        Alarm.objects.create(consignment=goods[0], **{**sound, **wrong})


def test_the_day_begins_at_midnight_in_kigali_and_so_does_its_budget(goods: list[Consignment], settings: Any) -> None:
    settings.ALARM_BUDGET = "1"
    evening, midnight = datetime(2026, 11, 25, 21, 59, tzinfo=UTC), datetime(2026, 11, 25, 22, tzinfo=UTC)
    exposed(goods[0], 0.6, 200)
    assert (raise_alarms(at=evening), Alarm.objects.get().stood_on.isoformat()) == (1, "2026-11-25")
    exposed(goods[1], 0.9, 9000)
    assert (raise_alarms(at=evening), alarmed()) == (0, ["AL0"])
    assert (raise_alarms(at=midnight), alarmed()) == (1, ["AL1"])
    stood = dict(Alarm.objects.values_list("consignment__bill_of_lading", "stood_on"))
    assert {bill: day.isoformat() for bill, day in stood.items()} == {"AL0": "2026-11-25", "AL1": "2026-11-26"}


def test_raised_again_on_another_day_it_stands_from_then_and_is_told_again(
    goods: list[Consignment], settings: Any
) -> None:
    settings.ALARM_BUDGET = "2"
    exposed(goods[0], 0.6, 200)
    raise_alarms(at=NOW)
    exposed(goods[0], 0.25, 300)
    assert (raise_alarms(at=NOW + DAY), Alarm.objects.get().raised_at) == (0, NOW)
    exposed(goods[0], 0.19, 300)
    raise_alarms(at=NOW + DAY)
    exposed(goods[0], 0.8, 400)
    assert (raise_alarms(at=NOW + DAY + timedelta(hours=1)), alarmed()) == (0, [])
    assert (raise_alarms(at=NOW + 2 * DAY), Alarm.objects.get().raised_at) == (1, NOW + 2 * DAY)
    assert Alarm.objects.get().ended_at is None
    told = JournalEntry.objects.filter(kind=RAISED).order_by("pk").values_list("at", "data__percent")
    assert list(told) == [(NOW, 60), (NOW + 2 * DAY, 80)]


@pytest.mark.parametrize(("expected", "loss"), [(None, 0), (40, 0), (100, 0), (101, 1)])
def test_nothing_is_to_be_lost_where_it_is_unknown_or_owed_already(
    goods: list[Consignment], settings: Any, expected: int | None, loss: int
) -> None:
    settings.ALARM_BUDGET = "1"
    exposed(goods[0], 0.6, expected)
    assert (raise_alarms(at=NOW), Alarm.objects.get().loss) == (1, loss)


def test_as_likely_a_clock_is_named_before_a_stall(goods: list[Consignment], settings: Any) -> None:
    settings.ALARM_BUDGET = "100%"
    exposed(goods[0], 0.5, 200)
    foretold(goods[0], 0.5)
    exposed(goods[1], 0.49, 200)
    foretold(goods[1], 0.5)
    raise_alarms(at=NOW)
    assert dict(Alarm.objects.values_list("consignment__bill_of_lading", "about")) == {"AL0": "clock", "AL1": "stall"}


def test_an_alarm_is_seen_by_whom_its_cargo_is(goods: list[Consignment], settings: Any, cast: Cast) -> None:
    settings.ALARM_BUDGET = "1"
    exposed(goods[0], 0.6, 200)
    raise_alarms(at=NOW)
    seen = {name: Alarm.objects.visible_to(person).count() for name, person in cast.people().items()}
    assert {name for name, n in seen.items() if n} == {
        name for name, person in cast.people().items() if Consignment.objects.visible_to(person).exists()
    }


def test_those_who_may_see_the_charges_are_told_once_of_each_fear(
    goods: list[Consignment], settings: Any, cast: Cast
) -> None:
    settings.ALARM_BUDGET = "2"
    for terms, firm in ((Terms(may_act=True), cast.agent_firm), (Terms(may_see_money=True), cast.stranger_firm)):
        nomination = nominate(
            principal=cast.importer_firm, nominee=firm, terms=terms, consignment=goods[0], by=None, at=NOW - DAY
        )
        accept(nomination=nomination, by=None, at=NOW - DAY)
    exposed(goods[0], 0.6, 900)
    exposed(goods[1], None, None)
    foretold(goods[1], 0.7)
    raise_alarms(at=NOW)
    told = Notice.objects.filter(entry__kind=RAISED).order_by("entry_id", "person__email", "channel")
    rows = told.values_list("entry__key", "person__email", "channel", "topic", "is_urgent")
    importer, seer = cast.importer.email, cast.stranger.email
    by_mail = [(email, channel) for email in (importer, seer) for channel in ("email", "inbox")]
    assert list(rows) == [
        *((goods[0].ref, email, channel, "money", False) for email, channel in by_mail),
        *((goods[1].ref, importer, channel, "money", False) for channel in ("email", "inbox")),
    ]
    words = [word(notice).subject for notice in told if notice.channel == "inbox" and notice.person == cast.importer]
    assert words == [
        f"{goods[0].ref}: charges are likely, KPA storage at the port", f"{goods[1].ref}: a long stop is likely",
    ]  # fmt: skip
    # Ended, and feared again on another day: the journal has it twice, the people once; another stall is news.
    Alarm.objects.update(ended_at=NOW + timedelta(hours=1))
    raise_alarms(at=NOW + DAY)
    assert (JournalEntry.objects.filter(kind=RAISED).count(), told.all().count()) == (4, 6)
    Alarm.objects.update(ended_at=NOW + DAY)
    Status.objects.filter(consignment=goods[1]).update(next_step="border1_out")
    raise_alarms(at=NOW + 2 * DAY)
    assert (JournalEntry.objects.filter(kind=RAISED).count(), told.all().count()) == (6, 8)


def test_many_are_told_in_batches_of_as_many_queries_whatever_their_number(
    goods: list[Consignment], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ALARM_BUDGET = "9"
    counts = []
    for number, consignments in enumerate((goods[:1], goods[1:4], goods)):
        for consignment in consignments:
            exposed(consignment, 0.6, 900 + number, clock=f"clock{number}")
        monkeypatch.setattr(alarms, "BATCH", 500 if number < 2 else 2)
        with CaptureQueriesContext(connection) as queries:
            assert raise_alarms(at=NOW + number * DAY) == len(consignments)
        counts.append(len(queries))
        Alarm.objects.update(ended_at=NOW + number * DAY)
        Exposure.objects.all().delete()
    assert counts[0] == counts[1] < counts[2]
    told = Notice.objects.filter(entry__kind=RAISED, channel="inbox")
    assert sorted(told.values_list("entry__key", flat=True)) == sorted([each.ref for each in [*goods, *goods]])
