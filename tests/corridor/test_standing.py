"""How a subject stands: the same reports in any order give the same answer, and doubt is shown as doubt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.standing import SEVERITIES, UNKNOWN, Report, Standing, standings

AT = datetime(2026, 11, 25, 12, tzinfo=UTC)
SUBJECT = "border:xx-border-malaba"


def report(severity: str, id: int = 1, **more: Any) -> Report:
    values: dict[str, Any] = {
        "id": id,
        "subject": SUBJECT,
        "source": f"source-{id}",
        "rank": 100,
        "severity": severity,
        "since": AT - timedelta(hours=5),
        "until": None,
        "received_at": AT - timedelta(hours=4),
    }
    return Report(**(values | more))


def stands(*reports: Report, at: datetime = AT) -> Standing:
    return standings(reports, at)[SUBJECT]


def test_one_report_is_how_it_stands_with_its_times_and_its_source() -> None:
    only = report("slow", until=AT + timedelta(hours=1))
    assert stands(only) == Standing(
        subject=SUBJECT, severity="slow", since=only.since, until=only.until, report=only, said=(only,)
    )


@pytest.mark.parametrize(
    "gone",
    [
        report("shut", since=AT + timedelta(hours=1)),
        report("shut", until=AT),
        report("shut", until=AT - timedelta(seconds=1)),
        report("shut", verdict="refuted"),
    ],
    ids=["not begun", "ends now", "over", "refuted"],
)
def test_what_is_not_in_force_leaves_it_unknown_and_never_normal(gone: Report) -> None:
    assert stands(gone) == Standing(subject=SUBJECT, severity=UNKNOWN)


def test_it_begins_in_the_moment_it_says() -> None:
    assert stands(report("slow", since=AT)).severity == "slow"


@pytest.mark.parametrize(
    ("one", "other", "is_contested", "is_confirmed"),
    [
        ("slow", "severe", False, True),
        ("slow", "slow", False, True),
        ("normal", "normal", False, True),
        ("normal", "slow", True, False),
        ("severe", "shut", True, False),
        ("normal", "shut", True, False),
    ],
)
def test_two_sources_confirm_each_other_or_contradict_each_other(
    one: str, other: str, is_contested: bool, is_confirmed: bool
) -> None:
    found = stands(report(one, 1), report(other, 2))
    assert (found.is_contested, found.is_confirmed, len(found.said)) == (is_contested, is_confirmed, 2)


def test_in_use_is_what_staff_confirmed_then_what_most_say_then_the_better_source_then_the_worse_word() -> None:
    normal, severe = report("normal", 1, rank=1), report("severe", 2)
    assert stands(normal, severe).report == normal
    assert stands(normal, severe, report("slow", 3)).severity == "severe"
    assert stands(normal, report("severe", 2, verdict="confirmed")).severity == "severe"
    later = report("normal", 1, received_at=AT)
    assert stands(later, severe).report == severe
    assert stands(report("severe", 3, received_at=AT), severe).said[0].id == 3


def test_a_source_s_word_is_its_worst_until_it_says_that_all_is_normal() -> None:
    said = {"source": "ura"}
    slow, shut = report("slow", 1, **said), report("shut", 2, **said)
    assert stands(slow, shut).said == (shut,)
    clear = report("normal", 3, received_at=AT, **said)
    assert stands(slow, shut, clear).said == (clear,)
    planned = report("shut", 4, until=AT + timedelta(hours=1), **said)
    assert stands(slow, planned, clear).severity == "shut"
    again = report("slow", 5, received_at=AT + timedelta(minutes=1), **said)
    assert stands(slow, clear, again).said == (again,)


def test_a_stale_word_counts_only_where_nothing_fresher_is_known() -> None:
    since = AT - timedelta(hours=1)
    stale, fresh = report("shut", 1, rank=1, stale_since=since), report("normal", 2)
    found = stands(stale, fresh)
    assert (found.severity, found.stale_since, found.is_contested) == ("normal", None, False)
    assert found.said == (fresh, stale)
    alone = stands(stale)
    assert (alone.severity, alone.stale_since) == ("shut", since)


def test_subjects_do_not_touch_each_other() -> None:
    other = report("shut", 2, subject="border:xx-border-busia")
    assert {name: found.severity for name, found in standings([report("normal"), other], AT).items()} == {
        SUBJECT: "normal",
        other.subject: "shut",
    }


reports = st.builds(
    report,
    st.sampled_from(SEVERITIES),
    st.integers(0, 6),
    source=st.sampled_from(["a", "b", "c"]),
    subject=st.sampled_from([SUBJECT, "system:iCMS"]),
    rank=st.sampled_from([1, 50]),
    since=st.integers(-9, 3).map(lambda hours: AT + timedelta(hours=hours)),
    until=st.none() | st.integers(-3, 9).map(lambda hours: AT + timedelta(hours=hours)),
    received_at=st.integers(-9, 0).map(lambda hours: AT + timedelta(hours=hours)),
    verdict=st.sampled_from(["", "confirmed", "refuted"]),
    stale_since=st.none() | st.just(AT - timedelta(hours=1)),
)


@given(st.lists(reports, max_size=8, unique_by=lambda r: (r.source, r.id, r.subject)), st.randoms())
def test_order_and_duplicates_change_nothing(said: list[Report], random: Any) -> None:
    shuffled = [*said, *said[:3]]
    random.shuffle(shuffled)
    assert standings(shuffled, AT) == standings(said, AT)


@given(st.lists(reports, max_size=8, unique_by=lambda r: (r.source, r.id, r.subject)))
def test_how_it_stands_is_always_somebody_s_word_or_unknown(said: list[Report]) -> None:
    for found in standings(said, AT).values():
        if found.report is None:
            assert (found.severity, found.said) == (UNKNOWN, ())
        else:
            assert found.report in said
            assert found.severity == found.report.severity
            assert found.said[0] == found.report
            assert len({one.source for one in found.said}) == len(found.said)


many = st.lists(reports, max_size=8, unique_by=lambda r: (r.source, r.id, r.subject))


@given(many)
def test_said_holds_what_is_in_force_and_not_refuted_and_nothing_of_another_subject(said: list[Report]) -> None:
    counting = [one for one in said if one.is_in_force(AT) and one.verdict != "refuted"]
    for subject, found in standings(said, AT).items():
        assert [one for one in found.said if one not in counting or one.subject != subject] == []
        assert {one.source for one in found.said} == {one.source for one in counting if one.subject == subject}


@given(many)
def test_every_subject_that_is_named_stands_somehow(said: list[Report]) -> None:
    found = standings(said, AT)
    assert set(found) == {one.subject for one in said}
    assert {name: stands_.subject for name, stands_ in found.items()} == {name: name for name in found}


@given(many)
def test_one_subject_does_not_depend_on_another(said: list[Report]) -> None:
    whole = standings(said, AT)
    for subject, found in whole.items():
        assert standings([one for one in said if one.subject == subject], AT) == {subject: found}


@given(many)
def test_what_is_over_or_refuted_or_yet_to_come_could_as_well_not_have_been_said(said: list[Report]) -> None:
    counting = [one for one in said if one.is_in_force(AT) and one.verdict != "refuted"]
    known = {name: found for name, found in standings(said, AT).items() if found.severity != UNKNOWN}
    assert standings(counting, AT) == known


@given(many)
def test_doubt_is_told_exactly_where_those_who_are_fresh_differ(said: list[Report]) -> None:
    for found in standings(said, AT).values():
        fresh = [one for one in found.said if one.stale_since is None] or list(found.said)
        sides = {(one.severity == "normal", one.severity == "shut") for one in fresh}
        assert found.is_contested == (len(sides) > 1)
        if len(found.said) == 1:
            assert found.is_confirmed == (found.said[0].verdict == "confirmed")


@given(many)
def test_a_stale_word_is_in_use_only_where_every_word_is_stale(said: list[Report]) -> None:
    for found in standings(said, AT).values():
        all_stale = all(one.stale_since is not None for one in found.said)
        assert (found.stale_since is not None) == (bool(found.said) and all_stale)


@given(many)
def test_what_staff_confirmed_wins_among_the_fresh(said: list[Report]) -> None:
    for found in standings(said, AT).values():
        fresh = [one for one in found.said if one.stale_since is None] or list(found.said)
        confirmed = [one for one in fresh if one.verdict == "confirmed"]
        assert not confirmed or found.report in confirmed


@given(many, st.sampled_from(SEVERITIES))
def test_hearsay_that_agrees_with_what_is_in_use_changes_nothing_but_the_certainty(
    said: list[Report], severity: str
) -> None:
    before = standings(said, AT).get(SUBJECT)
    if before is None or before.report is None or before.stale_since is not None:
        return
    echo = report(before.severity, 99, source="echo", rank=999, received_at=before.report.received_at)
    after = standings([*said, echo], AT)[SUBJECT]
    assert (after.severity, after.report) == (before.severity, before.report)
    assert after.is_confirmed
    assert len(after.said) == len(before.said) + 1


@pytest.mark.parametrize("severity", SEVERITIES)
@pytest.mark.parametrize(
    ("seconds", "is_in_force"),
    [(-1, False), (0, True), (1, True), (3599, True), (3600, False), (3601, False)],
)
def test_a_report_holds_from_its_beginning_until_just_before_its_end(
    severity: str, seconds: int, is_in_force: bool
) -> None:
    one = report(severity, since=AT, until=AT + timedelta(hours=1))
    at = AT + timedelta(seconds=seconds)
    assert one.is_in_force(at) is is_in_force
    assert stands(one, at=at).severity == (severity if is_in_force else UNKNOWN)


def test_what_was_measured_has_no_number() -> None:
    assert (report("slow", 0).is_measured, report("slow", 1).is_measured) == (True, False)


@pytest.mark.parametrize(
    ("ranks", "severities", "used"),
    [
        ((10, 40, 50), ("normal", "slow", "severe"), "slow"),
        ((10, 40, 50), ("normal", "normal", "shut"), "normal"),
        ((10, 40, 50), ("shut", "slow", "normal"), "shut"),
        ((50, 40, 10), ("shut", "slow", "normal"), "normal"),
        ((40, 40, 40), ("normal", "shut", "slow"), "shut"),
        ((10, 10, 50), ("slow", "severe", "normal"), "severe"),
    ],
)
def test_three_who_speak_are_weighed_by_agreement_then_rank_then_gravity(
    ranks: tuple[int, ...], severities: tuple[str, ...], used: str
) -> None:
    said = [
        report(severity, number, rank=rank)
        for number, (rank, severity) in enumerate(zip(ranks, severities, strict=True), 1)
    ]
    assert stands(*said).severity == used


def test_a_source_takes_back_by_saying_normal_only_what_it_said_before_and_without_an_end() -> None:
    mine = {"source": "ura"}
    clear = report("normal", 1, received_at=AT - timedelta(hours=2), **mine)
    same_moment = report("slow", 2, received_at=AT - timedelta(hours=2), **mine)
    after = report("slow", 3, received_at=AT - timedelta(hours=1), **mine)
    bounded = report("severe", 4, until=AT + timedelta(hours=9), received_at=AT - timedelta(hours=9), **mine)
    assert stands(clear, same_moment).severity == "normal"
    assert stands(clear, after).severity == "slow"
    assert stands(clear, bounded).severity == "severe"
    others = report("shut", 5, source="kra", received_at=AT - timedelta(hours=9))
    assert [one.severity for one in stands(clear, others).said] == ["shut", "normal"]
