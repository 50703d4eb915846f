"""Registering sources, and the push token that opens one of them and no other."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.forms.models import model_to_dict
from pytest_django import Settings

from feeds.credentials import unseal_secrets
from feeds.intake import receive
from feeds.models import Delivery, Source
from feeds.signatures import sign
from feeds.sources import (
    RESERVED,
    add_source,
    delivery_for_push,
    digest,
    pause,
    resume,
    source_for_push,
    source_for_signature,
)
from liaison.models import JournalEntry
from tests.conftest import AT, Cast

LATER = AT + timedelta(days=1)


def added(slug: str = "gate", **values: Any) -> tuple[Source, str]:
    return add_source(**{"slug": slug, "format": "codeco", "by": None, "at": AT, **values})


def test_a_source_is_registered_with_all_that_is_said_of_it(db: None) -> None:
    said = {"format": "dcsa", "fetch": "http", "url": "http://carrier.example/", "settings": {"false_z": "1"}}
    source, _token = added("carrier", **said, every_s=300, name="The Carrier", rank=20)
    kept = Source.objects.get()
    assert kept == source
    assert {name: getattr(kept, name) for name in said} == said
    assert (kept.every_s, kept.name, kept.rank, kept.due_at, kept.is_active) == (300, "The Carrier", 20, AT, True)


def test_what_is_not_said_has_a_plain_default(db: None) -> None:
    added()
    kept = Source.objects.get()
    assert (kept.name, kept.fetch, kept.url, kept.every_s, kept.settings, kept.rank) == ("gate", "", "", 60, {}, 100)
    assert (kept.last_success_at, kept.failures, kept.opened_until) == (None, 0, None)


def test_a_token_is_made_for_each_source_and_kept_where_nobody_reads_it(db: None) -> None:
    (gate, token), (_terminal, another) = added(), added("terminal")
    assert token != another
    assert len(token) >= 43
    assert gate.token_digest == digest(token) == hashlib.sha256(token.encode()).hexdigest()
    assert [value for value in model_to_dict(gate).values() if token in str(value)] == []
    assert [entry for entry in JournalEntry.objects.all() if token in str(entry.data)] == []
    assert unseal_secrets(gate.sealed).values == {"token": token}


def test_secrets_are_kept_sealed_and_the_address_without_its_password(db: None) -> None:
    given = {"api_key": "k-1", "username": "kpa"}
    source, token = added(fetch="http", url="https://kpa:s3cret@gate.example/in", settings=given)
    kept = Source.objects.get()
    assert (kept.url, kept.settings) == ("https://kpa@gate.example/in", {"username": "kpa"})
    assert unseal_secrets(kept.sealed).values == {"api_key": "k-1", "password": "s3cret", "token": token}
    assert [value for value in model_to_dict(kept).values() if "s3cret" in str(value) or "k-1" in str(value)] == []
    again, token = added(fetch="http", url="https://kpa@gate.example/in")
    assert (again.pk, unseal_secrets(again.sealed).values) == (source.pk, {"token": token})


def test_a_signature_opens_the_source_whose_secret_made_it(gate: Source, clerk: Source, settings: Settings) -> None:
    signed = sign(b"x", b"gate-token")
    assert source_for_signature("gate", b"x", signed) == gate
    assert [source_for_signature(*wrong, signed) for wrong in (("gate", b"y"), ("clerk", b"x"), ("no", b"x"))] == [
        None
    ] * 3
    added(settings={"hmac_secret": "aGVsbG8="}, token="gate-token")
    assert source_for_signature("gate", b"x", signed) is None
    assert source_for_signature("gate", b"x", sign(b"x", b"hello")) == gate
    Source.objects.update(is_active=False)
    assert source_for_signature("gate", b"x", sign(b"x", b"hello")) is None
    Source.objects.update(is_active=True)
    settings.SECRET_KEY = "another"
    assert source_for_signature("gate", b"x", sign(b"x", b"hello")) is None


def test_a_token_that_is_given_is_the_one(db: None) -> None:
    assert added(token="agreed with KPA")[1] == "agreed with KPA"
    assert source_for_push("gate", "agreed with KPA") == Source.objects.get()


def test_the_journal_says_who_registered_it_and_when(cast: Cast) -> None:
    added(fetch="http", url="http://gate.example/", by=cast.officer)
    entry = JournalEntry.objects.filter(kind="feeds.source_registered").get()
    assert (entry.subject, entry.key, entry.by, entry.at) == ("source", "gate", cast.officer, AT)
    assert entry.data == {"format": "codeco", "fetch": "http"}


def test_registering_again_changes_the_source_and_keeps_what_came(db: None) -> None:
    source, _token = added(name="The Gate", settings={"node": "ke-port-mombasa"})
    receive(source=source, raw=b"x", at=AT)
    changed, _token = added(format="coarri", settings={"time_zone": "Africa/Kigali"}, at=LATER)
    assert (changed.pk, changed.format, changed.settings) == (source.pk, "coarri", {"time_zone": "Africa/Kigali"})
    assert (changed.name, Source.objects.count()) == ("The Gate", 1)
    assert (Delivery.objects.get().source, JournalEntry.objects.count()) == (source, 2)


def test_a_new_token_shuts_out_the_old_one(db: None) -> None:
    (_gate, old), (_again, new) = added(), added()
    assert (source_for_push("gate", old), source_for_push("gate", new)) == (None, Source.objects.get())


PULLED = {"fetch": "http", "url": "http://gate.example/"}
KNOWN = {"etag": '"7"', "last_modified": "Fri, 20 Nov 2026 05:00:00 GMT", "last_error": "HTTP 503", "failures": 5}


def pulled_for_long() -> None:
    added(**PULLED)
    Source.objects.update(**KNOWN, opened_until=LATER + timedelta(hours=1), due_at=LATER + timedelta(hours=1))


@pytest.mark.parametrize("change", [{"url": "http://new.example/"}, {"fetch": "", "url": ""}])
def test_a_new_address_is_asked_at_once_and_for_everything(db: None, change: dict[str, str]) -> None:
    pulled_for_long()
    added(**{**PULLED, **change}, at=LATER)
    kept = Source.objects.get()
    assert (kept.etag, kept.last_modified, kept.last_error, kept.failures) == ("", "", "", 0)
    assert (kept.opened_until, kept.due_at) == (None, LATER)


def test_the_same_address_is_asked_for_what_is_new_when_it_is_due(db: None) -> None:
    pulled_for_long()
    added(**PULLED, every_s=600, at=LATER)
    kept = Source.objects.get()
    assert {name: getattr(kept, name) for name in KNOWN} == KNOWN
    assert (kept.opened_until, kept.due_at) == (LATER + timedelta(hours=1),) * 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"slug": "no slug"},
        {"slug": ""},
        {"slug": "s" * 41},
        {"format": "telex"},
        {"fetch": "pigeon", "url": "http://gate.example/"},
        {"fetch": "http"},
        {"url": "x" * 501},
        {"every_s": 0},
        {"every_s": -60},
        {"every_s": 10**12},
        {"rank": -1},
        {"name": "n" * 121},
    ],
)
def test_values_that_do_not_fit_are_refused_and_nothing_is_written(db: None, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        added(**wrong)
    assert (Source.objects.count(), JournalEntry.objects.count()) == (0, 0)


def test_a_change_that_does_not_fit_leaves_the_source_as_it_was(db: None) -> None:
    _source, token = added()
    before = Source.objects.values().get()
    with pytest.raises(ValidationError):
        added(every_s=0)
    assert (Source.objects.values().get(), source_for_push("gate", token) is None) == (before, False)


@pytest.mark.parametrize(
    ("slug", "token", "opens"),
    [
        ("gate", "gate-token", True),
        ("gate", "clerk-token", False),
        ("gate", "gate-token ", False),
        ("gate", "GATE-TOKEN", False),
        ("gate", digest("gate-token"), False),
        ("gate", "", False),
        ("gate", "caf\N{LATIN SMALL LETTER E WITH ACUTE}", False),
        ("nobody", "gate-token", False),
        ("nobody", "", False),
    ],
)
def test_a_token_opens_its_own_source_alone(gate: Source, clerk: Source, slug: str, token: str, opens: bool) -> None:
    assert source_for_push(slug, token) == (gate if opens else None)


@pytest.mark.parametrize("change", [{"is_active": False}, {"token_digest": ""}])
@pytest.mark.parametrize("token", ["gate-token", ""])
def test_a_source_that_is_off_or_has_no_token_opens_to_nobody(
    gate: Source, change: dict[str, object], token: str
) -> None:
    delivery = receive(source=gate, raw=b"x", at=AT).delivery
    Source.objects.update(**change)
    assert (source_for_push("gate", token), delivery_for_push(delivery.pk, token)) == (None, None)


def test_a_delivery_is_told_of_to_its_own_source_without_its_bytes(gate: Source, clerk: Source) -> None:
    delivery = receive(source=gate, raw=b"x", at=AT).delivery
    found = delivery_for_push(delivery.pk, "gate-token")
    assert found == delivery
    assert "raw" in found.get_deferred_fields()
    assert [delivery_for_push(delivery.pk, token) for token in ("clerk-token", "")] == [None, None]
    assert [delivery_for_push(pk, "gate-token") for pk in (0, delivery.pk + 1, 10**30)] == [None] * 3


def test_a_paused_source_is_not_due_and_still_takes_in(clerk: Source) -> None:
    Source.objects.update(fetch="http", url="http://x.example/", due_at=AT, failures=6, opened_until=AT + timedelta(1))
    assert [pause(source=clerk, by=None, at=AT, reason="why") for _again in range(2)] == [True, False]
    assert Source.objects.due(AT + timedelta(days=2)).count() == 0
    assert source_for_push("clerk", "clerk-token") == clerk
    assert receive(source=clerk, raw=b"x", at=AT).is_duplicate is False
    assert [resume(source=clerk, by=None, at=AT) for _again in range(2)] == [True, False]
    assert list(Source.objects.due(AT)) == [clerk]
    kinds = JournalEntry.objects.filter(kind__in=["feeds.source_paused", "feeds.source_resumed"]).order_by("pk")
    assert [(entry.kind, entry.data.get("reason")) for entry in kinds] == [
        ("feeds.source_paused", "why"),
        ("feeds.source_resumed", None),
    ]


@pytest.mark.parametrize("slug", sorted(RESERVED))
def test_no_source_takes_the_address_of_another_page(network: None, slug: str) -> None:
    with pytest.raises(ValidationError, match="address of the portal's own"):
        add_source(slug=slug, format="csv_events", by=None, at=AT)


@pytest.mark.parametrize("given", [{"next_field": "next"}, {"password": "right"}, {"header:Cookie": "c"}])
def test_who_is_asked_otherwise_is_asked_at_once(db: None, given: dict[str, str]) -> None:
    pulled_for_long()
    added(**PULLED, settings=given, at=LATER)
    kept = Source.objects.get()
    assert (kept.failures, kept.opened_until, kept.due_at) == (0, None, LATER)
    # A secret changes who asks, not what there is.
    assert kept.etag == ("" if "next_field" in given else KNOWN["etag"])


@pytest.mark.parametrize(("fetch", "cursor"), [("http", ""), ("sftp", "SHA256:abc")])
def test_another_setting_makes_the_time_of_the_last_pull_void_and_never_a_host_key(
    db: None, fetch: str, cursor: str
) -> None:
    said: dict[str, Any] = {"fetch": fetch, "url": f"{fetch}://h.example/x"}
    added(**said)
    Source.objects.update(cursor="SHA256:abc")
    added(**said, settings={"pattern": "*.edi"})
    assert Source.objects.get().cursor == cursor
