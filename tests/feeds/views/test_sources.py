"""The staff's pages on sources: how each stands, what came, what could not be read, and a file taken in by hand."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from cargo.models import Event
from cargo.reading import read_delivery
from feeds.intake import receive
from feeds.models import Delivery, Quarantine, Source
from feeds.reasons import FAULTS, FLAGS
from feeds.views.sources import PREVIEW_BYTES
from liaison.models import Person
from liaison.paging import SIZE
from liaison.people import add_person
from liaison.roles import OFFICE, Role
from tests.cargo.test_reading import BOX, csv, row, take_in
from tests.conftest import AT, Cast
from tests.feeds import edi
from tests.feeds.conftest import Partner, pulled

As = Callable[[Person | None], Client]
SECRET = "1600 bags of coffee"


@pytest.fixture
def officer(cast: Cast, as_person: As) -> Client:
    return as_person(cast.officer)


def page(client: Client, url: str) -> str:
    """What a page of staff says, without its markup."""
    answer = client.get(url)
    assert answer.status_code == 200
    return shown(answer)


def shown(answer: Any) -> str:
    words = re.sub(r"<[^>]*>", " ", re.sub(r"<(script|style).*?</\1>", " ", answer.content.decode(), flags=re.DOTALL))
    return " ".join(unescape(words).split())


def upload(client: Client, raw: bytes, *, name: str = "gate.csv", to: str = "clerk") -> Any:
    return client.post(f"/sources/{to}/", {"file": SimpleUploadedFile(name, raw, content_type="text/csv")})


# Who may see what.


def addresses(delivery: Delivery) -> list[str]:
    return ["/sources/", "/sources/clerk/", f"/deliveries/{delivery.pk}/"]


@pytest.mark.parametrize("role", list(Role))
def test_the_pages_are_the_office_s_alone(clerk: Source, as_person: As, role: Role) -> None:
    delivery = receive(source=clerk, raw=SECRET.encode(), at=AT, file_name=SECRET).delivery
    client = as_person(add_person(email="viewer@portal.example", role=role, by=None, at=AT))
    answers = [client.get(url) for url in addresses(delivery)]
    assert [answer.status_code for answer in answers] == [200 if role in OFFICE else 403] * 3
    told = [SECRET in answer.content.decode() for answer in answers]
    assert told == ([False, True, True] if role in OFFICE else [False] * 3)


def test_who_is_not_signed_in_is_sent_to_sign_in_and_comes_back(clerk: Source) -> None:
    delivery = receive(source=clerk, raw=b"x", at=AT).delivery
    for url in addresses(delivery):
        assert Client().get(url)["Location"] == f"/accounts/login/?next={url}"


@pytest.mark.parametrize("part", ["importer", "agent", "stranger", "desk", "official", "nobody"])
def test_nobody_else_uploads_anything(cast: Cast, clerk: Source, as_person: As, part: str) -> None:
    assert upload(as_person(cast.people().get(part)), b"x").status_code in (302, 403)
    assert Delivery.objects.count() == 0


def test_a_forged_upload_is_refused(cast: Cast, clerk: Source) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.officer)
    assert (upload(client, b"x").status_code, Delivery.objects.count()) == (403, 0)


@pytest.mark.parametrize("role", ["importer", "officer"])
def test_what_is_not_there_is_not_found_and_whoever_may_not_look_learns_nothing(
    cast: Cast, as_person: As, role: str
) -> None:
    client = as_person(cast.people()[role])
    urls = ["/sources/nobody/", "/deliveries/0/", "/deliveries/987654321/", f"/deliveries/{10**30}/"]
    assert [client.get(url).status_code for url in urls] == [404 if role == "officer" else 403] * 4


# The board.

MINUTE = timedelta(minutes=1)


def test_the_board_shows_every_source_the_most_troubled_first(officer: Client, clerk: Source, gate: Source) -> None:
    pulled("carrier", "http://carrier.example/")
    Source.objects.filter(slug="carrier").update(failures=2, last_error="HTTP 503")
    for raw in (csv(row("gate_out", 1)), csv(row("sealed", 2)), b"<html>"):
        take_in(clerk, raw)
    receive(source=gate, raw=b"not read yet", at=timezone.now())
    rows = officer.get("/sources/").context["rows"]
    assert [(row.source.slug, row.state, row.last_day, row.open_parts, row.waiting) for row in rows] == [
        ("carrier", "failing", 0, 0, 0),
        ("clerk", "fresh", 3, 1, 0),
        ("gate", "fresh", 1, 0, 1),
    ]
    said = page(officer, "/sources/")
    assert "carrier failing csv_events · Fetched over HTTP Last heard never may be silent for 4 minutes" in said
    assert "Deliveries in 24 hours 3 usually unknown Failed unknown Contested by others unknown" in said
    assert "Last trouble : HTTP 503" in said or "Last trouble: HTTP 503" in said


def test_a_silence_is_told_on_the_board_and_on_the_office_s_home_and_to_nobody_else(
    cast: Cast, officer: Client, clerk: Source, as_person: As
) -> None:
    Source.objects.update(promise_s=60, last_success_at=AT, silent_at=AT)
    told = [
        "Sources that have gone quiet: Clerk" in page(client, url)
        for client, url in (
            (officer, "/sources/"),
            (officer, "/consignments/"),
            (as_person(cast.importer), "/consignments/"),
        )
    ]
    assert told == [True, True, False]
    assert "Clerk gone quiet" in page(officer, "/sources/")


def test_without_sources_the_list_says_how_to_add_one(officer: Client) -> None:
    assert "No source is registered yet. An administrator adds one with the command source_add." in page(
        officer, "/sources/"
    )


# One source.


def test_a_source_s_page_says_how_it_comes_and_what_troubles_it(officer: Client, network: None) -> None:
    source = pulled("carrier", "http://carrier.example/")
    Source.objects.update(failures=1, last_error="ReadTimeout: timed out")
    said = page(officer, "/sources/carrier/")
    assert "carrier failing Last heard never" in said
    assert "Format csv_events How it comes Fetched over HTTP · http://carrier.example/" in said
    assert "Last trouble: ReadTimeout: timed out" in said
    assert "Nothing has come from this source yet." in said
    assert source.token_digest not in officer.get("/sources/carrier/").content.decode()


def test_a_source_s_page_shows_its_own_deliveries_the_newest_first(
    officer: Client, clerk: Source, gate: Source
) -> None:
    mine = [receive(source=clerk, raw=bytes([n]), at=AT + n * MINUTE).delivery.pk for n in (2, 1, 3)]
    receive(source=gate, raw=b"x", at=AT)
    deliveries = officer.get("/sources/clerk/").context["deliveries"]
    assert [row.pk for row in deliveries.rows] == [mine[2], mine[0], mine[1]]


def test_older_deliveries_are_on_the_next_page(officer: Client, clerk: Source) -> None:
    made = [receive(source=clerk, raw=bytes([n]), at=AT).delivery.pk for n in range(SIZE + 2)]
    first = officer.get("/sources/clerk/").context["deliveries"]
    second = officer.get(first.next_url).context["deliveries"]
    assert [row.pk for row in (*first.rows, *second.rows)] == made[::-1]
    assert (len(first.rows), second.next_url) == (SIZE, None)


@pytest.mark.parametrize("cursor", ["x", "%00", "W10", "bnVsbA", "WyJ4IiwxXQ", "9" * 5000])
def test_a_damaged_cursor_is_the_first_page(officer: Client, clerk: Source, cursor: str) -> None:
    delivery = receive(source=clerk, raw=b"x", at=AT).delivery
    assert [row.pk for row in officer.get(f"/sources/clerk/?cursor={cursor}").context["deliveries"].rows] == [
        delivery.pk
    ]


def test_a_source_s_page_shows_what_is_still_quarantined_of_it(officer: Client, clerk: Source, gate: Source) -> None:
    take_in(gate, b"<html>")
    take_in(clerk, csv(row("gate_out", 1), row("teleported", 1)))
    part = Quarantine.objects.get(delivery__source=clerk)
    assert list(officer.get("/sources/clerk/").context["quarantined"]) == [part]
    assert f"{FAULTS['unknown_kind']} · line 3 teleported" in page(officer, "/sources/clerk/")
    Quarantine.objects.update(resolved_at=AT)
    assert "Read all of it again" not in page(officer, "/sources/clerk/")


# A file taken in by hand.


def test_an_upload_is_stored_and_its_reader_woken(
    cast: Cast, officer: Client, clerk: Source, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    raw = csv(row("gate_out", 1))
    with django_capture_on_commit_callbacks() as rings:
        answer = upload(officer, raw, name="gate 7.csv")
    kept = Delivery.objects.get()
    assert (answer.status_code, answer["Location"], len(rings)) == (302, f"/deliveries/{kept.pk}/", 1)
    assert (bytes(kept.raw), kept.file_name, kept.content_type) == (raw, "gate 7.csv", "text/csv")
    assert (kept.source, kept.state, kept.by) == (clerk, "stored", cast.officer)
    assert "The file has been stored and is being read." in page(officer, answer["Location"])


def test_the_same_file_again_leads_to_the_first(officer: Client, clerk: Source) -> None:
    first, again = upload(officer, b"x"), upload(officer, b"x", name="other.csv")
    assert (again["Location"], Delivery.objects.count()) == (first["Location"], 1)
    assert "This file had come before; nothing was added." in page(officer, again["Location"])


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"x": "1"}, "This field is required."),
        ({"file": "not a file"}, "This field is required."),
        ({"file": SimpleUploadedFile("a.csv", b"")}, "The submitted file is empty."),
        ({"file": SimpleUploadedFile("a.csv", b"x" * 1001)}, "The file is too large. Send it in smaller parts."),
    ],
)
def test_what_cannot_be_taken_in_is_said_beside_the_field_and_nothing_is_stored(
    officer: Client, clerk: Source, settings: Settings, files: dict[str, Any], words: str
) -> None:
    settings.DELIVERY_MAX_BYTES = 1000
    for url in ("/sources/clerk/", "/sources/clerk/test/"):
        for file in files.values():
            if isinstance(file, SimpleUploadedFile):
                file.seek(0)
        answer = officer.post(url, files)
        assert (answer.status_code, words in shown(answer), Delivery.objects.count()) == (422, True, 0)


def test_a_file_may_be_as_large_as_a_delivery(officer: Client, clerk: Source, settings: Settings) -> None:
    settings.DELIVERY_MAX_BYTES = 1000
    upload(officer, b"x" * 1000)
    assert Delivery.objects.get().size == 1000


def test_a_torn_form_is_no_server_error(officer: Client, clerk: Source) -> None:
    type = "multipart/form-data; boundary=b"
    assert [
        officer.post("/sources/clerk/", raw, content_type=type).status_code < 500
        for raw in (b"", b"--b\r\n\xff", b"--b--")
    ]
    assert Delivery.objects.count() == 0


# What would be read.


def test_an_uploaded_file_is_looked_at_and_not_kept(officer: Client, clerk: Source) -> None:
    raw = csv(row("gate_out", 1), row("teleported", 1))
    answer = officer.post("/sources/clerk/test/", {"file": SimpleUploadedFile("a.csv", raw), "read": ""})
    said = shown(answer)
    assert "Nothing of this has been stored. a.csv" in said
    assert "Facts 1 Out of the gate 1 Could not be read 1" in said
    assert f"{FAULTS['unknown_kind']} · line 3 teleported" in said
    assert (answer.status_code, Delivery.objects.count()) == (200, 0)


def test_a_test_pull_shows_what_would_come(officer: Client, carrier: Source, partner: Partner, network: None) -> None:
    partner.offer(csv(row("sealed", 1)))
    said = shown(officer.post("/sources/carrier/test/"))
    assert ("1 delivery would come." in said, "Facts 1 Electronic seal armed 1" in said) == (True, True)
    partner.give = lambda desk: desk.say(b"", 503)
    assert "The source gave nothing: HTTP 503" in shown(officer.post("/sources/carrier/test/"))
    assert (Delivery.objects.count(), Source.objects.get().failures) == (0, 0)
    assert officer.get("/sources/carrier/test/").status_code == 405


def test_a_test_pull_shows_several_and_says_that_there_are_more(
    officer: Client, carrier: Source, partner: Partner, network: None
) -> None:
    partner.give = lambda desk: desk.say(
        csv(row("sealed", len(partner.asked))), Next_Page_Cursor=str(len(partner.asked))
    )
    said = shown(officer.post("/sources/carrier/test/"))
    assert "These are the first 5 deliveries that would come; there are more behind them." in said
    assert said.count("Electronic seal armed 1") == 5


# Pausing.


def test_heads_pause_with_a_reason_and_resume(cast: Cast, clerk: Source, officer: Client, as_person: As) -> None:
    head = as_person(add_person(email="head@portal.example", role="administrator", by=None, at=AT))
    Source.objects.update(fetch="http", url="http://x.example/")
    assert head.post("/sources/clerk/pause/", {"reason": ""}).status_code == 422
    said = [
        page(head, head.post(f"/sources/clerk/{act}/", {"reason": "their server moves"})["Location"])
        for act in ("pause", "pause", "resume", "resume")
    ]
    words = ["Paused. It is not pulled", "It is paused already.", "Resumed. The next pull is due", "It was not paused."]
    assert [word in text for word, text in zip(words, said, strict=True)] == [True] * 4
    assert (
        "their server moves It is not pulled. What it pushes and what is uploaded is still taken in and read."
        in said[0]
    )
    assert [officer.post(f"/sources/clerk/{act}/", {"reason": "x"}).status_code for act in ("pause", "resume")] == [
        403
    ] * 2
    assert "Pause" not in page(officer, "/sources/clerk/")


# One delivery.

GARBAGE = {
    "noise": (bytes(range(256)) * 40, "not_text"),
    "zeros": (b"\x00" * 9000, "not_text"),
    "a web page": (b"<!DOCTYPE html><html><body>Please sign in</body></html>", "html"),
    "blanks": (b" \r\n", "empty"),
    "no CSV": (b"Dear Sir,\nplease find attached\n", "bad_header"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00", "not_text"),
}


@pytest.mark.parametrize(("raw", "code"), GARBAGE.values(), ids=GARBAGE)
def test_garbage_is_kept_and_the_page_says_what_is_wrong_with_it(
    officer: Client, clerk: Source, raw: bytes, code: str
) -> None:
    url = upload(officer, raw)["Location"]
    read_delivery(Delivery.objects.get().pk)
    assert bytes(Delivery.objects.get().raw) == raw
    assert f"State Quarantined · {FAULTS[code]}" in page(officer, url)
    assert "\x00" not in officer.get(url).content.decode()


def test_a_file_that_is_partly_bad_shows_each_bad_part_with_its_line(officer: Client, clerk: Source) -> None:
    rows = (row("gate_out", 1), row("teleported", 1), row("sealed", -90), row("sealed", 2, node="ke-nowhere"))
    url = upload(officer, csv(*rows))["Location"]
    read_delivery(Delivery.objects.get().pk)
    said = page(officer, url)
    assert "State Read Size" in said
    assert "Facts 3 New events 1 Quarantined 3" in said
    for code, line in (("unknown_kind", 3), ("future", 4), ("unknown_node", 5)):
        assert f"{FAULTS[code]} · line {line}" in said


def test_what_a_later_reading_resolved_says_so(officer: Client, clerk: Source) -> None:
    take_in(clerk, b"<html>")
    Quarantine.objects.update(resolved_at=AT)
    assert f"{FAULTS['html']} resolved" in page(officer, f"/deliveries/{Delivery.objects.get().pk}/")


def test_remarks_on_the_whole_are_shown_as_sentences(officer: Client, gate: Source) -> None:
    take_in(gate, edi.raw(edi.interchange(edi.message("BGM+36+D1+9", *edi.box(), count="99"), reference="78")))
    said = page(officer, f"/deliveries/{Delivery.objects.get().pk}/")
    assert [str(FLAGS[code]) in said for code in ("count_mismatch", "reference_mismatch")] == [True, True]


def test_what_a_sender_wrote_is_shown_and_never_run(officer: Client, clerk: Source) -> None:
    script = '<script>alert("x")</script>'
    take_in(clerk, csv(row("gate_out", 1), f",{BOX},,{script},ACT,,now,"))
    for url in ("/sources/clerk/", f"/deliveries/{Delivery.objects.get().pk}/"):
        html = officer.get(url).content.decode()
        assert ("<script>alert" in html, "&lt;script&gt;alert" in html) == (False, True)


@pytest.mark.parametrize(("size", "is_cut"), [(PREVIEW_BYTES, False), (PREVIEW_BYTES + 1, True)])
def test_only_the_beginning_of_a_long_delivery_is_shown(
    officer: Client, clerk: Source, size: int, is_cut: bool
) -> None:
    delivery = receive(source=clerk, raw=b"Q" * size, at=AT).delivery
    said = page(officer, f"/deliveries/{delivery.pk}/")
    assert ("Only the beginning is shown; the whole is kept." in said, said.count("Q" * PREVIEW_BYTES)) == (is_cut, 1)


def test_fifty_megabytes_are_kept_whole_and_what_is_good_in_them_is_read(officer: Client, clerk: Source) -> None:
    raw = csv(row("gate_out", 1)) + b"," * 50_000_000 + b"x\n" + row("sealed", 2).encode()
    url = upload(officer, raw)["Location"]
    outcome = read_delivery(Delivery.objects.only("pk").get().pk)
    assert (outcome.events, outcome.quarantined, Event.objects.count()) == (2, 1, 2)
    assert bytes(Delivery.objects.get().raw) == raw
    html = officer.get(url).content
    assert len(html) < 50_000
    assert len(Quarantine.objects.get().excerpt) <= 1000
