"""Releases follow from the set of events, whatever their order; a retraction is never lost."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from cargo.authorities import contacts
from cargo.checklist import checklist, duties_of
from cargo.milestones import Happening
from cargo.models import Consignment
from feeds.models import Source
from liaison.models import Organization, Person
from tests.cargo.test_milestones import MALABA, MOMBASA, happening
from tests.cargo.test_reading import OTHER_BOX, csv, row, take_in
from tests.conftest import Cast

As = Callable[[Person | None], Client]
LANDED = happening(1, "discharged", hours=1, spot=MOMBASA)
ORDERED = happening(2, "do_issued", hours=5, issued_hours=5, document="D1")
TAKEN_BACK = happening(3, "do_issued", hours=5, issued_hours=9, document="D1", function="cancel")


def states(*events: Happening, units: tuple[int, ...] = (), kind: str = "container") -> dict[str, str]:
    """The state of each release that is not open."""
    items = checklist(events, units, kind)
    assert [item.code for item in items][: len(duties_of(kind))] == [duty.code for duty in duties_of(kind)]
    return {item.code: item.state for item in items if item.state != "open"}


def only(code: str, *events: Happening, units: tuple[int, ...] = ()) -> tuple[str, int | None, int | None]:
    (item,) = [item for item in checklist(events, units, "container") if item.code == code]
    return item.state, item.event.id if item.event else None, item.retraction.id if item.retraction else None


def test_each_kind_of_cargo_has_its_releases() -> None:
    assert [duty.code for duty in duties_of("roro")] == [
        "do_issued",
        "rra_released",
        "kra_cleared",
        "pickup_order",
        "sealed",
    ]
    assert [duty.authority for duty in duties_of("liquid_bulk")] == ["RRA", "KRA", "KPC", "RECTS"]
    assert states() == {}
    assert [(duty.code, duty.authority) for duty in duties_of("container", "export")] == [
        ("export_released", "RRA"),
        ("sealed", "RECTS"),
        ("export_border2_out", "RRA, URA"),
        ("export_border1_out", "URA, KRA"),
        ("kra_cleared", "KRA"),
        ("export_at_port", "KPA"),
    ]


def test_an_export_is_released_by_its_own_milestones_and_never_landed() -> None:
    rows = [("rra_released", None), ("sealed", None), ("border_out", MALABA), ("discharged", MOMBASA)]
    events = [happening(n, kind, hours=n, spot=spot) for n, (kind, spot) in enumerate(rows, 1)]
    events.append(happening(9, "rra_released", hours=1, issued_hours=2, function="cancel"))
    outward = [replace(event, direction="export") for event in events]
    found = {item.code: item for item in checklist(outward, (), "container", "export")}
    assert {code: (item.state, item.event and item.event.id) for code, item in found.items()} == {
        "export_released": ("withdrawn", None),
        "sealed": ("done", 2),
        "export_border2_out": ("open", None),
        "export_border1_out": ("done", 3),
        "kra_cleared": ("open", None),
        "export_at_port": ("open", None),
    }


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], ("open", None, None)),
        ([LANDED], ("open", 1, None)),
        ([LANDED, ORDERED], ("done", 2, None)),
        ([replace(ORDERED, classifier="PLN")], ("open", None, None)),
        ([LANDED, ORDERED, TAKEN_BACK], ("withdrawn", 1, 3)),
        # Stated again after it had been taken back: done, and the retraction stays on the page.
        ([ORDERED, TAKEN_BACK, happening(4, "do_issued", hours=20, issued_hours=21, document="D2")], ("done", 4, 3)),
        # A replacement says the same anew, and nothing was taken back.
        ([ORDERED, happening(5, "do_issued", hours=6, issued_hours=7, document="D1", function="replace")], ("done", 5, None)),
        # The most trusted source counts, then the earliest.
        ([ORDERED, happening(6, "do_issued", hours=50, source=2, rank=1)], ("done", 6, None)),
    ],
)  # fmt: skip
def test_how_a_delivery_order_stands(events: list[Happening], expected: tuple[str, int | None, int | None]) -> None:
    assert only("do_issued", *events) == expected


def test_a_release_is_done_when_every_unit_has_it() -> None:
    one, other = replace(ORDERED, unit=1), replace(happening(7, "do_issued", hours=8), unit=2)
    assert only("do_issued", one, units=(1, 2)) == ("partly", 2, None)
    assert only("do_issued", one, other, units=(1, 2)) == ("done", 7, None)
    assert only("do_issued", ORDERED, units=(1, 2)) == ("done", 2, None)
    (item,) = [item for item in checklist([one], (1, 2), "container") if item.code == "do_issued"]
    assert (item.done, item.units) == (1, 2)


def test_a_hold_stands_until_it_is_lifted_or_taken_back() -> None:
    held = happening(10, "held", hours=3, issued_hours=3, document="H1")
    lifted = happening(11, "hold_released", hours=6)
    back = happening(12, "held", hours=3, issued_hours=4, document="H1", function="cancel")
    assert states(held) == {"held": "held"}
    assert states(held, lifted) == {"held": "done"}
    assert only("held", held, back) == ("withdrawn", None, 12)
    assert states(replace(held, unit=1), replace(lifted, unit=2), units=(1, 2)) == {"held": "held"}


KINDS = ["do_issued", "kra_cleared", "held", "hold_released", "discharged", "sealed", "gate_out"]


@st.composite
def sayings(draw: st.DrawFn) -> list[Happening]:
    """Events of two sources and two units, some of which correct others."""
    return [
        replace(
            happening(
                number + 1,
                draw(st.sampled_from(KINDS)),
                hours=draw(st.integers(0, 20)),
                source=draw(st.integers(1, 2)),
                rank=draw(st.sampled_from([50, 100])),
                classifier=draw(st.sampled_from(["ACT", "ACT", "EST"])),
                function=draw(st.sampled_from(["original", "original", "replace", "cancel"])),
                document=draw(st.sampled_from(["", "D1", "D2"])),
                issued_hours=draw(st.none() | st.integers(0, 30)),
            ),
            unit=draw(st.sampled_from([None, 1, 2])),
        )
        for number in range(draw(st.integers(0, 9)))
    ]


@given(sayings(), st.randoms(), st.sampled_from(["container", "liquid_bulk"]))
def test_neither_order_nor_repetition_changes_the_checklist(
    events: list[Happening], chance: random.Random, kind: str
) -> None:
    shuffled = [*events, *events[: chance.randint(0, len(events))]]
    chance.shuffle(shuffled)
    assert checklist(shuffled, (1, 2), kind) == checklist(events, (1, 2), kind)


def test_the_page_says_who_resolves_what_and_who_took_what_back(
    cast: Cast, clerk: Source, consignment: Consignment, as_person: As
) -> None:
    Organization.objects.filter(name="KRA").update(phone="+254204999999")
    rows = [row("discharged", 9), row("discharged", 9, box=OTHER_BOX), row("do_issued", 5), row("held", 2)]
    take_in(clerk, csv(*rows))
    url = f"/consignments/{consignment.ref}/"
    answer = as_person(cast.importer).get(url)
    found = {line.code: line for line in answer.context["checklist"]}
    assert {code: (line.state_label, line.authority, line.resolver) for code, line in found.items()} == {
        "do_issued": ("partly done", "the shipping line", "the shipping line"),
        "rra_released": ("open", "RRA", "your clearing agent"),
        "kra_cleared": ("open", "KRA", "KRA"),
        "pickup_order": ("open", "KPA", "your clearing agent"),
        "sealed": ("open", "RECTS", "KRA"),
        "held": ("held", "", ""),
    }
    assert (found["kra_cleared"].source, found["do_issued"].done, found["do_issued"].units) == ("Clerk", 1, 2)
    assert list(contacts()) == ["KRA"]
    page = answer.content.decode()
    assert page.count('href="tel:+254204999999"') == 2
    assert "who-to-call" not in page
    assert "who-to-call" in as_person(cast.officer).get(url).content.decode()
