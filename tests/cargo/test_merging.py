"""Two registrations of the same goods become one, with all that was said and done of either."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from cargo.merging import check_merge, merge, twins
from cargo.models import Consignment, EventMatch, Forecast, Lot, Nomination, Note, Paper, ShareLink, Status
from cargo.nominations import Terms, accept, nominate
from cargo.papers import Audience, add_paper, hand_out, taken_of, write_note
from cargo.registration import Particulars, rebuild, register
from cargo.sharing import share
from feeds.models import Source
from liaison.models import JournalEntry, Person
from notify.preferences import stance_on, take_stance
from tests.cargo.test_reading import BOX, NOW, csv, row, take_in
from tests.conftest import AT, Cast, program_of
from tests.liaison.papers import PDF

As = Callable[[Person | None], Client]
THIRD = "MSKU0000017"


def second(cast: Cast, **said: Any) -> Consignment:
    """Another registration of the importer's."""
    return register(particulars=Particulars(consignee=cast.importer_firm, **said), by=cast.importer, at=timezone.now())


def of(consignment: Consignment) -> set[tuple[str, str]]:
    rows = EventMatch.objects.filter(consignment=consignment)
    return {(kind, box) for kind, box in rows.values_list("event__kind", "unit__container")}


def milestones() -> list[tuple[int, str, str]]:
    rows = Consignment.objects.order_by("pk", "milestones__unit__container", "milestones__code")
    return list(rows.values_list("pk", "milestones__unit__container", "milestones__code"))


def test_both_histories_are_kept_and_stay_so_when_all_is_rebuilt(
    cast: Cast, clerk: Source, consignment: Consignment
) -> None:
    other = second(
        cast, bill_of_lading="MEDU777", containers=[BOX, THIRD], goods="Rice, 5%", kra_entry="2026000000000001"
    )
    take_in(clerk, csv(row("discharged", 90), row("gate_out", 30), row("gate_out", 20, box=THIRD)))
    merge(kept=consignment, other=other, by=cast.importer, at=NOW)
    take_in(clerk, b"reference,container,bill_of_lading,kind,classifier,node,occurred_at,remark\n"
                   b",,MEDU777,do_issued,ACT,ke-port-mombasa,2026-11-01T10:00:00Z,\n")  # fmt: skip
    kept = Consignment.objects.get(pk=consignment.pk)
    assert (kept.bill_of_lading, kept.goods, kept.kra_entry) == ("UMUC2611001", "Rice", "2026000000000001")
    assert of(kept) == {("discharged", BOX), ("gate_out", BOX), ("gate_out", THIRD), ("do_issued", None)}
    assert (of(other), other.units.count()) == (set(), 0)
    assert Status.objects.get(consignment=other).state == "closed"
    before = milestones()
    rebuild()
    assert milestones() == before
    entries = JournalEntry.objects.filter(kind="cargo.consignment_merged").order_by("pk")
    assert [(entry.key, entry.data) for entry in entries] == [
        (kept.ref, {"merged": other.ref}),
        (other.ref, {"into": kept.ref}),
    ]


@pytest.mark.parametrize("is_first_kept", [True, False])
def test_a_trip_that_was_parted_because_it_was_registered_twice_is_one_again(
    cast: Cast, clerk: Source, is_first_kept: bool
) -> None:
    first = second(cast, containers=[BOX])
    take_in(clerk, csv(row("discharged", 1000), row("gate_out", 900), row("delivered", 800, node="rw-city-kigali")))
    again = second(cast, containers=[BOX, THIRD])
    take_in(clerk, csv(row("empty_returned", 20)))
    kept, other = (first, again) if is_first_kept else (again, first)
    merge(kept=kept, other=other, by=cast.importer, at=NOW)
    kinds = ("discharged", "gate_out", "delivered", "empty_returned")
    assert (of(kept), of(other)) == ({(kind, BOX) for kind in kinds}, set())
    reached = kept.milestones.filter(unit__container=BOX, actual_at__isnull=False).order_by("actual_at")
    assert list(reached.values_list("code", flat=True)) == list(kinds)
    assert [Status.objects.get(consignment=each).state for each in (kept, other)] == ["closed", "closed"]
    for held in (kept, other):
        told = program_of(cast.importer).get(f"/api/v1/consignments/{held.ref}/events/").json()["results"]
        assert {event["kind"] for event in told} == (set(kinds) if held == kept else set())
    before = milestones()
    rebuild()
    assert milestones() == before


