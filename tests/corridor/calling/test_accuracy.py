"""The error of each source by days out: what was known then against what came."""

from __future__ import annotations

from corridor.calling.accuracy import DAYS_OUT, Accuracy, accuracy_of
from corridor.calling.standing import derive
from tests.corridor.calling.words import LINE, LIST, came, day, said


def test_each_source_is_measured_by_what_it_had_said_so_long_before() -> None:
    words = [
        said("berth_arrival", 9, known=-2),
        said("berth_arrival", 10.5, known=5),
        said("berth_arrival", 10, known=11),
        said("berth_arrival", 7, known=2, source=LINE),
        came("berth_arrival", 10),
    ]
    assert DAYS_OUT == (0, 1, 2, 3, 5, 7, 10, 14)
    assert accuracy_of(derive(words)) == [
        Accuracy(LIST, "berth_arrival", day(10), (12.0, 12.0, 12.0, 12.0, 12.0, -24.0, -24.0, None)),
        Accuracy(LINE, "berth_arrival", day(10), (-72.0, -72.0, -72.0, -72.0, -72.0, -72.0, None, None)),
    ]


def test_expectations_of_the_port_are_measured_by_the_arrival_there() -> None:
    words = [said("port_arrival", 1, known=-9), came("port_arrival", 0), came("berth_arrival", 3)]
    found = accuracy_of(derive(words))
    assert [(each.timing, each.errors[:7]) for each in found] == [("port_arrival", (24.0,) * 6 + (None,))]


def test_what_was_withdrawn_or_only_asked_for_is_nobody_s_error() -> None:
    words = [
        said("berth_arrival", 1, known=-4),
        said("berth_arrival", 1, known=-3, function="cancel"),
        said("berth_arrival", 2, known=-4, source=LINE, classifier="REQ"),
        came("berth_arrival", 0),
    ]
    found = accuracy_of(derive(words))
    assert [(each.source, each.errors) for each in found] == [(LIST, (None,) * 8)]


def test_without_an_arrival_there_is_no_error() -> None:
    assert accuracy_of(derive([said("berth_arrival", 1)])) == []
