"""What a forecast means for money: chances of the clocks, and what all comes to in the end."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from cargo.charge_lines import money_card
from cargo.models import Forecast
from cargo.outlooks import UNKNOWN, outlook
from tests.cargo.test_charge_lines import money

AT = datetime(2026, 11, 15, 9, tzinfo=UTC)


def forecast(gate_h: tuple[float, float, float] | None, at: datetime = AT) -> Forecast:
    """One that leaves the port after so many hours, and arrives five days later."""
    gate = [at + timedelta(hours=hours) for hours in gate_h] if gate_h else [None] * 3
    arrival = [at + timedelta(hours=hours + 120) for hours in gate_h or (0, 24, 48)]
    return Forecast(
        made_at=at, p10=arrival[0], p50=arrival[1], p90=arrival[2],
        gate_p10=gate[0], gate_p50=gate[1], gate_p90=gate[2],
    )  # fmt: skip


def test_who_leaves_in_time_pays_nothing_and_who_does_not_pays_each_day() -> None:
    """Free to the end of the 17th, at 30 dollars a day from then on."""
    found = money(15)
    soon, late = (outlook(found, forecast(hours), at=AT) for hours in ((2, 4, 6), (200, 210, 220)))
    port = [number for number, charge in enumerate(found.charges) if charge.clock.name == "port_storage"]
    assert (soon.percent[port[0]], late.percent[port[0]]) == (0, 97)
    assert soon.expected is not None
    assert late.expected is not None
    assert soon.expected.amount() == Decimal("0.00")
    assert Decimal(150) < (late.expected.amount() or Decimal(0)) < Decimal(240)
    card = money_card(found, (), (), late)
    assert card.expected.startswith("USD")
    assert (card.is_expected_least, card.binding and card.binding.percent) == (True, 97)


def test_without_a_forecast_or_a_gate_nothing_is_foretold_of_the_port() -> None:
    found = money(15)
    assert outlook(found, None, at=AT) == UNKNOWN
    ahead = outlook(found, forecast(None), at=AT)
    names = {found.charges[number].clock.name for number in ahead.percent}
    assert names <= {"line_container"}
    assert money_card(found).expected == ""


def test_what_costs_already_has_no_chance_but_goes_on_to_cost() -> None:
    found, at = money(24), datetime(2026, 11, 24, 9, tzinfo=UTC)
    ahead = outlook(found, forecast((20, 40, 60), at), at=at)
    port = [number for number, charge in enumerate(found.charges) if charge.clock.name == "port_storage"]
    assert port[0] not in ahead.percent
    assert ahead.expected is not None
    assert (ahead.expected.amount() or 0) > (found.accrued.amount() or 0)


def test_what_has_stopped_is_what_it_was() -> None:
    found, at = money(24, gate_out=date(2026, 11, 19)), datetime(2026, 11, 24, 9, tzinfo=UTC)
    stopped = [number for number, charge in enumerate(found.charges) if not charge.clock.is_running]
    assert stopped
    assert not set(stopped) & set(outlook(found, forecast(None, at), at=at).percent)


@settings(max_examples=20)
@given(st.floats(0, 300), st.floats(0, 200))
def test_a_later_gate_is_never_cheaper(gate: float, later: float) -> None:
    found = money(15)
    one, other = (
        outlook(found, forecast((hours, hours + 10, hours + 30)), at=AT).expected for hours in (gate, gate + later)
    )
    assert one is not None
    assert other is not None
    assert (one.amount() or Decimal(0)) <= (other.amount() or Decimal(0))