@pytest.mark.parametrize("is_first_kept", [True, False])
def test_of_trips_of_which_one_was_told_to_end_sooner_all_is_kept(
    cast: Cast, clerk: Source, is_first_kept: bool
) -> None:
    """Both have the box from the beginning; when it was used again one had ended already."""
    early, late = (second(cast, bill_of_lading=bill, containers=[BOX]) for bill in ("M1", "H1"))
    own = row("delivered", 900, node="rw-city-kigali").replace(",,", ",M1,", 1)
    take_in(clerk, csv(row("gate_out", 1000), own))
    register(particulars=Particulars(consignee=cast.stranger_firm, containers=[BOX]), by=None, at=NOW)
    take_in(clerk, csv(row("empty_returned", 800).replace(",,", ",H1,", 1)))
    assert (of(early), of(late)) == (
        {("gate_out", BOX), ("delivered", BOX)},
        {("gate_out", BOX), ("empty_returned", BOX)},
    )
    kept, other = (early, late) if is_first_kept else (late, early)
    merge(kept=kept, other=other, by=cast.importer, at=NOW)
    assert of(kept) == {("gate_out", BOX), ("delivered", BOX), ("empty_returned", BOX)}
    before = milestones()
    rebuild()
    assert milestones() == before


@pytest.mark.parametrize("is_first_kept", [True, False])
def test_a_trip_of_others_in_between_is_taken_into_none(
    cast: Cast, clerk: Source, consignment: Consignment, as_person: As, is_first_kept: bool
) -> None:
    """Her box went home, came again with goods of others, and is hers once more."""
    take_in(clerk, csv(row("gate_out", 900), row("delivered", 800, node="rw-city-kigali")))
    foreign = register(particulars=Particulars(consignee=cast.stranger_firm, containers=[BOX]), by=None, at=NOW)
    take_in(clerk, csv(row("gate_out", 500), row("delivered", 400, node="rw-city-kigali")))
    last = second(cast, containers=[BOX])
    take_in(clerk, csv(row("gate_out", 20)))
    kept, other = (consignment, last) if is_first_kept else (last, consignment)
    before = milestones()
    refused = as_person(cast.importer).post(f"/consignments/{kept.ref}/merge/", {"other": other.ref})
    assert refused.context["form"].errors == {
        "other": [f"Container {BOX} was on another trip in between, so they are not the same goods."]
    }
    assert (milestones(), of(foreign)) == (before, {("gate_out", BOX), ("delivered", BOX)})
    assert Consignment.objects.filter(merged_into__isnull=False).count() == 0


