"""What partners push: taken in raw before it is read, told to the sender alone, and shown where the goods are."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from cargo.models import Consignment, Event, EventMatch, Status
from cargo.tasks import read_stored
from feeds.formats import READERS
from feeds.models import Delivery, Source
from feeds.signatures import sign
from feeds.sources import add_source
from liaison.models import JournalEntry, Person
from notify.models import Notice
from tests.cargo.test_reading import BOX, OTHER_BOX, csv, row
from tests.conftest import AT, Cast, program_of
from tests.feeds import edi

As = Callable[[Person | None], Client]
PUSH = "/api/v1/sources/{}/deliveries/"
PROBLEM = "application/problem+json"


def push(raw: bytes, *, to: str = "clerk", token: str = "", type: str = "text/csv", **more: Any) -> Any:
    """The answer to one push with the source's own token, or with another."""
    headers = {"authorization": f"Bearer {token or f'{to}-token'}"}
    client = Client(enforce_csrf_checks=True)
    return client.generic("POST", PUSH.format(to), raw, content_type=type, headers=headers, **more)


def told(pk: int, token: str = "clerk-token") -> Any:
    return Client(headers={"authorization": f"Bearer {token}"}).get(f"/api/v1/deliveries/{pk}/")


def became(raw: bytes, *, to: str = "clerk") -> tuple[object, ...]:
    """State and counts of a delivery once a worker has read it; its bytes are kept as they came."""
    answer = push(raw, to=to)
    assert answer.status_code == 202
    read_stored()
    assert bytes(Delivery.objects.get(pk=answer.json()["id"]).raw) == raw
    said = told(answer.json()["id"], f"{to}-token").json()
    return tuple(said[name] for name in ("state", "facts", "events", "unmatched", "quarantined"))


def problem_of(answer: Any) -> dict[str, object]:
    """What a problem document says; its status is the answer's own (RFC 9457)."""
    assert answer["Content-Type"] == PROBLEM
    said: dict[str, object] = answer.json()
    assert (said.pop("type"), said.pop("status")) == ("about:blank", answer.status_code)
    return said


def gate_out(box: str = BOX, *, place: str = "KEMBA", hours_ago: float = 30) -> list[str]:
    """The segments of one gate-out report in the port's own time."""
    at = timezone.now().astimezone(ZoneInfo("Africa/Nairobi")) - timedelta(hours=hours_ago)
    return ["BGM+36+1+9", *edi.box(box, f"LOC+165+{place}:139:6", at=f"{at:%Y%m%d%H%M}")]


@pytest.fixture
def every_format(network: None) -> list[str]:
    """One source for each format, named after it."""
    for name in READERS:
        add_source(slug=name, format=name, token=f"{name}-token", by=None, at=AT)
    return list(READERS)


