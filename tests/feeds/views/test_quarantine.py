"""What could not be read, across the sources: found, counted, read again, put aside; and the raw file."""

from __future__ import annotations

import pytest
from django.test import Client

from cargo.reading import read_delivery
from feeds.models import Delivery, Quarantine, Replay, Source
from feeds.reasons import FAULTS
from feeds.replays import put_back
from liaison.models import JournalEntry
from liaison.paging import SIZE
from tests.cargo.test_reading import csv, row, take_in
from tests.conftest import AT, Cast
from tests.feeds.views.test_sources import officer, page, shown  # noqa: F401 - its fixture serves here too

URL = "/sources/quarantine/"


@pytest.fixture
def parts(clerk: Source, gate: Source) -> list[int]:
    """Of the clerk two unknown kinds and one impossible time; of the gate a web page; the newest first."""
    take_in(clerk, csv(row("teleported", 1), row("vanished", 1), ",TGHU3054380,,sealed,ACT,,noon,"))
    take_in(gate, b"<html>sign in, 100% _ free")
    return list(Quarantine.objects.order_by("-pk").values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [0, 1, 2, 3]),
        ("source=clerk", [1, 2, 3]),
        ("source=gate", [0]),
        ("source=nobody", [0, 1, 2, 3]),
        ("code=unknown_kind", [2, 3]),
        ("code=nonsense", [0, 1, 2, 3]),
        ("source=gate&code=no_time", []),
        ("q=TELEPORTED", [3]),
        ("q=0%25", [0]),
        ("q=%00", [0, 1, 2, 3]),
    ],
)
def test_parts_are_found(officer: Client, parts: list[int], query: str, found: list[int]) -> None:  # noqa: F811
    answer = officer.get(f"{URL}?{query}")
    assert [part.pk for part in answer.context["page"].rows] == [parts[n] for n in found]


def test_each_reason_says_how_many(officer: Client, parts: list[int]) -> None:  # noqa: F811
    reasons = officer.get(f"{URL}?source=clerk&code=no_time").context["reasons"]
    assert [(reason.code, reason.parts) for reason in reasons] == [("unknown_kind", 2), ("no_time", 1)]
    assert f"2 {FAULTS['unknown_kind']}" in page(officer, URL)


def test_a_long_list_has_pages(officer: Client, clerk: Source) -> None:  # noqa: F811
    take_in(clerk, csv(*(row(f"kind{n}", 1) for n in range(SIZE + 2))))
    first = officer.get(f"{URL}?source=clerk").context["page"]
    second = officer.get(first.next_url).context["page"]
    assert (len(first.rows), len(second.rows), second.next_url) == (SIZE, 2, None)
    assert "source=clerk" in first.next_url


def test_ticked_parts_are_read_again_and_the_outcome_is_shown(officer: Client, clerk: Source, parts: list[int]) -> None:  # noqa: F811
    clerk.mappings.create(code="teleported", kind="sealed", changed_at=AT)
    answer = officer.post(f"{URL}replay/", {"parts": [parts[3], parts[2]]})
    assert "It is still being read." in page(officer, answer["Location"])
    read_delivery(Delivery.objects.get(source=clerk).pk)
    said = page(officer, answer["Location"])
    assert "Everything has been read. Deliveries 1 Waiting 0 Read 1 Quarantined 0 New events 1" in said
    assert "3 before, 2 now" in said


def test_all_of_a_source_with_one_reason_is_read_again(officer: Client, parts: list[int]) -> None:  # noqa: F811
    answer = officer.post("/sources/gate/replay/", {"code": "html"})
    replay = Replay.objects.get()
    put_back(replay_id=replay.pk, at=AT)
    assert f"{FAULTS['html']}" in page(officer, answer["Location"])
    assert Delivery.objects.get(source__slug="gate").state == "stored"


@pytest.mark.parametrize("ticked", [[], ["x"], ["-1"], ["9" * 30], ["1"] * 201])
@pytest.mark.parametrize("act", ["replay", "ignore"])
def test_nothing_or_nonsense_ticked_is_refused(officer: Client, parts: list[int], act: str, ticked: list[str]) -> None:  # noqa: F811
    if ticked == ["1"] * 201:
        ticked = [str(10_000 + n) for n in range(201)]
    answer = officer.post(f"{URL}{act}/?source=clerk", {"parts": ticked, "reason": "why"})
    assert (answer.status_code, Replay.objects.count()) == (422, 0)
    assert Quarantine.objects.open().count() == 4


def test_parts_are_put_aside_with_a_reason(cast: Cast, officer: Client, parts: list[int]) -> None:  # noqa: F811
    refused = officer.post(f"{URL}ignore/", {"parts": [parts[0]], "reason": " "})
    assert (refused.status_code, "This field is required." in shown(refused)) == (422, True)
    answer = officer.post(f"{URL}ignore/", {"parts": parts[:2], "reason": "their test file"})
    assert "2 parts put aside." in page(officer, answer["Location"])
    assert list(Quarantine.objects.open().order_by("-pk").values_list("pk", flat=True)) == parts[2:]
    part = Quarantine.objects.get(pk=parts[0])
    assert "put aside their test file" in page(officer, f"/deliveries/{part.delivery_id}/")
    assert JournalEntry.objects.get(kind="feeds.parts_ignored").by == cast.officer


def test_an_empty_list_says_so(officer: Client) -> None:  # noqa: F811
    assert "Everything that came could be read." in page(officer, URL)


def test_the_raw_file_is_only_ever_saved_and_that_is_noted(cast: Cast, officer: Client, gate: Source) -> None:  # noqa: F811
    take_in(gate, b"<script>alert(1)</script>")
    delivery = Delivery.objects.get()
    Delivery.objects.update(file_name='http://x.example/a"b\r\n.html')
    answer = officer.get(f"/sources/deliveries/{delivery.pk}/raw/")
    assert answer.content == b"<script>alert(1)</script>"
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    assert (answer["Content-Disposition"].split(";")[0], answer["Content-Security-Policy"]) == (
        "attachment",
        "default-src 'none'; sandbox",
    )
    entry = JournalEntry.objects.get(kind="feeds.raw_downloaded")
    assert (entry.by, entry.key, entry.data) == (cast.officer, str(delivery.pk), {"bytes": 25})
