"""What is affected by trouble at a place: what is there or still has to pass, and the people of its parties."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cargo.affected import AUDIENCE, affected_consignments, lying_ahead, people
from cargo.models import Consignment, Nomination, Status
from cargo.registration import Particulars, register
from corridor.models import Node
from feeds.models import Source
from liaison.models import Person
from tests.cargo.test_reading import BOX, NOW, OTHER_BOX, csv, row, take_in
from tests.conftest import AT, Cast, source_of
from tests.corridor.test_settling import said

MALABA, BUSIA, GATUNA = "xx-border-malaba", "xx-border-busia", "xx-border-gatuna"
PORT, CT1, KOT = "ke-port-mombasa", "ke-term-ct1", "ke-jetty-kot1"
# The way of a truck by Malaba and Gatuna: what is reported and where.
WAY = [
    ("discharged", PORT),
    ("gate_out", PORT),
    ("weighed", "ke-wb-gilgil"),
    ("border_in", MALABA),
    ("border_out", MALABA),
    ("weighed", "ug-wb-lukaya"),
    ("border_in", GATUNA),
    ("border_out", GATUNA),
    ("arrived_kigali", "rw-wh-magerwa"),
    ("released_kigali", "rw-wh-magerwa"),
]


def affected(*nodes: str, systems: tuple[str, ...] = ()) -> bool:
    return affected_consignments(nodes, systems).exists()


def drive(source: Source, steps: int, *boxes: str) -> None:
    """Both boxes, or those named, have come so far."""
    rows = [
        row(kind, 100 - number, box=box, node=node)
        for number, (kind, node) in enumerate(WAY[:steps])
        for box in boxes or (BOX, OTHER_BOX)
    ]
    take_in(source, csv(*rows))


# After how many steps of its way nothing at a place concerns the consignment any more.
PASSED_AFTER = {
    PORT: 2,
    CT1: 2,
    "ke-wb-mariakani": 3,
    "ke-wb-gilgil": 4,
    "ke-wb-webuye": 4,
    "ke-icd-naivasha": 4,
    MALABA: 5,
    "ug-city-kampala": 7,
    "ug-wb-busitema": 6,
    "ug-wb-lukaya": 7,
    GATUNA: 8,
    "rw-wh-magerwa": 99,
}


def test_a_consignment_is_affected_until_it_has_passed(clerk: Source, consignment: Consignment) -> None:
    found = {node: [affected(node)] for node in PASSED_AFTER}
    for steps in range(1, len(WAY) + 1):
        drive(clerk, steps)
        for node, each in found.items():
            each.append(affected(node))
    assert found == {node: [steps < passed for steps in range(len(WAY) + 1)] for node, passed in PASSED_AFTER.items()}


def test_it_counts_as_long_as_one_of_its_boxes_has_still_to_pass(clerk: Source, consignment: Consignment) -> None:
    drive(clerk, 5, BOX)
    assert affected(MALABA)
    drive(clerk, 5, OTHER_BOX)
    drive(clerk, 6, BOX)
    assert not affected(MALABA)


def test_who_has_come_to_the_other_border_is_not_affected_by_this_one(clerk: Source, consignment: Consignment) -> None:
    assert affected(BUSIA)
    drive(clerk, 4)
    assert (affected(BUSIA), affected(MALABA)) == (False, True)


def test_the_central_corridor_affects_only_what_is_there(clerk: Source, consignment: Consignment) -> None:
    assert not affected("xx-border-rusumo", "tz-port-dar")
    take_in(clerk, csv(row("border_in", 1, node="xx-border-rusumo")))
    assert affected("xx-border-rusumo")


def test_fuel_and_boxes_go_different_ways(cast: Cast, consignment: Consignment) -> None:
    fuel = register(
        particulars=Particulars(consignee=cast.importer_firm, bill_of_lading="F1", cargo_kind="liquid_bulk"),
        by=None,
        at=NOW,
    )
    assert list(affected_consignments([KOT], ())) == [fuel]
    assert list(affected_consignments(["ke-depot-eldoret"], ())) == [fuel]
    assert list(affected_consignments([CT1], ())) == [consignment]
    assert set(affected_consignments([PORT, MALABA], ())) == {fuel, consignment}


@pytest.mark.parametrize(
    ("system", "steps", "is_affected"),
    [
        ("KWATOS", 1, True),
        ("KWATOS", 2, False),
        ("eCitizen", 2, False),
        ("iCMS", 4, True),
        ("iCMS", 5, False),
        ("RECTS", 7, True),
        ("RECTS", 8, False),
        ("ReSW", 9, True),
        ("ReSW", 10, False),
        ("unheard-of", 0, False),
    ],
)
def test_a_system_affects_what_still_needs_it(
    clerk: Source, consignment: Consignment, system: str, steps: int, is_affected: bool
) -> None:
    drive(clerk, steps)
    assert affected(systems=(system,)) is is_affected


def test_no_place_and_no_system_is_the_whole_corridor_and_what_is_done_is_never_affected(
    clerk: Source, consignment: Consignment
) -> None:
    assert list(affected_consignments([], [])) == [consignment]
    Status.objects.update(state="delivered")
    everywhere = list(Node.objects.values_list("slug", flat=True))
    assert not affected()
    assert not affected(*everywhere, systems=("iCMS", "ReSW"))


def test_a_place_that_nobody_knows_affects_nobody(consignment: Consignment) -> None:
    assert not affected("atlantis")


def test_the_people_are_those_of_the_parties_who_are_nominated_now(cast: Cast, consignment: Consignment) -> None:
    assert AUDIENCE.people is people
    assert people([MALABA], [], NOW) == {cast.importer.pk, cast.agent.pk}
    Nomination.objects.update(ended_at=AT)
    assert people([MALABA], [], NOW) == {cast.importer.pk}
    assert people(["xx-border-rusumo"], [], NOW) == set()


def test_it_is_one_query_and_one_for_the_places(
    consignment: Consignment, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        list(affected_consignments([MALABA, PORT, GATUNA, "ug-wb-lukaya"], ["iCMS"]))
    with django_assert_num_queries(1):
        list(affected_consignments([], ["iCMS"]))


def shut(node: str = MALABA, severity: str = "shut", **more: Any) -> None:
    source = Source.objects.filter(slug="ura").first() or source_of("ura", "status")
    take_in(source, said(severity, f"{node}{more}", node=node, **more))


def ahead(consignment: Consignment) -> list[str]:
    return [state.subject for state in lying_ahead(consignment.pk)]


def test_what_lies_ahead_is_what_is_slow_or_worse_and_still_to_be_passed(
    consignment: Consignment, clerk: Source, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    shut()
    shut(GATUNA, "slow")
    shut("xx-border-kagitumba", "normal")
    shut("", kind="system", system="RECTS")
    shut("", kind="system", system="Unheard of")
    drive(clerk, 3)
    with django_assert_num_queries(2):
        assert ahead(consignment) == [f"border:{GATUNA}", f"border:{MALABA}", "system:RECTS"]
    drive(clerk, 5)
    assert ahead(consignment) == [f"border:{GATUNA}", "system:RECTS"]
    drive(clerk, 10)
    assert ahead(consignment) == []


def test_it_stands_on_the_consignment_s_page_and_leads_to_the_place(cast: Cast, consignment: Consignment) -> None:
    shut()
    client = Client()
    client.force_login(cast.importer)
    text = client.get(f"/consignments/{consignment.ref}/").content.decode()
    assert "On its way" in text
    assert f"/corridor/nodes/{MALABA}/" in text
    assert "/judge/" not in text


def test_the_list_is_narrowed_to_what_a_standing_concerns_and_never_widened(
    cast: Cast, consignment: Consignment, clerk: Source
) -> None:
    register(particulars=Particulars(consignee=cast.stranger_firm, bill_of_lading="X1"), by=None, at=AT)
    drive(clerk, 5)

    def found(person: Person, subject: str) -> list[str]:
        client = Client()
        client.force_login(person)
        page = client.get("/consignments/", {"affected": subject}).context["page"]
        return sorted(row.bill_of_lading for row in page.rows)

    assert found(cast.officer, f"border:{MALABA}") == ["X1"]
    assert found(cast.officer, f"border:{GATUNA}") == ["UMUC2611001", "X1"]
    assert found(cast.officer, "system:RECTS") == ["UMUC2611001", "X1"]
    assert found(cast.importer, f"border:{GATUNA}") == ["UMUC2611001"]
    assert found(cast.importer, f"border:{MALABA}") == []
    assert found(cast.officer, "nonsense") == []