def test_a_push_is_stored_before_it_is_read_and_rings_for_its_reader(
    clerk: Source, consignment: Consignment, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    raw = csv(row("gate_out", 1))
    with django_capture_on_commit_callbacks() as rings:
        answer = push(raw)
    delivery = Delivery.objects.get()
    assert (answer.status_code, answer["Content-Type"]) == (202, "application/json")
    assert answer.json() == {"id": delivery.pk, "state": "stored"}
    assert (delivery.source, bytes(delivery.raw), delivery.content_type) == (clerk, raw, "text/csv")
    assert (Event.objects.count(), len(rings)) == (0, 1)


def test_the_same_file_twice_is_one_delivery_and_no_new_event(
    clerk: Source, consignment: Consignment, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    raw = csv(row("gate_out", 1), row("sealed", 2))
    assert became(raw) == ("read", 2, 2, 0, 0)
    with django_capture_on_commit_callbacks() as rings:
        again = push(raw)
    assert (again.status_code, again.json()) == (202, {"id": Delivery.objects.get().pk, "state": "duplicate"})
    read_stored()
    assert (Event.objects.count(), len(rings)) == (2, 0)
    assert told(again.json()["id"]).json()["events"] == 2


def test_the_same_facts_in_another_file_are_no_new_events(clerk: Source, consignment: Consignment) -> None:
    assert became(csv(row("gate_out", 1), row("sealed", 2))) == ("read", 2, 2, 0, 0)
    notices = Notice.objects.count()
    assert became(csv(row("sealed", 2), row("gate_out", 1))) == ("read", 2, 0, 0, 0)
    assert (Event.objects.count(), Notice.objects.count()) == (2, notices)


def test_the_same_file_from_two_sources_is_two_deliveries(every_format: list[str]) -> None:
    assert [push(b"same", to=name).json()["state"] for name in every_format] == ["stored"] * len(every_format)


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer ", "Bearer wrong", "Bearer gate-token", "Basic clerk-token", "clerk-token"]
)
def test_a_bad_or_absent_token_is_refused_and_nothing_is_kept(clerk: Source, gate: Source, authorization: str) -> None:
    client = Client(headers={"authorization": authorization} if authorization else None)
    answer = client.post(PUSH.format("clerk"), csv(row("gate_out", 1)), content_type="text/csv")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert problem_of(answer)["title"] == "Unauthorized"
    assert Delivery.objects.count() == 0


def basic(pair: bytes) -> str:
    return f"Basic {base64.b64encode(pair).decode()}"


HEADERS = {
    "basic": {"authorization": basic(b"traccar:clerk-token")},
    "basic without a user": {"authorization": basic(b":clerk-token")},
    "the source's own": {"X-Tracker": "clerk-token"},
    "X-Secret": {"x-secret": "clerk-token"},
    "X-Api-Key": {"x-api-key": "clerk-token"},
    "X-Token": {"x-token": "clerk-token"},
    "a proxy's basic beside it": {"authorization": basic(b"proxy:pass"), "x-secret": "clerk-token"},
}


def raw_push(body: bytes, headers: dict[str, str], url: str = PUSH) -> Any:
    return Client(enforce_csrf_checks=True).generic("POST", url.format("clerk"), body, headers=headers)


@pytest.mark.parametrize("headers", HEADERS.values(), ids=HEADERS)
def test_a_tracker_s_server_sends_the_token_in_a_header_that_it_can_send(
    clerk: Source, headers: dict[str, str]
) -> None:
    Source.objects.update(settings={"secret_header": "X-Tracker"})
    assert raw_push(b"x", headers).status_code == 202
    wrong = {name: value.replace("clerk-token", "wrong") for name, value in headers.items()}
    wrong["authorization"] = basic(b"clerk-token:wrong")
    assert raw_push(b"y", wrong).status_code == 401
    assert Delivery.objects.count() == 1


def test_a_header_that_another_source_names_opens_nothing(clerk: Source, gate: Source) -> None:
    Source.objects.filter(pk=gate.pk).update(settings={"secret_header": "X-Tracker"})
    assert raw_push(b"x", {"x-tracker": "clerk-token"}).status_code == 401


@pytest.mark.parametrize("name", ["Notification-Signature", "Signature"])
def test_a_signature_over_the_raw_bytes_is_enough(clerk: Source, name: str) -> None:
    body = b'{"a": 1}\r\n'
    assert raw_push(body, {name: sign(body, b"clerk-token")}).status_code == 202
    assert bytes(Delivery.objects.get().raw) == body


@pytest.mark.parametrize("signature", [sign(b"other", b"clerk-token"), sign(b"x", b"gate-token"), "sha256=", "x"])
def test_a_wrong_signature_is_refused_although_the_token_is_right(clerk: Source, signature: str) -> None:
    right = {"authorization": "Bearer clerk-token", "notification-signature": signature}
    unknown = Client().generic("POST", PUSH.format("nobody"), b"x", headers=right)
    refused = raw_push(b"x", right)
    assert (refused.status_code, refused.content, Delivery.objects.count()) == (401, unknown.content, 0)


def test_a_signed_delivery_is_no_larger_than_any_other(clerk: Source, settings: Settings) -> None:
    settings.DELIVERY_MAX_BYTES = 10
    assert raw_push(b"x" * 11, {"signature": sign(b"x" * 11, b"clerk-token")}).status_code == 413


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/png;q=0.1", "nonsense"])
def test_a_delivery_is_stored_whatever_the_sender_accepts(clerk: Source, accept: str) -> None:
    answer = push(b"x", HTTP_ACCEPT=accept)
    assert (answer.status_code, answer["Content-Type"], Delivery.objects.count()) == (202, "application/json", 1)


def test_one_sources_token_cannot_push_for_another(clerk: Source, gate: Source) -> None:
    assert push(edi.one(*gate_out()), to="gate", token="clerk-token").status_code == 401
    assert push(csv(row("gate_out", 1)), to="clerk", token="gate-token").status_code == 401
    assert Delivery.objects.count() == 0


def test_an_unknown_source_and_a_wrong_token_look_the_same(clerk: Source) -> None:
    unknown, wrong = push(b"x", to="nobody"), push(b"x", token="wrong")
    assert (unknown.status_code, unknown.content) == (401, wrong.content)


def test_a_person_who_is_signed_in_pushes_nothing_without_the_token(clerk: Source, cast: Cast, as_person: As) -> None:
    for person in cast.people().values():
        assert as_person(person).post(PUSH.format("clerk"), b"x", content_type="text/csv").status_code == 401
    assert Delivery.objects.count() == 0


def test_the_scheme_is_read_in_any_case(clerk: Source) -> None:
    client = Client(headers={"authorization": "bearer  clerk-token "})
    assert client.post(PUSH.format("clerk"), b"x", content_type="text/csv").status_code == 202


def test_a_source_that_is_switched_off_and_a_token_that_was_replaced_are_refused(clerk: Source, gate: Source) -> None:
    Source.objects.filter(pk=clerk.pk).update(is_active=False)
    add_source(slug="gate", format="codeco", token="new-token", by=None, at=AT)
    assert push(b"x").status_code == 401
    assert push(b"x", to="gate").status_code == 401
    assert push(b"x", to="gate", token="new-token").status_code == 202


def test_what_became_of_a_delivery_is_told_to_its_sender(clerk: Source, consignment: Consignment) -> None:
    raw = csv(row("gate_out", 1), row("sealed", 2, box="MSCU1234566"), row("nonsense", 3))
    pk = push(raw).json()["id"]
    waiting = told(pk).json()
    assert (waiting["state"], waiting["facts"], waiting["reason"]) == ("stored", 0, "")
    read_stored()
    answer = told(pk)
    said = answer.json()
    assert datetime.fromisoformat(said.pop("received_at")) == Delivery.objects.get().received_at
    assert answer.status_code == 200
    assert said == {
        "id": pk,
        "source": "clerk",
        "state": "read",
        "facts": 2,
        "events": 2,
        "unmatched": 1,
        "quarantined": 1,
        "reason": "",
    }


@pytest.mark.parametrize("pk", [0, 10**6, 10**30])
def test_a_foreign_and_an_unknown_delivery_look_the_same(clerk: Source, gate: Source, pk: int) -> None:
    foreign = told(push(b"x").json()["id"], "gate-token")
    unknown = told(pk, "gate-token")
    assert (foreign.status_code, unknown.status_code, foreign.content) == (404, 404, unknown.content)
    assert problem_of(foreign) == {"title": "Not Found", "detail": "There is none, or it is not yours."}


def test_nothing_is_told_without_a_token(clerk: Source) -> None:
    pk = push(b"x").json()["id"]
    answer = Client().get(f"/api/v1/deliveries/{pk}/")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert problem_of(answer)["title"] == "Unauthorized"
    assert told(pk, "wrong").status_code == 404


def chunks(raw: bytes) -> Any:
    """A push whose length is not announced, as the web server hands it over."""
    handed_over: dict[str, Any] = {"wsgi.input": io.BytesIO(raw), "wsgi.input_terminated": True}
    return push(b"", HTTP_TRANSFER_ENCODING="chunked", **handed_over)


def test_what_comes_in_chunks_is_kept_whole(clerk: Source) -> None:
    assert chunks(csv(row("gate_out", 1))).status_code == 202
    assert bytes(Delivery.objects.get().raw) == csv(row("gate_out", 1))


@pytest.mark.parametrize("send", [push, chunks])
def test_a_delivery_may_be_as_large_as_the_limit_and_no_larger(
    clerk: Source, settings: Settings, send: Callable[[bytes], Any]
) -> None:
    settings.DELIVERY_MAX_BYTES = 1000
    assert send(b"x" * 1000).status_code == 202
    answer = send(b"x" * 1001)
    assert (answer.status_code, Delivery.objects.count()) == (413, 1)
    said = problem_of(answer)
    assert said == {
        "title": "Content Too Large",
        "detail": "A delivery has at most 1000 bytes. Send it in parts.",
    }


def test_the_limit_holds_although_a_delivery_announces_less(clerk: Source, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    assert push(b"x" * 11).status_code == 413
    assert Delivery.objects.count() == 0


GARBAGE = {
    "nothing": b"",
    "blanks": b" \r\n\t ",
    "a web page": b"<!DOCTYPE html><html><body>Sign in</body></html>",
    "noise": bytes(range(256)) * 40,
    "zeros": b"\x00" * 4096,
    "UTF-16": "reference;container".encode("utf-16"),
    "half a JSON": b'{"events": [{"eventType": "EQUIP',
    "deep JSON": b"[" * 100_000,
    "a picture": b"\x89PNG\r\n\x1a\n" + b"\x00" * 64,
    "half an EDIFACT": b"UNB+UNOA:2+A+B+261120:0930+1'UNH+1+CODECO:D:95B:UN'BGM+36",
}


@pytest.mark.parametrize("raw", GARBAGE.values(), ids=GARBAGE)
def test_garbage_is_kept_as_it_came_and_the_sender_is_told_why(every_format: list[str], raw: bytes) -> None:
    for name in every_format:
        pk = push(raw, to=name).json()["id"]
        read_stored()
        said = told(pk, f"{name}-token").json()
        assert (said["state"], said["facts"], said["events"], said["quarantined"] > 0) == ("quarantined", 0, 0, True)
        assert said["reason"].endswith(".")
        assert bytes(Delivery.objects.get(pk=pk).raw) == raw
    assert Event.objects.count() == 0


@pytest.mark.parametrize(
    "type",
    ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "application/json", "text/x; charset=zz"],
)
def test_the_body_is_kept_raw_whatever_the_sender_calls_it(clerk: Source, type: str) -> None:
    raw = b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n\xff%zz&=\r\n"
    assert push(raw, type=type).status_code == 202
    delivery = Delivery.objects.get()
    assert (bytes(delivery.raw), delivery.content_type) == (raw, type)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ('attachment; filename="gate 7.edi"', "gate 7.edi"),
        ("attachment; filename=gate.edi", "gate.edi"),
        ("attachment", ""),
        (f"attachment; filename={'n' * 4000}", "n" * 255),
    ],
)
def test_the_file_name_is_kept(clerk: Source, said: str, kept: str) -> None:
    assert push(b"x", HTTP_CONTENT_DISPOSITION=said).status_code == 202
    assert Delivery.objects.get().file_name == kept


