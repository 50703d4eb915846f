"""A form that comes twice is done once, and nothing that is meant is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import cast as cast_to
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.test import Client, RequestFactory
from pytest_django import Settings

from liaison.models import Person, Sending
from liaison.once import once
from tests.conftest import Cast
from tests.liaison.papers import PDF
from tickets.categories import load_categories
from tickets.models import Attachment, Ticket

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
    """What is sent beside the words counts, too: a file by its name and what is in it."""
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


def pressed(client: Client, paper: bytes, path: str = "/tickets/new/") -> str:
    form = {**said(once="7a0c2a5e-6f7c-4f6b-9a35-0f3c5f2f1a11"), "paper": SimpleUploadedFile("image.jpg", paper)}
    return str(client.post(path, form)["Location"])


def test_a_paper_with_one_figure_mended_is_another(cast: Cast, as_person: As) -> None:
    """Telephones call every picture the same, and a figure mended changes no size: the content counts."""
    client = as_person(cast.importer)
    first = pressed(client, b"1,200 kg")
    assert (pressed(client, b"1,200 kg"), Ticket.objects.count()) == (first, 1)
    assert (pressed(client, b"1,300 kg") != first, Ticket.objects.count()) == (True, 2)


def test_a_paper_is_read_whole_by_the_view_after_it_was_looked_at(cast: Cast, as_person: As) -> None:
    client = as_person(cast.importer)
    ticket = client.post("/tickets/new/", said())["Location"]
    words = {"text": "The paper.", "kind": "reply", "once": str(uuid4())}
    for _time in range(2):
        paper = SimpleUploadedFile("a.pdf", PDF, "application/pdf")
        answer = client.post(f"{ticket}messages/", {**words, "papers": paper})
        assert (answer.status_code, answer["Location"]) == (302, ticket)
    assert bytes(Attachment.objects.get().content) == PDF


def test_the_same_words_about_something_else_are_another_thing(cast: Cast, as_person: As) -> None:
    """What a form is about may stand in its page's address alone."""
    client = as_person(cast.importer)
    places = [pressed(client, b"1", f"/tickets/new/?consignment={ref}") for ref in ("A", "B", "A")]
    assert (places[0] == places[2], len(set(places))) == (True, 2)


@pytest.mark.parametrize(
    "written",
    ["{{{0}}}", "urn:uuid:{0}", "\n{1}", "\u0661{1}", "{0}".upper(), " +{2}"],
    ids=["braces", "urn", "line", "digit", "plain", "sign"],
)
def test_a_token_in_another_spelling_is_the_same_and_no_header_is_broken(
    cast: Cast, as_person: As, written: str
) -> None:
    token = "1a0c2a5e6f7c4f6b9a350f3c5f2f1a11"
    client, form = as_person(cast.importer), said(once=written.format(UUID(token), token[1:], token[2:]))
    answers = [client.post("/tickets/new/", form) for _time in "12"]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert (answers[0]["Location"] == answers[1]["Location"], Ticket.objects.count()) == (True, 1)
    assert UUID(answers[0].cookies["once"].value).hex[2:] == token[2:]


def made_by(person: Person, view: Callable[[HttpRequest], HttpResponse], query: str = "") -> HttpResponse:
    request = RequestFactory().post(f"/made/{query}", {"once": str(UUID(int=7)), "word": "a"})
    request.user = person
    return cast_to(HttpResponse, once(view)(request))


@pytest.mark.parametrize("where", ["?page=2", "#last", "made", "/made/?a=1&b=%C3%A9", "https://portal.example/x"])
def test_the_second_leads_to_the_letter_where_the_first_did(cast: Cast, where: str) -> None:
    answers = [made_by(cast.importer, lambda request: HttpResponseRedirect(where)) for _time in "12"]
    assert [answer["Location"] for answer in answers] == [where, where]


def test_what_broke_in_the_middle_is_done_when_it_comes_again(cast: Cast) -> None:
    done: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        Ticket.objects.all().delete()
        done.append("x")
        if len(done) == 1:
            raise RuntimeError("the line to the database is gone")
        return HttpResponseRedirect("/made/1/")

    with pytest.raises(RuntimeError):
        made_by(cast.importer, view)
    assert Sending.objects.count() == 0
    assert [made_by(cast.importer, view)["Location"] for _time in "12"] == ["/made/1/"] * 2
    assert len(done) == 2


@pytest.mark.parametrize("status", [200, 204, 301, 400, 404, 409, 422])
def test_whatever_is_no_leading_on_may_come_again(cast: Cast, status: int) -> None:
    done: list[int] = []

    def view(request: HttpRequest) -> HttpResponse:
        done.append(status)
        return HttpResponse(status=status)

    for _time in range(2):
        answer = made_by(cast.importer, view)
        assert (answer.status_code, "once" in answer.cookies) == (status, False)
    assert (len(done), Sending.objects.count()) == (2, 0)


def test_the_cookie_goes_over_a_safe_line_where_the_sessions_does(cast: Cast, settings: Settings) -> None:
    for number, safe in enumerate((True, False)):
        settings.SESSION_COOKIE_SECURE = safe
        answer = made_by(cast.importer, lambda request: HttpResponseRedirect("/x/"), f"?{number}")
        assert bool(answer.cookies["once"]["secure"]) is safe
