"""Links without a login: what they show and never show, how they end, that they are counted and cannot be guessed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from cargo import sharing
from cargo.models import Consignment, Nomination, ShareLink
from cargo.registration import Particulars, register
from cargo.sharing import count_opened, find_link, masked, note_opened, redacted, revoke, share, short_text, token_of
from cargo.tasks import count_shared
from feeds.models import Source
from liaison.models import JournalEntry, Person
from tests.cargo.test_reading import BOX, NOW, csv, row, take_in
from tests.conftest import Cast, somebody

As = Callable[[Person | None], Client]


def made(cast: Cast, consignment: Consignment, purpose: str = "driver", days: int = 7) -> ShareLink:
    return share(consignment=consignment, purpose=purpose, days=days, by=cast.importer, at=NOW)


def found() -> Consignment:
    return Consignment.objects.select_related("status__event__source").get()


def test_a_link_is_kept_as_a_digest_shown_to_who_made_it_and_told(cast: Cast, consignment: Consignment) -> None:
    link = made(cast, consignment)
    token = token_of(link)
    assert len(token) == 24
    assert find_link(token, at=NOW) == link
    assert token not in str(ShareLink.objects.values().get())
    # Pressed twice it is one; for another reader, or another moment, it is another.
    assert made(cast, consignment) == link
    assert token_of(made(cast, consignment, "buyer")) != token
    kinds = JournalEntry.objects.filter(kind__startswith="cargo.share").order_by("pk").values_list("kind", "key", "by")
    assert list(kinds) == [("cargo.shared", consignment.ref, cast.importer.pk)] * 2


def test_a_link_ends_by_itself_or_when_it_is_revoked(cast: Cast, consignment: Consignment) -> None:
    link = made(cast, consignment, days=3)
    token = token_of(link)
    assert find_link(token, at=NOW + timedelta(days=3)) is None
    assert revoke(link=link, by=cast.agent, at=NOW) is True
    assert revoke(link=link, by=cast.agent, at=NOW) is False
    assert find_link(token, at=NOW) is None
    assert find_link(token[:-1] + "A", at=NOW) is None
    assert JournalEntry.objects.filter(kind="cargo.share_revoked", by=cast.agent).count() == 1


@pytest.mark.parametrize("days", [0, -1, 91])
def test_no_link_lasts_for_ever(cast: Cast, consignment: Consignment, days: int) -> None:
    with pytest.raises(ValidationError, match="1 to 90 days"):
        made(cast, consignment, days=days)


def test_there_are_never_too_many(cast: Cast, consignment: Consignment) -> None:
    for number in range(sharing.MOST_LIVE):
        made(cast, consignment, f"p{number}")
    with pytest.raises(ValidationError, match="Revoke one first"):
        made(cast, consignment, "one more")


def test_with_a_new_key_the_link_leads_on_but_its_address_is_not_shown(
    cast: Cast, consignment: Consignment, settings: Settings
) -> None:
    link = made(cast, consignment)
    token = token_of(link)
    settings.SECRET_KEY = "another-key-altogether"
    assert token_of(link) == ""
    assert find_link(token, at=NOW) == link


def test_what_is_shown_leaves_out_whose_it_is_and_what_senders_wrote(clerk: Source, consignment: Consignment) -> None:
    Consignment.objects.update(vessel="ABACUS", goods="Rice", voyage="411E", hs_code="1006")
    said = row("gate_out", 3) + "Umucyo Traders' gate"
    elsewhere = row("delivered", 1, node="").replace(",delivered", ",arrived_kigali")
    take_in(clerk, csv(said, elsewhere))
    shared = redacted(found(), at=NOW)
    assert shared.boxes == ("CSQU****383", "TGHU****380")[::-1]
    assert (shared.state_label, shared.source, shared.cargo_kind) == ("In Kigali", "Clerk", "Containers")
    whole = str(asdict(shared))
    secret = ["Umucyo", "Rice", "ABACUS", "411E", "1006", "UMUC2611001", BOX, consignment.ref, "USD", "agent@"]
    assert [words for words in secret if words in whole] == []
    assert shared.text == f"TGHU****380 +1: {shared.line}"
    Consignment.objects.update(cargo_kind="roro")
    assert (shared.are_vehicles, redacted(found(), at=NOW).are_vehicles) == (False, True)


def test_a_place_in_a_senders_own_words_is_not_shown(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("gate_out", 3)))
    event = found().status.event
    assert event
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cargo_event SET node_id = NULL, place = 'Umucyo yard' WHERE id = %s", [event.pk])
    assert redacted(found(), at=NOW).line == "On the road since 3 hours; waiting for the transporter"


@given(st.text("ABC0123456789", min_size=1, max_size=17))
def test_a_mask_keeps_the_length_and_hides_the_middle(number: str) -> None:
    hidden = masked(number)
    assert (len(hidden), hidden[:4]) == (len(number), number[:4])
    shown = hidden[4:].lstrip("*")
    assert shown in ("", number[-3:])
    assert len(number) <= 4 or "*" in hidden


@given(st.lists(st.text(st.characters(blacklist_characters=";", blacklist_categories=["Cs"]), max_size=80), max_size=5))
def test_the_text_is_one_message(parts: list[str]) -> None:
    text = short_text(["TGHU****380", "CSQU****383"], "; ".join(parts))
    assert len(text) <= sharing.SMS_LENGTH
    assert text.startswith("TGHU****380 +1: ")
    assert "–" not in text


def test_opening_writes_nothing_until_all_are_counted_together(
    cast: Cast, consignment: Consignment, as_person: As
) -> None:
    links = [made(cast, consignment, purpose) for purpose in ("driver", "buyer", "nobody")]
    nobody = as_person(None)
    for link, times in zip(links, (3, 1, 0), strict=True):
        for _time in range(times):
            with CaptureQueriesContext(connection) as queries:
                assert nobody.get(f"/t/{token_of(link)}/").status_code == 200
            assert [q["sql"] for q in queries if q["sql"].startswith(("UPDATE", "INSERT"))] == []
    nobody.head(f"/t/{token_of(links[2])}/")
    with CaptureQueriesContext(connection) as queries:
        assert count_opened(at=NOW + timedelta(minutes=1)) == 2
    assert len([q for q in queries if q["sql"].startswith("UPDATE")]) == 1
    count_shared()
    opened = ShareLink.objects.order_by("pk").values_list("opened", "opened_at")
    assert list(opened) == [(3, NOW + timedelta(minutes=1)), (1, NOW + timedelta(minutes=1)), (0, None)]


def test_the_public_page_tells_nobody_where_it_is(cast: Cast, consignment: Consignment, as_person: As) -> None:
    link = made(cast, consignment)
    answer = as_person(None).get(f"/t/{token_of(link)}/")
    assert (answer.headers["X-Robots-Tag"], answer.headers["Referrer-Policy"]) == ("noindex, nofollow", "no-referrer")
    assert "no-store" in answer.headers["Cache-Control"]
    page = answer.content.decode()
    assert '<meta name="robots" content="noindex, nofollow">' in page
    assert consignment.ref not in page
    revoke(link=link, by=cast.importer, at=timezone.now())
    gone, guess = (as_person(None).get(f"/t/{token}/") for token in (token_of(link), "never-was"))
    assert (gone.status_code, guess.status_code, gone.headers["Referrer-Policy"]) == (404, 404, "no-referrer")
    assert "This link leads nowhere" in gone.content.decode()


def test_whoever_guesses_on_is_asked_to_stop_and_a_right_link_leads_on(
    cast: Cast, consignment: Consignment, as_person: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "MOST_GUESSES", 3)
    url = f"/t/{token_of(made(cast, consignment))}/"
    client = as_person(None)
    assert [client.get(f"/t/guess{number}/").status_code for number in range(3)] == [404] * 3
    assert [client.get(address).status_code for address in (url, "/t/guess4/")] == [200, 429]
    assert client.get("/t/guess4/", REMOTE_ADDR="192.0.2.7").status_code == 404


def test_a_link_that_led_somewhere_once_is_no_guess(
    cast: Cast, consignment: Consignment, as_person: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "MOST_GUESSES", 1)
    link, client = made(cast, consignment), as_person(None)
    revoke(link=link, by=cast.importer, at=NOW)
    urls = [f"/t/{token_of(link)}/"] * 3 + ["/t/guess/"] * 2
    assert [client.get(url).status_code for url in urls] == [404, 404, 404, 404, 429]


def test_what_another_worker_has_counted_is_not_counted_again(cast: Cast, consignment: Consignment) -> None:
    link = made(cast, consignment)
    for _time in range(2):
        note_opened(link)
    assert [sharing._taken(link.pk, count) for count in (2, 2, 0)] == [2, 0, 0]
    note_opened(link)
    assert count_opened(at=NOW) == 1
    assert ShareLink.objects.get().opened == 1


def test_only_who_may_act_makes_and_revokes_links(cast: Cast, consignment: Consignment, as_person: As) -> None:
    reader = somebody(cast.importer_firm, "readonly")
    people = [cast.importer, cast.agent, cast.officer, reader, cast.stranger, cast.desk]
    url = f"/consignments/{consignment.ref}/links/"
    assert [as_person(person).get(url).status_code for person in people] == [200, 200, 200, 403, 404, 403]
    answer = as_person(cast.importer).post(url, {"purpose": "driver", "days": "7"})
    link = ShareLink.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/links/{link.pk}/")
    sheet = as_person(cast.agent).get(f"/links/{link.pk}/").content.decode()
    assert f"/t/{token_of(link)}/" in sheet
    assert "<path d=" in sheet
    assert f"/t/{token_of(link)}/" in as_person(cast.officer).get(url).content.decode()
    for person in (reader, cast.stranger, cast.desk):
        statuses = [
            as_person(person).get(f"/links/{link.pk}/").status_code,
            as_person(person).post(f"/links/{link.pk}/revoke/").status_code,
        ]
        assert set(statuses) <= {403, 404}
    assert as_person(cast.importer).post(url, {"purpose": "driver", "days": "4"}).status_code == 422
    Nomination.objects.update(may_act=False)
    assert as_person(cast.agent).get(url).status_code == 403
    assert as_person(cast.importer).post(f"/links/{link.pk}/revoke/").status_code == 302
    assert ShareLink.objects.live(timezone.now()).count() == 0


@pytest.mark.parametrize("language", ["en", "fr", "rw", "sw"])
def test_the_message_is_short_and_plain_in_every_language(
    clerk: Source, consignment: Consignment, language: str
) -> None:
    take_in(clerk, csv(*(row("border_in", 9, box=box, node="xx-border-malaba") for box in (BOX, "CSQU3054383"))))
    with translation.override(language):
        shared = redacted(found(), at=NOW)
    assert shared.text.startswith("TGHU****380 +1: ")
    assert "Malaba" in shared.text
    assert len(shared.text) <= sharing.SMS_LENGTH
    assert set(shared.text) & set("–’—…") == set()


def test_cargo_without_containers_has_a_name_too(cast: Cast) -> None:
    particulars = Particulars(consignee=cast.importer_firm, bill_of_lading="BULK1", cargo_kind="dry_bulk")
    register(particulars=particulars, by=None, at=NOW)
    shared = redacted(found(), at=NOW)
    assert (shared.boxes, shared.source, shared.received_at, shared.window) == ((), "", None, None)
    assert shared.text == "Your cargo: Nothing has been heard of it yet; waiting for the shipping line"
    assert shared.next_step == "The ship has to sail"
