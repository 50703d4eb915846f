"""What would be read, of a file and of a pull, without anything being stored."""

from __future__ import annotations

import time

import pytest

from feeds import previewing
from feeds.facts import CallTiming, Condition, Fact, Moment, Movement, Place, Position, Ship
from feeds.models import Delivery, Source
from feeds.previewing import FEW_ITEMS, MOST_FACTS, Preview, Trial, line_of, preview_pull, preview_read
from feeds.reasons import FAULTS
from tests.cargo.test_reading import BOX, csv, row
from tests.conftest import AT
from tests.feeds import edi
from tests.feeds.conftest import Desk, Partner

WHEN = Moment(value=AT, words="now")


@pytest.mark.parametrize(
    ("fact", "kind", "about", "place"),
    [
        (
            Movement(kind="gate_out", classifier="ACT", when=WHEN, container=BOX, place=Place(node="n")),
            "Out of the gate",
            BOX,
            "n",
        ),
        (Position(device="7", carrier="truck", when=WHEN, lat=-4.05, lon=39.6), "Position", "7", "-4.05000, 39.60000"),
        (Ship(mmsi="636", name="ORION"), "Ship's name and numbers", "ORION", ""),
        (
            CallTiming(
                timing="berth_arrival", classifier="EST", when=WHEN, vessel="ORION", place=Place(unlocode="KEMBA")
            ),
            "Time of a ship's call: berth_arrival",
            "ORION",
            "KEMBA",
        ),
        (
            Condition(reference="C1", kind="border", severity="slow", since=WHEN, place=Place(name="Malaba")),
            "State of the corridor: border, slow",
            "C1",
            "Malaba",
        ),
    ],
)
def test_every_sort_of_fact_is_a_row(fact: Fact, kind: str, about: str, place: str) -> None:
    line = line_of(fact)
    assert (line.kind, line.about, line.place) == (kind, about, place)
    assert line.when == ("" if isinstance(fact, Ship) else "2026-11-20 06:00+00:00")


def test_a_file_is_read_and_nothing_stored(clerk: Source) -> None:
    clerk.mappings.create(code="GATEOUT", kind="gate_out", changed_at=AT)
    raw = csv(row("GATEOUT", 1), row("sealed", 2), row("sealed", 3), row("teleported", 1))
    preview = preview_read(clerk, raw, AT)
    assert (preview.facts, preview.faults, preview.size) == (3, 1, len(raw))
    assert preview.kinds == (("Electronic seal armed", 2), ("Out of the gate", 1))
    assert [(trouble.line, trouble.reason) for trouble in preview.troubles] == [(5, str(FAULTS["unknown_kind"]))]
    assert Delivery.objects.count() == 0


def test_only_the_first_facts_are_shown_and_remarks_are_sentences(clerk: Source, gate: Source) -> None:
    preview = preview_read(clerk, csv(*(row("sealed", n / 10) for n in range(MOST_FACTS + 5))), AT)
    assert (preview.facts, len(preview.lines)) == (MOST_FACTS + 5, MOST_FACTS)
    loose = edi.raw(edi.interchange(edi.message("BGM+36+D1+9", *edi.box(), count="99")))
    assert preview_read(gate, loose, AT).flags == (
        "The message's own count of segments or containers does not agree with what it holds.",
    )


def test_too_much_is_not_looked_at(clerk: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previewing, "MOST_BYTES", 10)
    assert preview_read(clerk, b"x" * 11, AT) == Preview(size=11, is_too_large=True)


def test_a_test_pull_asks_as_if_for_the_first_time_and_notes_nothing(carrier: Source, partner: Partner) -> None:
    partner.offer(csv(row("sealed", 1)), ETag='"1"')
    Source.objects.update(etag='"1"', due_at=AT)
    before = Source.objects.values().get(pk=carrier.pk)
    carrier.refresh_from_db()
    (preview,) = preview_pull(carrier, AT).previews
    assert (preview.facts, partner.asked[0]["If-None-Match"]) == (1, None)
    assert (Source.objects.values().get(pk=carrier.pk), Delivery.objects.count()) == (before, 0)


def test_a_refusal_is_said_and_an_empty_answer_too(carrier: Source, partner: Partner) -> None:
    partner.give = lambda desk: desk.say(b"", 503)
    assert preview_pull(carrier, AT) == Trial(failure="HTTP 503")
    partner.give = lambda desk: desk.say(b"", 204)
    assert preview_pull(carrier, AT) == Trial()
    assert Source.objects.get(pk=carrier.pk).failures == 0


def test_a_source_that_hangs_is_left_after_its_time(
    carrier: Source, partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previewing, "MOST_SECONDS", 0.3)

    def hang(desk: Desk) -> None:
        desk.server.closing.wait(5)
        desk.close_connection = True

    partner.give = hang
    begun = time.monotonic()
    assert preview_pull(carrier, AT).failure in ("ReadTimeout: timed out", "The answer took longer than 0 s")
    assert time.monotonic() - begun < 3
    partner.closing.set()


@pytest.mark.parametrize(
    ("pages", "shown", "has_more"), [(3, 3, False), (FEW_ITEMS, FEW_ITEMS, False), (9, FEW_ITEMS, True)]
)
def test_the_first_few_items_are_shown_and_whether_there_are_more(
    carrier: Source, partner: Partner, pages: int, shown: int, has_more: bool
) -> None:
    def give(desk: Desk) -> None:
        page = len(desk.server.asked)
        more = {"Next_Page_Cursor": str(page)} if page < pages else {}
        desk.say(csv(*(row("sealed", n) for n in range(page))), 200, **more)

    partner.give = give
    trial = preview_pull(carrier, AT)
    assert ([preview.facts for preview in trial.previews], trial.has_more) == ([*range(1, shown + 1)], has_more)
    assert (len({preview.name for preview in trial.previews} - {""}) > 0, trial.failure) == (True, "")
    assert (Delivery.objects.count(), Source.objects.get(pk=carrier.pk).cursor) == (0, "")


def test_what_came_before_the_source_broke_off_is_shown(carrier: Source, partner: Partner) -> None:
    def give(desk: Desk) -> None:
        is_first = len(desk.server.asked) == 1
        desk.say(csv(row("sealed", 1)), 200 if is_first else 503, Next_Page_Cursor="1")

    partner.give = give
    trial = preview_pull(carrier, AT)
    assert ([preview.facts for preview in trial.previews], trial.failure, trial.has_more) == ([1], "HTTP 503", False)
