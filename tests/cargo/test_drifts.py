"""Who is told that an arrival moved: each by her own threshold, since she was told last."""

from __future__ import annotations

from datetime import datetime, timedelta

from cargo.drifts import (
    DRIFTED,
    FRESH,
    REMEMBERED,
    SETTLED,
    _forecast_then,
    _told_last,
    tell_drifts,
    tell_new_drifts,
)
from cargo.models import Consignment, Forecast
from notify.models import Notice
from notify.preferences import Hours, choose, take_stance
from tests.conftest import AT, Cast, somebody

HOUR = timedelta(hours=1)
ARRIVES = AT + timedelta(days=9)


def forecast(consignment: Consignment, p50_h: float, *, made_h: float) -> None:
    """An arrival so many hours off ARRIVES, said so many hours after AT; the latest said holds."""
    Forecast.objects.current().update(is_current=False)
    p50 = ARRIVES + p50_h * HOUR
    Forecast.objects.create(
        consignment=consignment, made_at=AT + made_h * HOUR, p10=p50 - 20 * HOUR, p50=p50, p90=p50 + 20 * HOUR,
        days_out="7-14", trips=30, fingerprint="x", reason="trips", moved_h=1,
    )  # fmt: skip


def looked(*, at: datetime) -> int:
    return tell_drifts(since=at - FRESH, at=at)


def told() -> list[tuple[str, float]]:
    rows = Notice.objects.filter(channel="inbox", entry__kind=DRIFTED).order_by("pk")
    return list(rows.values_list("person__email", "entry__data__drift_h"))


def test_each_is_told_by_her_own_threshold_and_what_adds_up_counts(cast: Cast, consignment: Consignment) -> None:
    colleague = somebody(cast.importer_firm, "member")
    importer, agent = cast.importer.email, colleague.email
    choose(person=colleague, hours=Hours(threshold_h=24), table={}, by=None, at=AT)
    forecast(consignment, 0, made_h=-80)
    both = [(importer, -25.0), (agent, -25.0)]
    steps = [(8, []), (13, [(importer, 13.0)]), (20, []), (26, [(importer, 13.0), (agent, 26.0)]), (1, both)]
    for made_h, (p50_h, wanted) in enumerate(steps):
        before = told()
        forecast(consignment, p50_h, made_h=made_h)
        looked(at=AT + made_h * HOUR)
        assert told()[len(before) :] == wanted
        # Once, however often it is looked at.
        assert looked(at=AT + made_h * HOUR) == 0
    assert {row.topic for row in Notice.objects.filter(entry__kind=DRIFTED)} == {"arrival"}


def test_what_is_old_or_of_others_or_muted_is_told_to_nobody_by_mail(cast: Cast, consignment: Consignment) -> None:
    forecast(consignment, 0, made_h=-80)
    forecast(consignment, 30, made_h=0)
    assert looked(at=AT + FRESH) == 0
    for person in (cast.importer, somebody(cast.importer_firm, "member")):
        take_stance(person=person, subject="consignment", key=consignment.ref, stance="mute", by=None, at=AT)
    assert looked(at=AT + FRESH / 2) == 2
    assert {row.channel for row in Notice.objects.filter(entry__kind=DRIFTED)} == {"inbox"}
    assert not Notice.objects.filter(person=cast.stranger).exists()


def test_nothing_before_is_nothing_to_compare_with(cast: Cast, consignment: Consignment) -> None:
    forecast(consignment, 30, made_h=0)
    assert looked(at=AT) == 0
    assert timedelta(days=1) < REMEMBERED


def test_what_was_forecast_then_is_the_first_since_or_the_last_before(consignment: Consignment) -> None:
    pk = consignment.pk
    assert _forecast_then([pk], AT) == {}
    forecast(consignment, 5, made_h=3)
    forecast(consignment, 6, made_h=4)
    assert _forecast_then([pk], AT) == {pk: ARRIVES + 5 * HOUR}
    forecast(consignment, 1, made_h=-9)
    forecast(consignment, 2, made_h=-2)
    assert _forecast_then([pk], AT) == {pk: ARRIVES + 2 * HOUR}
    # One at the very moment is since then.
    assert _forecast_then([pk], AT - 2 * HOUR) == {pk: ARRIVES + 1 * HOUR}
    assert (_forecast_then([pk + 1], AT), _forecast_then([], AT), _told_last([], [], AT)) == ({}, {}, {})


def test_what_arrives_by_now_or_has_not_moved_is_told_to_nobody(cast: Cast, consignment: Consignment) -> None:
    forecast(consignment, 0, made_h=-80)
    forecast(consignment, 30, made_h=0)
    now = Forecast.objects.current()
    for facts in ({"moved_h": 0}, {"moved_h": None}, {"moved_h": 1, "p50": AT, "p10": AT}):
        now.update(**facts)
        assert looked(at=AT) == 0
    now.update(p50=ARRIVES + 30 * HOUR)
    # Neither before it was made nor when it is no longer fresh.
    assert [looked(at=at) for at in (AT - HOUR, AT + FRESH)] == [0, 0]
    assert looked(at=AT) > 0
    assert {drift_h for _email, drift_h in told()} == {30.0}


def test_each_look_goes_on_where_the_last_one_was_and_misses_nothing_after_a_long_rest(
    cast: Cast, consignment: Consignment
) -> None:
    forecast(consignment, 0, made_h=-80)
    forecast(consignment, 30, made_h=0)
    # Nobody looked before: the last quarter of an hour alone.
    assert tell_new_drifts(at=AT + FRESH) == 0
    forecast(consignment, 60, made_h=1)
    assert tell_new_drifts(at=AT + 30 * HOUR) == 2
    forecast(consignment, 90, made_h=2)
    # Of what was looked at, only what may have been committed late is looked at again.
    assert tell_new_drifts(at=AT + 30 * HOUR + SETTLED) == 0
    forecast(consignment, 90, made_h=30.01)
    assert tell_new_drifts(at=AT + 30 * HOUR + SETTLED) == 2
