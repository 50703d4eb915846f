"""What a telephone learns of goods: all of one's own, the public link's words of others', and nothing by guessing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from cargo.models import Consignment, Forecast
from cargo.registration import Particulars, register
from cargo.sharing import MOST_GUESSES, redacted
from corridor.models import Node, Standing, Wait
from feeds.models import Source
from notify.correspondents import doubt
from notify.gsm import SINGLE
from tests.cargo.test_reading import BOX, csv, row, take_in
from tests.conftest import Cast
from tests.tickets.talk.conftest import HERS, STRANGE, proven, said
from tickets.talk.tracking import borders, find, fitted, told


@pytest.fixture
def moving(cast: Cast, consignment: Consignment, clerk: Source) -> Consignment:
    """The importer's consignment, out of the gate for five hours."""
    take_in(clerk, csv(row("discharged", 40), row("gate_out", 5), row("gate_out", 5, box="CSQU3054383")))
    return Consignment.objects.select_related("status__event__source").get()


def test_a_stranger_reads_what_the_public_link_shows_and_nothing_else(moving: Consignment) -> None:
    public = redacted(moving, at=timezone.now()).text
    compact, blanks = said(f"TRACK {BOX}"), said("track tghu 305438-0")
    by_bill, by_ref = said("TRACK umuc2611001"), said(f"TRACK {moving.ref.replace('-', '')}")
    assert [compact, blanks, by_bill, by_ref, said(BOX, channel="whatsapp")] == [public.replace("–", "-")] * 5
    assert moving.ref not in public
    assert ("Rice" in public, BOX in public, "Umucyo" in public) == (False, False, False)


def test_her_own_telephone_is_told_more_until_it_is_doubted_or_old(cast: Cast, moving: Consignment) -> None:
    proven(cast.importer)
    hers = said(f"TRACK {BOX[:8]}", HERS)
    assert hers.startswith(f"{moving.ref}: On the road since 5 hours, last heard at ")
    assert len(hers) <= SINGLE
    assert doubt(number=HERS, reason="userinactive", at=timezone.now())
    assert said(f"TRACK {BOX}", HERS).startswith("TGHU****380")
    assert "We know nothing" in said(f"TRACK {BOX[:8]}", HERS)
    proven(cast.agent, STRANGE, days_ago=181)
    assert said(f"TRACK {BOX}").startswith("TGHU****380")


def test_another_firm_s_telephone_is_a_stranger_s(cast: Cast, moving: Consignment) -> None:
    proven(cast.stranger)
    assert said(f"TRACK {BOX}", HERS).startswith("TGHU****380")
    assert "We know nothing of TGHU3054" in said("TRACK TGHU3054", HERS)


def test_a_slip_is_put_right_and_a_guess_is_stopped(moving: Consignment) -> None:
    assert said("TRACK TGHU3054381") == (
        "We know nothing of TGHU3054381. Do you mean TGHU3054380? Write TRACK and the right number."
    )
    assert said("TRACK").startswith("Write TRACK and a number")
    for _time in range(MOST_GUESSES):
        assert find("NOTHING123", person=None, address="+250700000001").why == "not_found"
    assert find(BOX, person=None, address="+250700000001").why == "enough"
    assert find(BOX, person=None, address=STRANGE).consignment == moving
    assert find("UMUC2", person=None, address=STRANGE).why == "not_found"


def test_of_several_that_are_alike_nobody_is_told_one(cast: Cast, moving: Consignment) -> None:
    twin = Particulars(consignee=cast.stranger_firm, bill_of_lading="UMUC2611001", goods="Sugar")
    register(particulars=twin, by=cast.stranger, at=timezone.now())
    assert find("UMUC2611001", person=None, address=STRANGE).why == "several"
    assert find("UMUC2611001", person=cast.importer, address=STRANGE).consignment == moving
    other = Particulars(consignee=cast.importer_firm, bill_of_lading="UMUC2611002", goods="Sugar")
    register(particulars=other, by=cast.importer, at=timezone.now())
    assert find("UMUC261100", person=cast.importer, address=STRANGE).why == "several"


@pytest.mark.parametrize("language", ["en", "fr", "rw", "sw"])
def test_where_goods_are_fits_into_one_sms(cast: Cast, moving: Consignment, language: str) -> None:
    at = timezone.now()
    window = {f"p{share}": at + timedelta(days=share / 10) for share in (10, 50, 90)}
    Forecast.objects.create(
        consignment=moving, made_at=at, days_out="1-3", trips=40, reason="few", fingerprint="f", **window
    )
    arrival = {"en": "reaches Kigali", "fr": "atteint Kigali", "rw": "igera i Kigali", "sw": "Kigali"}[language]
    with translation.override(language):
        for person in (cast.importer, None):
            said_to = told(find(BOX, person=person, address=STRANGE), person=person, at=at)
            assert (20 < len(said_to) <= SINGLE, arrival in said_to) == (True, True), said_to


def test_what_is_too_long_loses_its_middle_first() -> None:
    assert [fitted("a1; bb; c", room) for room in (9, 8, 6, 3, 1)] == ["a1; bb; c", "a1; c", "a1; c", "a1", "a"]


def test_borders_are_told_with_what_is_known(network: None) -> None:
    assert borders(at=timezone.now()) == []
    nodes = {node.slug: node for node in Node.objects.all()}
    at = timezone.now() - timedelta(minutes=5)
    Wait.objects.create(
        kind="border", node=nodes["xx-border-malaba"], now_s=5 * 3600, now_n=4, severity_since=at, measured_at=at
    )
    seldom = {"usual_s": 9 * 3600, "usual_p90_s": 20 * 3600, "usual_n": 40, "measured_at": at, "severity_since": at}
    Wait.objects.create(kind="border", node=nodes["xx-border-busia"], **seldom)
    Wait.objects.create(kind="border", node=nodes["xx-border-gatuna"], severity_since=at, measured_at=at)
    Standing.objects.create(
        subject="xx-border-busia",
        kind="border",
        node=nodes["xx-border-busia"],
        severity="shut",
        since=at,
        changed_at=at,
    )
    assert borders(at=timezone.now()) == ["Malaba: 5 h, Unknown", "Busia: usually 9 h, Shut", "Gatuna: ?, Unknown"]
