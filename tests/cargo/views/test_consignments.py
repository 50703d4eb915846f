"""The list of consignments: who opens it, what strange addresses ask of it, and what never shows on it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from cargo.models import Consignment, Nomination
from cargo.registration import Particulars, register
from feeds.models import Source
from tests.cargo.test_reading import csv, row, take_in
from tests.cargo.views.doors import As, statuses, words_of
from tests.conftest import Cast

URL = "/consignments/"


@pytest.fixture
def theirs(cast: Cast) -> Consignment:
    """A stranger's consignment whose numbers begin as the importer's do."""
    said = Particulars(consignee=cast.stranger_firm, bill_of_lading="UMUC2611009", goods="Secret", own_reference="PO9")
    return register(particulars=said, by=None, at=timezone.now())


def listed(client: Client, **query: Any) -> list[str]:
    answer = client.get(f"{URL}?{urlencode(query)}")
    assert answer.status_code == 200
    return [each.bill_of_lading for each in answer.context["rows"]]


def test_who_opens_it(cast: Cast, as_person: As) -> None:
    found = statuses(cast, as_person, URL)
    assert {part: status for part, status in found.items() if status != 200} == {
        "desk": 403,
        "official": 403,
        "nobody": 302,
    }


def test_each_finds_what_is_hers(cast: Cast, as_person: As, consignment: Consignment, theirs: Consignment) -> None:
    mine, other = "UMUC2611001", "UMUC2611009"
    found = {
        part: sorted(listed(as_person(cast.people()[part]), q="umuc 26")) for part in ("importer", "agent", "stranger", "officer")
    }  # fmt: skip
    assert found == {"importer": [mine], "agent": [mine], "stranger": [other], "officer": [mine, other]}
    for words in (other, theirs.ref, "PO9", "po 9"):
        assert listed(as_person(cast.importer), q=words) == []
    Nomination.objects.update(ended_at=timezone.now())
    assert listed(as_person(cast.agent)) == []


def test_a_filter_never_widens_what_one_sees(
    cast: Cast, as_person: As, consignment: Consignment, theirs: Consignment
) -> None:
    of_stranger = {"organization": cast.stranger_firm.pk}
    assert listed(as_person(cast.officer), **of_stranger) == ["UMUC2611009"]
    # Whose goods these are is for the office alone to ask: to others the question changes nothing.
    assert listed(as_person(cast.importer), **of_stranger) == ["UMUC2611001"]
    assert listed(as_person(cast.agent), organization=cast.agent_firm.pk) == ["UMUC2611001"]
    assert listed(as_person(cast.officer), organization=cast.agent_firm.pk) == ["UMUC2611001"]


@pytest.mark.parametrize(
    "query",
    [
        {"q": "%"},
        {"q": "\x00"},
        {"q": "x" * 5000},
        {"q": "'; DROP TABLE cargo_consignment; --"},
        {"q": '"><script>alert(1)</script>'},
        {"q": "\N{DELIVERY TRUCK}"},
        {"state": "nonsense"},
        {"state": "\x00"},
        {"kind": "soup"},
        {"organization": "x"},
        {"organization": "-1"},
        {"organization": "9" * 40},
        {"affected": "nonsense"},
        {"affected": "border:xx"},
        {"affected": "\x00"},
        {"affected": "x" * 500},
        {"cursor": "\x00"},
        {"cursor": "nonsense"},
        {"cursor": "2026-13-45T99:99,1"},
        {"page": "-1", "unknown": "1"},
    ],
)
@pytest.mark.parametrize("part", ["importer", "officer"])
def test_a_strange_address_is_answered(
    cast: Cast, as_person: As, consignment: Consignment, part: str, query: dict[str, str]
) -> None:
    client = as_person(cast.people()[part])
    whole = client.get(f"{URL}?{urlencode(query)}")
    part_only = client.get(f"{URL}?{urlencode(query)}", headers={"hx-request": "true"})
    assert (whole.status_code, part_only.status_code) == (200, 200)
    assert "<script>alert" not in words_of(whole)


@pytest.mark.parametrize("raw", ["q=%ff%fe", "q=%ED%A0%80", "q=a&q=b", "&&&==", "q[]=1", "q=%C3%28"])
def test_bytes_that_are_no_text_are_answered(cast: Cast, as_person: As, consignment: Consignment, raw: str) -> None:
    assert as_person(cast.importer).get(f"{URL}?{raw}").status_code == 200


def test_a_source_that_is_silent_is_said(cast: Cast, as_person: As, clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("gate_out", 1)))
    answer = as_person(cast.officer).get(URL)
    assert list(answer.context["silent"]) == list(Source.objects.visible_to(cast.officer).silent())


def test_only_who_may_register_is_offered_to(cast: Cast, as_person: As) -> None:
    found = {}
    for part in ("importer", "agent", "officer"):
        found[part] = as_person(cast.people()[part]).get(URL).context["can_register"]
    assert found == {"importer": True, "agent": True, "officer": True}


def test_nothing_of_the_goods_of_others_stands_in_the_page(
    cast: Cast, as_person: As, consignment: Consignment, theirs: Consignment
) -> None:
    text = words_of(as_person(cast.importer).get(URL))
    hidden = [theirs.ref, theirs.bill_of_lading, cast.stranger_firm.name, "Secret", "PO9"]
    assert [words for words in hidden if words in text] == []
    assert consignment.ref in text