def test_what_people_put_beside_the_other_moves_and_what_is_double_is_kept_once(
    cast: Cast, consignment: Consignment
) -> None:
    other, firm = second(cast, bill_of_lading="MEDU777"), cast.importer_firm
    for held, papers in ((consignment, ["same", "mine"]), (other, ["same", "theirs"])):
        for name in papers:
            add_paper(
                consignment=held, organization=firm.pk, kind="invoice", file_name=name, content=PDF + name.encode(),
                audience=Audience(), by=cast.importer, at=AT,
            )  # fmt: skip
    for paper in Paper.objects.filter(consignment=other).order_by("version"):
        hand_out(paper=paper, by=cast.officer, at=AT)
    write_note(consignment=other, organization=firm.pk, text="Of the other", is_shared=False, by=cast.importer, at=AT)
    link = share(consignment=other, purpose="driver", days=3, by=cast.importer, at=NOW)
    terms = Terms(may_act=True)
    again = nominate(principal=firm, nominee=cast.agent_firm, terms=terms, consignment=other, by=None, at=NOW)
    accept(nomination=again, by=None, at=NOW)
    for person, held, stance in (
        (cast.officer, other, "watch"), (cast.importer, other, "mute"), (cast.importer, consignment, "watch"),
    ):  # fmt: skip
        take_stance(person=person, subject="consignment", key=held.ref, stance=stance, by=person, at=AT)
    Forecast.objects.create(
        consignment=other, made_at=NOW, days_out="1-3", trips=9, fingerprint="x", reason="trips", p10=NOW, p50=NOW,
        p90=NOW,
    )  # fmt: skip
    merge(kept=consignment, other=other, by=cast.importer, at=NOW)
    assert Forecast.objects.current().count() == 0
    # Who followed the other follows this one; what she takes towards this one stands.
    assert [stance_on(person, "consignment", consignment.ref) for person in (cast.officer, cast.importer)] == [
        "watch"
    ] * 2
    assert stance_on(cast.officer, "consignment", other.ref) == ""
    assert list(Paper.objects.order_by("version").values_list("file_name", "version", "consignment")) == [
        ("same.pdf", 1, consignment.pk),
        ("mine.pdf", 2, consignment.pk),
        ("theirs.pdf", 4, consignment.pk),
    ]
    # Who took a paper of the other is still told, by the number that its version has now; and nobody else is.
    assert [(taken.version, taken.name) for taken in taken_of(consignment, firm.pk)] == [
        (4, cast.officer.name), (1, cast.officer.name),
    ]  # fmt: skip
    assert taken_of(consignment, cast.agent_firm.pk) == taken_of(other, firm.pk)[2:] == []
    assert Note.objects.get().consignment == ShareLink.objects.get(pk=link.pk).consignment == consignment
    assert list(Nomination.objects.order_by("pk").values_list("consignment", "ended_at")) == [
        (consignment.pk, None),
        (consignment.pk, NOW),
    ]


@pytest.mark.parametrize(
    ("kept_days", "is_kept_accepted", "other_days", "open_after"),
    [
        ((-40, -20), True, (0, None), ["other"]),
        ((0, None), True, (-40, -20), ["kept"]),
        ((-40, -20), True, (-40, -20), []),
        ((0, None), False, (0, None), ["other"]),
        ((5, None), True, (0, None), ["other"]),
        ((5, None), True, (6, None), ["kept"]),
    ],
)
def test_of_two_nominations_of_one_firm_that_in_force_stays(
    cast: Cast,
    consignment: Consignment,
    kept_days: tuple[int, int | None],
    is_kept_accepted: bool,
    other_days: tuple[int, int | None],
    open_after: list[str],
) -> None:
    consignment.nominations.all().delete()
    other, at, today = second(cast, containers=[BOX]), timezone.now(), timezone.localdate()
    given = {}
    for name, held, (starts, ends) in (("kept", consignment, kept_days), ("other", other, other_days)):
        given[name] = Nomination.objects.create(
            principal=cast.importer_firm, nominee=cast.agent_firm, task="agent", consignment=held, may_act=True,
            starts_on=today + timedelta(days=starts),
            ends_on=None if ends is None else today + timedelta(days=ends), nominated_at=at,
            accepted_at=at if name == "other" or is_kept_accepted else None,
        ).pk  # fmt: skip
    merge(kept=consignment, other=other, by=cast.importer, at=at)
    still = Nomination.objects.filter(consignment=consignment, ended_at__isnull=True)
    assert (list(still.values_list("pk", flat=True)), Nomination.objects.filter(consignment=consignment).count()) == (
        [given[name] for name in open_after],
        2,
    )


def test_what_cannot_be_the_same_goods_is_refused(cast: Cast, consignment: Consignment) -> None:
    firm = cast.stranger_firm
    foreign = register(particulars=Particulars(consignee=firm, bill_of_lading="X1"), by=None, at=NOW)
    bulk = second(cast, bill_of_lading="X2", cargo_kind="dry_bulk")
    oil, more_oil = (second(cast, bill_of_lading=bill, cargo_kind="liquid_bulk") for bill in ("X3", "X4"))
    for held in (oil, more_oil):
        Lot.objects.create(consignment=held, number="P1", product="ago")
    codes = []
    for kept, other in (
        (consignment, consignment), (consignment, foreign), (consignment, bulk), (oil, more_oil),
    ):  # fmt: skip
        with pytest.raises(ValidationError) as refused:
            merge(kept=kept, other=other, by=cast.officer, at=NOW)
        codes.append(refused.value.code)
    assert codes == ["same", "differ", "differ", "lots"]
    assert Consignment.objects.filter(merged_into__isnull=False).count() == 0


