"""A form that comes twice is done once, and nothing that is meant is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from liaison.models import Person, Sending
from tests.conftest import Cast
from tickets.categories import load_categories
from tickets.models import Ticket

As = Callable[[Person | None], Client]


def said(**more: str) -> dict[str, str]:
    words = {"category": "PORT_DELAY", "title": "Box not loaded", "answer_place": "Yard 5", "answer_since": "Monday"}
    return {**words, "once": str(uuid4()), **more}


def report(client: Client, form: dict[str, str]) -> tuple[int, str]:
    answer = client.post("/tickets/new/", form)
    return answer.status_code, answer.headers.get("Location", "")


@pytest.fixture(autouse=True)
def _categories(cast: Cast) -> None:
    load_categories()


def test_sent_twice_it_is_done_once_and_leads_to_the_same_place(cast: Cast, as_person: As) -> None:
    client, form = as_person(cast.importer), said()
    first = report(client, form)
    assert (first[0], Ticket.objects.count()) == (302, 1)
    assert (report(client, form), Ticket.objects.count()) == (first, 1)
    # Other words are another thing, even from the same page; so is the same from another page.
    report(client, {**form, "title": "C"})
    report(client, said())
    assert Ticket.objects.count() == 3
    # One person's token means nothing to another.
    report(as_person(cast.agent), form)
    assert (Ticket.objects.count(), Sending.objects.count()) == (4, 4)


def test_what_could_not_be_taken_may_be_sent_again(cast: Cast, as_person: As) -> None:
    client, form = as_person(cast.importer), said(title="")
    assert (report(client, form)[0], Sending.objects.count()) == (422, 0)
    assert (report(client, {**form, "title": "B"})[0], Ticket.objects.count()) == (302, 1)


@pytest.mark.parametrize("token", ["", "x", "\x00", "7f2e176e-1093-41a5-b253-ab6fded13d9"])
def test_without_a_token_it_is_done_each_time(cast: Cast, as_person: As, token: str) -> None:
    client = as_person(cast.importer)
    for _time in range(2):
        assert report(client, said(once=token))[0] == 302
    assert (Ticket.objects.count(), Sending.objects.count()) == (2, 0)


def test_who_may_not_do_it_leaves_no_trace(cast: Cast, as_person: As) -> None:
    assert report(as_person(cast.desk), said())[0] == 403
    assert Sending.objects.count() == 0


def test_two_that_arrive_together_are_one(transactional_db: None, cast: Cast, as_person: As) -> None:
    form, clients = said(), [as_person(cast.importer), as_person(cast.importer)]

    def send(client: Client) -> tuple[int, str]:
        try:
            return report(client, form)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(send, clients))
    assert (found[0] == found[1], Ticket.objects.count()) == (True, 1)


def test_the_forms_that_make_something_bear_a_token(cast: Cast, as_person: As) -> None:
    pages = ("/corridor/conditions/new/", "/sources/phoned/")
    client = as_person(cast.officer)
    tokens = [
        re.findall(r'name="once" value="([^"]+)"', client.get(path).content.decode()) for path in pages for _ in "12"
    ]
    assert [len(found) for found in tokens] == [1] * 4
    assert len({found[0] for found in tokens}) == 4


def test_the_answer_says_that_it_has_come_and_the_page_may_forget_its_token(cast: Cast, as_person: As) -> None:
    client, form = as_person(cast.importer), said()
    for _time in range(2):
        cookie = client.post("/tickets/new/", form).cookies["once"]
        assert (cookie.value, cookie["max-age"], cookie["samesite"]) == (form["once"], 60, "Lax")
    refused = client.post("/tickets/new/", said(title=""))
    assert "once" not in refused.cookies


def test_a_paper_that_is_another_makes_it_another(cast: Cast, as_person: As) -> None:
    """What is sent beside the words counts, too: a file by its name and size."""
    client, tickets = as_person(cast.importer), []
    for name, content in (("a.pdf", b"%PDF-1"), ("a.pdf", b"%PDF-1"), ("b.pdf", b"%PDF-1"), ("b.pdf", b"%PDF-12")):
        form = {**said(once="7a0c2a5e-6f7c-4f6b-9a35-0f3c5f2f1a11"), "paper": SimpleUploadedFile(name, content)}
        tickets.append(client.post("/tickets/new/", form)["Location"])
    assert tickets[0] == tickets[1]
    assert len(set(tickets)) == 3


def test_only_what_leads_on_is_kept(cast: Cast, as_person: As) -> None:
    client, form = as_person(cast.importer), said()
    where = client.post("/tickets/new/", form)["Location"]
    kept = Sending.objects.get()
    assert (kept.by, kept.led_to, str(kept.token) != form["once"]) == (cast.importer, where, True)
    assert str(kept) == str(kept.token)
    assert client.get("/tickets/new/?once=" + form["once"]).status_code == 200
    assert Sending.objects.count() == 1
