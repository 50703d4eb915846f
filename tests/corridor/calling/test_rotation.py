"""Where a source changed the order in which a ship calls at her ports."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corridor.calling.rotation import swaps
from corridor.calling.said import Said
from corridor.calling.standing import Call, calls_from
from tests.corridor.calling.words import AIS, LINE, said

DAR = "tz-port-dar"


def both(*words: Said) -> tuple[Call, Call]:
    calls = {call.port: call for call in calls_from(words)}
    assert len(calls) == 2
    return calls["ke-port-mombasa"], calls[DAR]


def turns(call: Call, *others: Call) -> list[tuple[str, str, int]]:
    return [(change.about, change.now, change.said.source) for change in swaps(call, others)]


def test_a_changed_order_is_told_at_both_calls() -> None:
    mombasa, dar = both(
        said("berth_arrival", 5, known=-9, source=LINE),
        said("berth_arrival", 8, known=-9, source=LINE, port=DAR),
        said("berth_arrival", 9, known=-4, source=LINE),
        said("berth_arrival", 6, known=-4, source=LINE, port=DAR),
    )
    assert turns(mombasa, dar) == [("after", DAR, LINE)]
    assert turns(dar, mombasa) == [("before", "ke-port-mombasa", LINE)]


def test_a_change_back_is_a_second_one() -> None:
    mombasa, dar = both(
        said("berth_arrival", 5, known=-9),
        said("berth_arrival", 7, known=-9, port=DAR),
        said("berth_arrival", 8, known=-6),
        said("berth_arrival", 6, known=-3),
    )
    assert [about for about, _port, _source in turns(mombasa, dar)] == ["after", "before"]


def test_delays_that_keep_the_order_and_what_other_sources_say_are_no_change() -> None:
    mombasa, dar = both(
        said("berth_arrival", 5, known=-9),
        said("berth_arrival", 8, known=-9, port=DAR),
        said("berth_arrival", 7, known=-6),
        said("berth_arrival", 8.5, known=-5, source=AIS),
        said("berth_arrival", 9, known=-4, source=LINE, port=DAR),
    )
    assert turns(mombasa, dar) == []


def test_the_rows_of_one_delivery_are_compared_together() -> None:
    """Both are put off by a week at once: between the two rows the order only seems to change."""
    mombasa, dar = both(
        said("berth_arrival", 5, known=-9),
        said("berth_arrival", 6, known=-9, port=DAR),
        said("berth_arrival", 9, known=-4),
        said("berth_arrival", 10, known=-4, port=DAR),
    )
    assert turns(mombasa, dar) == []


@given(st.permutations(range(4)))
def test_the_order_in_which_words_came_in_does_not_matter(order: list[int]) -> None:
    words = [
        said("berth_arrival", 5, known=-9),
        said("berth_arrival", 8, known=-9, port=DAR),
        said("berth_arrival", 9, known=-4),
        said("berth_arrival", 6, known=-4, port=DAR),
    ]
    mombasa, dar = both(*(words[place] for place in order))
    assert [about for about, _port, _source in turns(mombasa, dar)] == ["after"]