def test_the_page_offers_twins_merges_and_the_old_number_leads_on(
    cast: Cast, consignment: Consignment, as_person: As
) -> None:
    other = second(cast, containers=[BOX], own_reference="PO9")
    third = second(cast, bill_of_lading="MEDU778")
    firm = cast.stranger_firm
    foreign = register(particulars=Particulars(consignee=firm, bill_of_lading="UMUC2611001"), by=None, at=NOW)
    out = second(cast, containers=[BOX], direction="export")
    assert set(twins(consignment)) == {other}
    importer, where = as_person(cast.importer), f"/consignments/{consignment.ref}/merge/"
    assert [twin.ref for twin in importer.get(where).context["twins"]] == [other.ref]
    assert as_person(cast.stranger).get(where).status_code == 404
    wrong = importer.post(where, {"other": foreign.ref})
    assert wrong.context["form"].errors == {"other": [f"You have no consignment {foreign.ref}."]}
    assert importer.post(where, {"other": other.ref.lower()})["Location"] == f"/consignments/{consignment.ref}/"
    assert importer.get(f"/consignments/{other.ref}/")["Location"] == f"/consignments/{consignment.ref}/"
    again = importer.post(where, {"other": other.ref})
    assert again.status_code == 422
    rows = importer.get("/consignments/").context["rows"]
    assert {row.ref for row in rows} == {consignment.ref, third.ref, out.ref}
    found = importer.get(f"/consignments/?q={other.ref}")
    assert [row.ref for row in found.context["rows"]] == [consignment.ref]
    assert as_person(cast.stranger).get(f"/consignments/{other.ref}/").status_code == 404
    assert importer.get(f"/consignments/{other.ref}/edit/").status_code == 404


def unsaved(pk: int = 1, **more: Any) -> Consignment:
    return Consignment(**{"pk": pk, "consignee_id": 1, "cargo_kind": "container", "direction": "import", **more})


@pytest.mark.parametrize(
    ("kept", "other", "code"),
    [
        (unsaved(), unsaved(), "same"),
        (unsaved(), unsaved(2, consignee_id=2), "differ"),
        (unsaved(), unsaved(2, cargo_kind="roro"), "differ"),
        (unsaved(), unsaved(2, direction="export"), "differ"),
        (unsaved(), unsaved(2, merged_into_id=3), "merged"),
        (unsaved(merged_into_id=3), unsaved(2), "merged"),
        # Neither says anything of what the other is.
        (unsaved(), unsaved(2, merged_into_id=1, consignee_id=2), "merged"),
    ],
)
def test_a_reason_is_named_before_anything_is_asked_of_the_database(
    kept: Consignment, other: Consignment, code: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        check_merge(kept, other)
    assert refused.value.code == code


def test_what_was_merged_into_the_other_leads_to_the_one_that_stays(cast: Cast, consignment: Consignment) -> None:
    """First the third into the second, then the second into the first: all lead to the first, and nothing is a twin."""
    other, third = (second(cast, bill_of_lading=bill, containers=[THIRD]) for bill in ("M1", "M2"))
    merge(kept=other, other=third, by=cast.importer, at=NOW)
    merge(kept=consignment, other=other, by=cast.importer, at=NOW)
    assert set(Consignment.objects.filter(merged_into=consignment)) == {other, third}
    assert list(twins(consignment)) == []
    for kept, again in ((consignment, third), (third, consignment)):
        with pytest.raises(ValidationError) as refused:
            merge(kept=kept, other=again, by=cast.importer, at=NOW)
        assert refused.value.code == "merged"
    assert JournalEntry.objects.filter(kind="cargo.consignment_merged").count() == 4
