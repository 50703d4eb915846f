"""The pages by which goods come in and are changed: who opens them, and what strange input does to them."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from cargo.models import Consignment, Nomination
from liaison.models import JournalEntry
from tests.cargo.test_reading import BOX, OTHER_BOX
from tests.cargo.views.doors import As, statuses, words_of
from tests.conftest import Cast

NEW = "/consignments/new/"


def said(cast: Cast, **more: Any) -> dict[str, Any]:
    return {"consignee": cast.importer_firm.pk, "cargo_kind": "container", "bill_of_lading": "NEW1", **more}


def test_who_may_register(cast: Cast, as_person: As) -> None:
    assert statuses(cast, as_person, NEW) == {
        "importer": 200,
        "agent": 200,
        "stranger": 200,
        "officer": 200,
        "desk": 403,
        "official": 403,
        "reader": 403,
        "nobody": 302,
    }


def test_who_may_change_what_is_said_of_goods(cast: Cast, as_person: As, consignment: Consignment) -> None:
    url = f"/consignments/{consignment.ref}/edit/"
    assert statuses(cast, as_person, url) == {
        "importer": 200,
        "agent": 200,
        "stranger": 404,
        "officer": 200,
        "desk": 403,
        "official": 403,
        "reader": 403,
        "nobody": 302,
    }
    Nomination.objects.update(may_act=False)
    assert as_person(cast.agent).post(url, {"goods": "Tea"}).status_code == 403
    assert Consignment.objects.get().goods == "Rice"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"consignee": "x"}, "consignee"),
        ({"cargo_kind": ""}, "cargo_kind"),
        ({"cargo_kind": "parcel"}, "cargo_kind"),
        ({"direction": "up"}, "direction"),
        ({"bill_of_lading": "x" * 41}, "bill_of_lading"),
        ({"bill_of_lading": "A\x00B"}, "bill_of_lading"),
        ({"containers": "TGHU3054381"}, "containers"),
        ({"containers": "; DROP TABLE"}, "containers"),
        ({"containers": "\N{DELIVERY TRUCK}"}, "containers"),
        ({"weight_t": "-1"}, "weight_t"),
        ({"weight_t": "NaN"}, "weight_t"),
        ({"weight_t": "1e400"}, "weight_t"),
        ({"packages": "0"}, "packages"),
        ({"packages": "9" * 30}, "packages"),
        ({"hs_code": "12"}, "hs_code"),
        ({"origin_country": "Rwanda"}, "origin_country"),
        ({"trade_regime": "efta"}, "trade_regime"),
        ({"origin_certificate": "C1"}, "trade_regime"),
        ({"form_key": "not-a-uuid"}, "form_key"),
        ({"bill_of_lading": ""}, "__all__"),
    ],
)
def test_strange_input_is_named_and_registers_nothing(
    cast: Cast, as_person: As, change: dict[str, str], field: str
) -> None:
    answer = as_person(cast.importer).post(NEW, said(cast, **change))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert Consignment.objects.count() == 0


def test_an_empty_form_asks_for_all_that_it_needs(cast: Cast, as_person: As) -> None:
    for person, asked in ((cast.importer, {"cargo_kind"}), (cast.officer, {"consignee", "cargo_kind"})):
        answer = as_person(person).post(NEW, {})
        assert (answer.status_code, set(answer.context["form"].errors)) == (422, asked)
    assert Consignment.objects.count() == 0


def test_whoever_has_one_firm_need_not_say_for_whom(cast: Cast, as_person: As) -> None:
    assert as_person(cast.importer).post(NEW, said(cast, consignee="")).status_code == 302
    assert Consignment.objects.get().consignee == cast.importer_firm


@pytest.mark.parametrize("part", ["stranger", "agent"])
def test_nobody_registers_for_a_firm_of_others_nor_learns_of_it(cast: Cast, as_person: As, part: str) -> None:
    answer = as_person(cast.people()[part]).post(NEW, said(cast))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["consignee"])
    assert (cast.importer_firm.name in words_of(answer), Consignment.objects.count()) == (False, 0)


def test_a_form_sent_twice_makes_one(cast: Cast, as_person: As) -> None:
    client = as_person(cast.importer)
    form = client.get(NEW).context["form"]
    whole = said(cast, form_key=str(form["form_key"].value()), containers=f"{BOX}\n{OTHER_BOX}, {BOX}", goods="Tea")
    answers = [client.post(NEW, whole) for _time in range(2)]
    made = Consignment.objects.get()
    assert [answer["Location"] for answer in answers] == [f"/consignments/{made.ref}/"] * 2
    assert [unit.container for unit in made.units.order_by("pk")] == [BOX, OTHER_BOX]
    assert (made.registered_by, made.goods, made.direction) == (cast.importer, "Tea", "import")


@pytest.mark.parametrize(
    "words", ["UMUC1", '"><script>x</script>', "'; DROP TABLE x; --", "x" * 500, "%", "\N{DELIVERY TRUCK}"]
)
def test_what_a_link_fills_in_is_shown_as_text_and_cut(cast: Cast, as_person: As, words: str) -> None:
    query = urlencode({"bill_of_lading": words, "unknown": words})
    answer = as_person(cast.importer).get(f"{NEW}?{query}")
    assert (answer.status_code, answer.context["form"]["bill_of_lading"].value()) == (200, words[:40])
    assert "<script>x" not in words_of(answer)


def test_a_change_is_said_and_so_is_that_there_is_none(cast: Cast, as_person: As, consignment: Consignment) -> None:
    client, url = as_person(cast.agent), f"/consignments/{consignment.ref}/edit/"
    whole = {"goods": "<b>Tea</b>", "weight_t": "21.5", "origin_country": "KE"}
    for words in ("Saved.", "Nothing has changed."):
        answer = client.post(url, whole, follow=True)
        assert (answer.redirect_chain[0][0], words in words_of(answer)) == (f"/consignments/{consignment.ref}/", True)
        assert "<b>Tea" not in words_of(answer)
    consignment.refresh_from_db()
    assert (consignment.goods, str(consignment.weight_t), consignment.origin_country) == ("<b>Tea</b>", "21.500", "KE")
    assert consignment.bill_of_lading == "UMUC2611001"


def shown(client: Client, url: str) -> dict[str, str]:
    """All that the form on a page would send: what is in its fields, and beside it what was in them at first."""
    answer = client.get(url)
    said = {field.name: str("" if field.value() is None else field.value()) for field in answer.context["form"]}
    first = re.findall(r'<input type="hidden" name="(initial-[a-z_]+)"(?: value="([^"]*)")?', words_of(answer))
    return said | dict(first)


def test_of_two_who_change_at_once_neither_wipes_what_the_other_wrote(
    cast: Cast, as_person: As, consignment: Consignment
) -> None:
    Consignment.objects.update(weight_t="21.5", trade_regime="eac", origin_country="KE")
    importer, agent, url = as_person(cast.importer), as_person(cast.agent), f"/consignments/{consignment.ref}/edit/"
    hers, his = shown(importer, url), shown(agent, url)
    assert agent.post(url, his | {"kra_entry": "K1", "goods": "Rice, white", "trade_regime": ""}).status_code == 302
    refused = importer.post(url, hers | {"own_reference": "PO7", "origin_certificate": "C1"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["trade_regime"])
    assert '<input type="hidden" name="initial-goods" value="Rice"' in words_of(refused)
    assert importer.post(url, hers | {"own_reference": "PO7", "origin_country": ""}).status_code == 302
    kept = Consignment.objects.get()
    assert (kept.own_reference, kept.kra_entry, kept.goods, kept.trade_regime, kept.origin_country) == (
        "PO7",
        "K1",
        "Rice, white",
        "",
        "",
    )
    entries = JournalEntry.objects.filter(kind="cargo.consignment_amended").order_by("pk")
    assert [entry.data["changed"] for entry in entries] == [
        ["goods", "kra_entry", "trade_regime"],
        ["origin_country", "own_reference"],
    ]


def test_a_form_cannot_change_what_it_does_not_show(cast: Cast, as_person: As, consignment: Consignment) -> None:
    more = {"bill_of_lading": "OTHER", "consignee": cast.stranger_firm.pk, "ref": "RW99-1", "cargo_kind": "roro"}
    client = as_person(cast.importer)
    assert client.post(f"/consignments/{consignment.ref}/edit/", {"goods": "Tea", **more}).status_code == 302
    kept = Consignment.objects.get()
    assert (kept.bill_of_lading, kept.consignee, kept.ref, kept.cargo_kind, kept.goods) == (
        "UMUC2611001",
        cast.importer_firm,
        consignment.ref,
        "container",
        "Tea",
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"weight_t": "0"}, "weight_t"),
        ({"hs_code": "abcd"}, "hs_code"),
        ({"packages": "many"}, "packages"),
        ({"goods": "x" * 201}, "goods"),
        ({"vessel": "\x00"}, "vessel"),
        ({"origin_certificate": "C", "trade_regime": "none"}, "trade_regime"),
    ],
)
def test_a_slip_in_a_change_changes_nothing(
    cast: Cast, as_person: As, consignment: Consignment, change: dict[str, str], field: str
) -> None:
    answer = as_person(cast.importer).post(f"/consignments/{consignment.ref}/edit/", {"goods": "Tea", **change})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert Consignment.objects.get().goods == "Rice"
