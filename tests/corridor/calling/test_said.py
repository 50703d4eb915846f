"""Which of a source's words still stand: its own order, its withdrawals, and what it overtook itself."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.calling.said import Said, revisions, series_of, standing_words
from tests.corridor.calling.words import AIS, LINE, LIST, came, day, many_words, said

CT1, CT2 = "ke-term-ct1", "ke-term-ct2"


def test_a_word_was_said_when_its_source_says_and_never_after_it_came() -> None:
    assert said("port_arrival", 1, known=-2).said_at == day(-2)
    assert said("port_arrival", 1, known=-2, issued_at=day(-4)).said_at == day(-4)
    assert said("port_arrival", 1, known=-2, issued_at=day(3)).said_at == day(-2)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (said("port_arrival", 0), said("port_arrival", 9, classifier="PLN"), True),
        (said("port_arrival", 0), said("port_arrival", 0, classifier="REQ"), False),
        (said("port_arrival", 0), came("port_arrival", 0), False),
        (said("port_arrival", 0), said("port_arrival", 0, source=LINE), False),
        (said("port_arrival", 0), said("berth_arrival", 0), False),
        (said("berth_arrival", 0, terminal=CT1), said("berth_arrival", 0, terminal=CT2), True),
        (came("berth_arrival", 0, terminal=CT1), came("berth_arrival", 0, terminal=CT2), False),
        (came("work_start", 0, terminal=CT1), came("work_start", 0, terminal=CT2), True),
    ],
)
def test_what_takes_the_place_of_what(one: Said, other: Said, *, is_same: bool) -> None:
    assert (series_of(one) == series_of(other)) == is_same


def test_each_series_is_in_the_order_in_which_it_was_said() -> None:
    words = [said("port_arrival", at, known=known) for at, known in ((3, -1), (1, -3), (2, -2))]
    (series,) = revisions(words).values()
    assert [one.at for one in series] == [day(1), day(2), day(3)]
    assert standing_words(words) == [words[0]]


def test_a_withdrawal_takes_back_the_same_time_and_else_everything_before_it() -> None:
    words = [said("port_arrival", at, known=known) for at, known in ((1, -3), (2, -2))]
    back = said("port_arrival", 2, known=-1, function="cancel")
    assert standing_words([*words, back]) == [words[0]]
    assert standing_words([*words, said("port_arrival", 7, known=-1, function="cancel")]) == []
    again = said("port_arrival", 2, known=0)
    assert standing_words([*words, back, again]) == [again]


def test_a_withdrawal_of_one_source_leaves_the_other_s_word() -> None:
    mine, theirs = said("port_arrival", 1), said("port_arrival", 1, source=LINE)
    assert standing_words([mine, theirs, said("port_arrival", 1, known=0, function="cancel")]) == [theirs]


def test_an_omission_overtakes_what_its_source_expected_and_nobody_else_s() -> None:
    mine, theirs = said("port_arrival", 1, known=-4), said("port_arrival", 1, known=-4, source=LINE)
    omitted = said("omitted", 1, known=-3)
    assert standing_words([mine, theirs, omitted]) == [theirs, omitted]


def test_what_one_delivery_says_beside_an_omission_overtakes_it_not() -> None:
    omitted, leaving = said("omitted", 1, known=-3), said("port_departure", 4, known=-3)
    assert standing_words([omitted, leaving]) == [omitted, leaving]


def test_what_happened_overtakes_an_omission_and_is_overtaken_by_nothing() -> None:
    omitted, arrived = said("omitted", 1, known=0), came("port_arrival", 1)
    assert standing_words([omitted, arrived]) == [arrived]
    late = said("omitted", 1, known=5)
    assert standing_words([arrived, late]) == [arrived, late]


@given(many_words(), st.randoms(use_true_random=False))
def test_the_order_changes_nothing(words: list[Said], random: Random) -> None:
    mixed = list(words)
    random.shuffle(mixed)
    assert standing_words(mixed) == standing_words(words)


@given(many_words())
def test_only_what_was_said_stands_and_no_withdrawal_does(words: list[Said]) -> None:
    standing = standing_words(words)
    assert {one.id for one in standing} <= {one.id for one in words}
    assert all(one.function != "cancel" for one in standing)
    assert len({series_of(one) for one in standing}) == len(standing)


@given(many_words())
def test_a_source_s_words_do_not_depend_on_another_s(words: list[Said]) -> None:
    alone = [one for source in (LIST, LINE, AIS) for one in standing_words(w for w in words if w.source == source)]
    assert sorted(one.id for one in alone) == sorted(one.id for one in standing_words(words))
