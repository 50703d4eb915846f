"""What is done is put away, found again, and comes back by itself when something is heard of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from cargo import archive as archiving
from cargo.archive import KEPT_OUT, archivable, archive, archive_done, bring_back
from cargo.merging import merge
from cargo.models import Consignment, Status
from cargo.particulars import amend
from feeds.models import Source
from liaison.models import JournalEntry, Person
from tests.cargo.test_merging import second
from tests.cargo.test_reading import BOX, NOW, OTHER_BOX, csv, row, take_in
from tests.conftest import Cast

As = Callable[[Person | None], Client]
DELIVERED = csv(row("delivered", 1), row("delivered", 1, box=OTHER_BOX))


def told(kind: str) -> list[str]:
    return list(
        JournalEntry.objects.filter(kind=f"cargo.consignment_{kind}").order_by("pk").values_list("key", flat=True)
    )


def test_only_what_is_delivered_is_put_away_and_once(cast: Cast, clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, DELIVERED)
    waiting = second(cast, bill_of_lading="OTHER1")
    ids = [consignment.pk, waiting.pk]
    assert [archive(ids=ids, by=cast.importer, at=NOW) for _ in range(2)] == [1, 0]
    assert list(Consignment.objects.filter(archived_at=NOW)) == [consignment]
    assert [bring_back(ids=ids, by=cast.importer, at=NOW) for _ in range(2)] == [1, 0]
    assert (told("archived"), told("brought_back")) == ([consignment.ref], [consignment.ref])


def test_it_leaves_the_list_and_is_found_by_its_number_and_stage(
    cast: Cast, clerk: Source, consignment: Consignment, as_person: As
) -> None:
    take_in(clerk, DELIVERED)
    importer = as_person(cast.importer)
    asked = f"/consignments/archive/?consignment={consignment.ref}"
    page = importer.get(asked)
    assert ([each.ref for each in page.context["ready"]], page.context["others"]) == ([consignment.ref], [])
    assert as_person(cast.stranger).get(asked).context["ready"] == []
    assert as_person(cast.stranger).post("/consignments/archive/", {"consignment": consignment.ref}).status_code == 302
    assert told("archived") == []
    importer.post("/consignments/archive/", {"consignment": consignment.ref})

    def listed(query: str) -> list[str]:
        return [row.ref for row in importer.get(f"/consignments/{query}").context["rows"]]

    assert [listed(query) for query in ("", "?state=delivered", "?state=archived", "?q=UMUC2611001")] == [
        [], [], [consignment.ref], [consignment.ref],
    ]  # fmt: skip
    where = f"/consignments/{consignment.ref}/"
    assert "Bring it back" in importer.get(where).content.decode()
    assert as_person(cast.stranger).post(f"{where}bring-back/").status_code == 404
    importer.post(f"{where}bring-back/")
    assert listed("") == [consignment.ref]


def test_news_of_it_brings_it_back(cast: Cast, clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, DELIVERED)
    archive(ids=[consignment.pk], by=None, at=NOW)
    take_in(clerk, csv(row("empty_returned", 0.5)))
    assert Consignment.objects.get().archived_at is None
    assert told("brought_back") == [consignment.ref]


@pytest.mark.parametrize(("last", "is_back"), [("gate_out", True), ("delivered", False)])
@pytest.mark.parametrize("way", ["added", "merged"])
def test_what_is_added_to_it_under_way_brings_it_back(
    cast: Cast, clerk: Source, way: str, last: str, is_back: bool
) -> None:
    done = second(cast, bill_of_lading="DONE1", containers=[BOX])
    take_in(clerk, csv(row("delivered", 100)))
    archive(ids=[done.pk], by=None, at=NOW)
    if way == "merged":
        other = second(cast, containers=[OTHER_BOX])
    take_in(clerk, csv(row(last, 1, box=OTHER_BOX)))
    if way == "merged":
        merge(kept=done, other=other, by=cast.importer, at=NOW)
    else:
        amend(consignment=done, changes={}, containers=[OTHER_BOX], by=cast.importer, at=NOW)
    done.refresh_from_db()
    assert (done.archived_at is None, told("brought_back")) == (is_back, [done.ref] if is_back else [])


def test_what_was_delivered_long_ago_is_put_away_by_itself(cast: Cast, clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, DELIVERED)
    at = timezone.now()
    assert archive_done(at=at) == 0
    Status.objects.update(moved_at=at - KEPT_OUT - timedelta(hours=1))
    assert (archive_done(at=at), archive_done(at=at)) == (1, 0)


def test_of_nothing_nothing_is_put_away_or_told(cast: Cast, consignment: Consignment) -> None:
    for ids in ([], [consignment.pk], [10**9]):
        assert [act(ids=ids, by=cast.importer, at=NOW) for act in (archive, bring_back)] == [0, 0]
    assert (told("archived"), told("brought_back"), archive_done(at=NOW)) == ([], [], 0)


def test_only_what_lasted_longer_than_it_is_kept_out_is_put_away_in_parts(
    cast: Cast, clerk: Source, consignment: Consignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archiving, "BATCH", 1)
    others = [second(cast, bill_of_lading=f"OTHER{number}") for number in range(3)]
    at = timezone.now()
    Status.objects.update(state="delivered", moved_at=at - KEPT_OUT - timedelta(seconds=1))
    Status.objects.filter(consignment=others[2]).update(moved_at=at - KEPT_OUT)
    assert archivable(Consignment.objects.all()).count() == 4
    assert [archive_done(at=at), archive_done(at=at), archive_done(at=at + timedelta(seconds=1))] == [3, 0, 1]
    assert told("archived") == [consignment.ref, *(other.ref for other in others)]
