"""The numbers of the step chart: every word holds until the next, and marks stand at full steps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from corridor.step_chart import BOTTOM, HEIGHT, KINDS, LEFT, RIGHT, TOP, WIDTH, Line, Path, step_chart

T0 = datetime(2026, 11, 20, tzinfo=UTC)
DAY = timedelta(days=1)


def test_each_word_holds_until_the_next_and_the_last_until_now() -> None:
    line = Line("Port", [(T0, T0 + 10 * DAY), (T0 + DAY, T0 + 12 * DAY)])
    chart = step_chart([line], actual_at=T0 + 11 * DAY, until=T0 + 2 * DAY)
    assert chart
    assert chart.paths == [Path("Port", "M78.0 230.0H353.0V12.0H628.0", 0)]
    assert chart.actual_y == 121.0
    assert [tick.value for tick in chart.across] == [T0, T0 + DAY, T0 + 2 * DAY]
    assert [tick.value for tick in chart.up] == [T0 + timedelta(days=10 + half / 2) for half in range(5)]


def test_one_word_alone_is_a_line_across_the_middle() -> None:
    chart = step_chart([Line("Port", [(T0, T0 + DAY)])], actual_at=None, until=T0)
    assert chart
    assert (chart.paths[0].d, chart.actual_y, len(chart.up), len(chart.across)) == ("M353.0 121.0H353.0", None, 1, 1)


def test_without_a_word_there_is_no_chart() -> None:
    assert step_chart([], actual_at=T0, until=T0) is None


MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(st.lists(st.lists(st.tuples(MOMENTS, MOMENTS), min_size=1, max_size=6), min_size=1, max_size=9), MOMENTS)
def test_everything_lies_within_the_drawing(series: list[list[tuple[datetime, datetime]]], until: datetime) -> None:
    chart = step_chart([Line(str(n), sorted(points)) for n, points in enumerate(series)], actual_at=until, until=until)
    assert chart
    assert chart.actual_y is not None
    assert TOP <= chart.actual_y <= HEIGHT - BOTTOM
    assert {path.kind for path in chart.paths} <= set(range(KINDS))
    assert all(LEFT <= tick.at <= WIDTH - RIGHT for tick in chart.across)
    assert all(TOP <= tick.at <= HEIGHT - BOTTOM for tick in chart.up)
    assert (1 <= len(chart.across) <= 4, 1 <= len(chart.up) <= 5) == (True, True)
