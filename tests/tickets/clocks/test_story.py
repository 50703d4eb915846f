"""Which clocks a log starts and ends, and when everybody waits."""

from __future__ import annotations

from datetime import datetime

from tests.tickets.clocks.given import at, it, opened
from tickets.clocks.happenings import Happening
from tickets.clocks.story import Story, story_of

Told = list[tuple[str, str, datetime, datetime | None, bool]]


def told(log: list[Happening]) -> Told:
    return [(run.agency, run.kind, run.started_at, run.ended_at, run.is_met) for run in story_of(log).runs]


def waits(story: Story) -> list[tuple[str, datetime, datetime | None]]:
    return [(wait.waiting_on, wait.since, wait.until) for wait in story.waits]


def test_a_whole_case() -> None:
    log = [
        opened(at(1, 9)),
        it("replied", at(1, 10)),
        it("handed_over", at(1, 11), agency="KPA"),
        it("accepted", at(1, 12), "agency", agency="KRA"),
        it("accepted", at(1, 13), "agency", agency="KPA"),
        it("said", at(1, 14), "them"),
        it("resolved", at(1, 15)),
        it("reopened", at(1, 16), "them"),
        it("confirmed", at(1, 17), "them"),
    ]
    assert told(log) == [
        ("", "resolve", at(1, 9), at(1, 15), True),
        ("", "first_reply", at(1, 9), at(1, 10), True),
        ("KPA", "first_reply", at(1, 11), at(1, 13), True),
        ("KPA", "resolve", at(1, 11), at(1, 15), True),
        ("", "next_reply", at(1, 14), at(1, 15), True),
        ("", "resolve", at(1, 16), at(1, 17), True),
        ("", "next_reply", at(1, 16), at(1, 17), False),
    ]


def test_another_to_wait_for_is_another_wait() -> None:
    log = [
        opened(at(1, 9)),
        it("paused", at(1, 10), waiting_on="importer"),
        it("paused", at(1, 11), waiting_on="importer", reason="asked again"),
        it("paused", at(1, 12), agency="KRA"),
        it("resumed", at(1, 13)),
        it("resumed", at(1, 14)),
        it("paused", at(1, 15)),
    ]
    assert waits(story_of(log)) == [
        ("importer", at(1, 10), at(1, 12)),
        ("KRA", at(1, 12), at(1, 13)),
        ("", at(1, 15), None),
    ]


def test_a_case_that_is_closed_neither_waits_nor_is_handed_over_nor_closed_again() -> None:
    log = [opened(at(1, 9)), it("resolved", at(1, 10))]
    more = [
        it("paused", at(1, 11)),
        it("handed_over", at(1, 12), agency="KPA"),
        it("resolved", at(1, 13)),
        it("policy_changed", at(1, 13), agency="KPA"),
    ]
    story = story_of([*log, *more])
    assert (told([*log, *more]), story.waits) == (told(log), [])


def test_what_is_done_after_a_merge_on_the_other_ticket_is_done_on_this_one() -> None:
    log = [
        opened(at(1, 9), "urgent", of="T-2"),
        it("policy_changed", at(1, 10), policy="usual", of="T-2"),
        opened(at(1, 11), "usual"),
        it("policy_changed", at(1, 12), policy="urgent", of="T-2"),
        it("merged", at(1, 13), of="T-2"),
        it("paused", at(1, 14), of="T-2"),
        it("policy_changed", at(1, 15), policy="urgent", of="T-2"),
    ]
    story = story_of(log)
    assert waits(story) == [("", at(1, 14), None)]
    assert story.policies == [
        (at(1, 9), "urgent"),
        (at(1, 10), "usual"),
        (at(1, 11), "usual"),
        (at(1, 15), "urgent"),
    ]


def test_a_ticket_merged_into_one_that_is_closed_keeps_it_open() -> None:
    log = [
        opened(at(1, 9)),
        opened(at(1, 10), of="T-2"),
        it("resolved", at(1, 11)),
        it("paused", at(1, 12), waiting_on="importer", of="T-2"),
        it("merged", at(1, 13), of="T-2"),
    ]
    story = story_of(log)
    assert [(run.kind, run.ended_at) for run in story.runs] == [("resolve", None), ("first_reply", None)]
    assert waits(story) == [("importer", at(1, 12), None)]


def test_an_answer_after_the_end_is_none_to_who_opens_again_himself() -> None:
    log = [opened(at(1, 9)), it("resolved", at(1, 10)), it("said", at(1, 11), "them"), it("replied", at(1, 12))]
    assert [run.kind for run in story_of([*log, it("reopened", at(1, 13))]).runs] == [
        *("resolve", "first_reply", "resolve"),
    ]