def test_a_message_cut_off_gives_what_it_says_and_quarantines_the_rest(gate: Source, consignment: Consignment) -> None:
    whole = edi.raw(edi.interchange(edi.message(*gate_out(), *gate_out(OTHER_BOX)[1:])))
    assert became(whole[: whole.index(b"UNT")], to="gate") == ("read", 2, 2, 0, 1)
    assert Delivery.objects.get().quarantines.get().code == "truncated"
    assert became(whole, to="gate") == ("read", 2, 0, 0, 0)


@pytest.mark.parametrize(("hours_ahead", "code"), [(1, None), (48, "future")])
def test_what_has_not_happened_yet_is_no_event(
    gate: Source, consignment: Consignment, hours_ahead: float, code: str | None
) -> None:
    raw = edi.one(*gate_out(hours_ago=-hours_ahead))
    expected = ("quarantined", 1, 0, 0, 1) if code else ("read", 1, 1, 0, 0)
    assert became(raw, to="gate") == expected
    assert Delivery.objects.get().quarantines.values_list("code", flat=True).first() == code


def test_a_wrong_check_digit_is_kept_and_flagged(gate: Source, cast: Cast) -> None:
    assert became(edi.one(*gate_out(edi.BAD_BOX)), to="gate") == ("read", 1, 1, 1, 0)
    event = Event.objects.get()
    assert (event.container, event.kind, event.flags) == (edi.BAD_BOX, "gate_out", ["check_digit"])


def test_an_unknown_place_is_kept_and_flagged(gate: Source, consignment: Consignment) -> None:
    assert became(edi.one(*gate_out(place="AQMCM")), to="gate") == ("read", 1, 1, 0, 0)
    event = Event.objects.get()
    assert (event.node, event.place, event.is_matched) == (None, "AQMCM", True)
    assert "unknown_location" in event.flags


def test_one_bad_part_takes_nothing_else_down(clerk: Source, consignment: Consignment) -> None:
    rows = (row("gate_out", 1), row("sealed", 2, node="ke-nowhere"), row("teleported", 1), row("discharged", 50))
    assert became(csv(*rows)) == ("read", 3, 2, 0, 2)
    assert set(Event.objects.values_list("kind", flat=True)) == {"gate_out", "discharged"}


def page(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_push_moves_the_consignment_and_tells_its_people(
    gate: Source, consignment: Consignment, cast: Cast, as_person: As
) -> None:
    url = f"/consignments/{consignment.ref}/"
    assert "Out of the gate" not in page(as_person(cast.importer), url).split("<ol")[0]
    assert became(edi.one(*gate_out(), *gate_out(OTHER_BOX)[1:]), to="gate") == ("read", 2, 2, 0, 0)
    assert list(EventMatch.objects.values_list("consignment", flat=True)) == [consignment.pk] * 2
    status = Status.objects.select_related("event__source").get()
    assert (status.state, status.next_step) == ("on_road", "border1_in")
    assert status.event is not None
    assert (status.event.kind, status.event.source, status.event.delivery) == ("gate_out", gate, Delivery.objects.get())
    shown = page(as_person(cast.importer), url)
    assert [word in shown for word in (BOX, "Out of the gate", "Port of Mombasa", "says Gate")] == [True] * 4
    assert as_person(cast.stranger).get(url).status_code == 404
    assert JournalEntry.objects.filter(kind="cargo.consignment_moved").count() == 1
    told_to = Notice.objects.filter(channel="email").values_list("person__email", flat=True)
    assert set(told_to) == {cast.importer.email, cast.agent.email}


def test_the_carriers_events_reach_the_same_consignment(every_format: list[str], consignment: Consignment) -> None:
    at = (timezone.now() - timedelta(hours=40)).isoformat(timespec="seconds")
    event = {
        "eventType": "EQUIPMENT",
        "equipmentEventTypeCode": "DISC",
        "eventClassifierCode": "ACT",
        "eventDateTime": at,
        "equipmentReference": BOX,
        "transportCall": {"UNLocationCode": "KEMBA"},
    }
    assert became(json.dumps([event]).encode(), to="dcsa") == ("read", 1, 1, 0, 0)
    assert list(EventMatch.objects.values_list("consignment__ref", "event__kind")) == [(consignment.ref, "discharged")]


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_a_push_is_a_post(clerk: Source, method: str) -> None:
    client = Client(headers={"authorization": "Bearer clerk-token"})
    answer = getattr(client, method)(PUSH.format("clerk"))
    assert (answer.status_code, set(answer["Allow"].split(", "))) == (405, {"POST", "OPTIONS"})
    said = {"title": "Method Not Allowed", "detail": "That cannot be done here; Allow says what can."}
    assert problem_of(answer) == said
    assert Delivery.objects.count() == 0


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_delivery_is_only_read(clerk: Source, method: str) -> None:
    pk = push(b"x").json()["id"]
    client = Client(headers={"authorization": "Bearer clerk-token"})
    answer = getattr(client, method)(f"/api/v1/deliveries/{pk}/")
    assert (answer.status_code, Delivery.objects.filter(pk=pk).exists()) == (405, True)
    assert problem_of(answer)["title"] == "Method Not Allowed"


def test_the_office_pushes_by_a_token_of_its_own_that_may(clerk: Source, cast: Cast) -> None:
    def pushed(person: Person, *scopes: str, to: str = "clerk") -> Any:
        return program_of(person, *scopes).post(PUSH.format(to), csv(row("gate_out", 1)), content_type="text/csv")

    assert [pushed(cast.officer, "read", "write").status_code, pushed(cast.officer, "push", to="gone").status_code] == [
        401, 401,
    ]  # fmt: skip
    assert [pushed(person).status_code for person in (cast.importer, cast.desk, cast.official)] == [401] * 3
    assert Delivery.objects.count() == 0
    assert pushed(cast.officer, "push").json() == {"id": Delivery.objects.get().pk, "state": "stored"}
    made = Delivery.objects.get()
    assert (made.source, made.by) == (clerk, cast.officer)
    url = f"/api/v1/deliveries/{made.pk}/"
    asked = [(cast.officer, "push"), (cast.officer, "read"), (cast.officer, "write"), (cast.importer, "push"),
             (cast.importer, "read"), (cast.desk, "read"), (cast.official, "read")]  # fmt: skip
    assert [program_of(*each).get(url).status_code for each in asked] == [200, 200, 404, 404, 404, 404, 404]


def test_a_persons_token_pushes_so_often_a_minute_and_a_sources_as_often_as_it_must(
    clerk: Source, cast: Cast, settings: Any
) -> None:
    settings.API_RATE = "2/min"
    officer = program_of(cast.officer, "push")
    answers = [
        officer.post(PUSH.format("clerk"), csv(row("gate_out", n)), content_type="text/csv") for n in range(1, 4)
    ]
    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert (problem_of(answers[2])["title"], 0 < int(answers[2]["Retry-After"]) <= 60) == ("Too Many Requests", True)
    assert officer.get(f"/api/v1/deliveries/{answers[0].json()['id']}/").status_code == 429
    assert [push(csv(row("gate_out", n))).status_code for n in range(3, 6)] == [202] * 3
    assert Delivery.objects.count() == 5
