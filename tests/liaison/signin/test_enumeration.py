"""Nobody learns from an answer, or from what it costs, whether an address belongs to somebody."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from liaison.models import JournalEntry, Person
from notify.models import Letter
from tests.conftest import Cast
from tests.liaison.signin.conftest import last_letter, prove, sign_in, signed_in

KNOWN, UNKNOWN = "importer@portal.example", "visitor@portal.example"
Steps = Callable[[Client, str], list[Any]]


def wrong_password(client: Client, email: str) -> list[Any]:
    return [client.get("/accounts/login/"), sign_in(client, email, "wrong"), client.get("/accounts/login/")]


def code(client: Client, email: str) -> list[Any]:
    """Ask for a code, look about while it is on its way, and fail three times."""
    asked = [client.post("/accounts/login/code/", {"email": email})]
    about = ("/accounts/login/code/confirm/", "/accounts/login/", "/accounts/login/code/", "/accounts/signup/")
    asked += [client.get(path) for path in about]
    asked += [client.post("/accounts/login/code/confirm/", {"code": "BCDF-GHJK"}) for _ in range(3)]
    return [*asked, client.get("/accounts/login/code/confirm/")]


def begin_again(client: Client, email: str) -> list[Any]:
    asked = [client.post("/accounts/login/code/", {"email": email}), client.post("/accounts/logout/")]
    return [*asked, client.get("/accounts/login/")]


def reset(client: Client, email: str) -> list[Any]:
    return [client.post("/accounts/password/reset/", {"email": email}), client.get("/accounts/password/reset/done/")]


def both(client: Client, email: str) -> list[Any]:
    return [client.post("/accounts/login/code/", {"email": email.upper()}), *reset(client, f" {email} ")]


def traces(steps: Steps, email: str) -> tuple[list[Any], dict[str, int]]:
    """What a stranger sees and what it costs: status, place, cookies and text of each answer; queries, rows written."""
    before = {kind: kind.objects.count() for kind in (Letter, JournalEntry)}
    with CaptureQueriesContext(connection) as queries:
        answers = steps(Client(), email)
    seen = [
        (answer.status_code, answer.get("Location"), sorted(answer.cookies), _bare(answer.content.decode(), email))
        for answer in answers
    ]
    written = {kind.__name__: kind.objects.count() - before[kind] for kind in before}
    return seen, {"queries": len(queries), **written}


def _bare(page: str, email: str) -> str:
    page = re.sub(r'name="(csrfmiddlewaretoken|once)" value="[\w-]+"', "", page)
    # Two that are asked for one after the other may say two minutes.
    page = re.sub(r"<time .*?</time>", "", page)
    return page.replace(email, "ADDRESS").replace(email.upper(), "ADDRESS")


@pytest.mark.parametrize("standing", ["with a password", "without one", "closed"])
@pytest.mark.parametrize("steps", [wrong_password, code, begin_again, reset, both])
def test_a_known_and_an_unknown_address_see_and_cost_the_same(importer: Person, steps: Steps, standing: str) -> None:
    if standing == "without one":
        importer.set_unusable_password()
        importer.save()
    if standing == "closed":
        Person.objects.filter(pk=importer.pk).update(is_active=False)
    assert traces(steps, KNOWN) == traces(steps, UNKNOWN)


def test_the_unknown_are_written_to_as_well(importer: Person) -> None:
    code(Client(), KNOWN)
    address, subject, body = last_letter()
    assert (address, subject) == (KNOWN, "Your code to sign in")
    code(Client(), UNKNOWN)
    address, subject, body = last_letter()
    assert (address, subject) == (UNKNOWN, "Somebody asked to sign in with this address")
    assert "No account has it." in body
    assert re.search(r"[A-Z]{4}-[A-Z]{4}|/accounts/", body) is None


def changed_to(client: Client, email: str) -> tuple[list[Any], dict[str, int]]:
    letters = Letter.objects.count()
    with CaptureQueriesContext(connection) as queries:
        answers = [client.post("/accounts/email/", {"email": email, "action_add": ""}), client.get("/accounts/email/")]
    seen = [(answer.status_code, answer.get("Location"), _bare(answer.content.decode(), email)) for answer in answers]
    return seen, {"queries": len(queries), "letters": Letter.objects.count() - letters}


def test_changing_ones_address_to_anothers_looks_like_any_change(cast: Cast, importer: Person) -> None:
    taken, free = signed_in(importer), signed_in(importer)
    for client in (taken, free):
        prove(client, "/accounts/2fa/totp/activate/")
    seen = changed_to(taken, cast.stranger.email)
    assert last_letter()[:2] == (cast.stranger.email, "Somebody wanted to use your e-mail address")
    assert "/accounts/" not in last_letter()[2]
    taken.post("/accounts/email/", {"email": cast.stranger.email, "action_remove": ""})
    assert changed_to(free, UNKNOWN) == seen
    assert last_letter()[:2] == (UNKNOWN, "Confirm your e-mail address")


def test_what_is_typed_for_an_unknown_address_is_not_kept(importer: Person) -> None:
    sign_in(Client(), "my-secret-password@portal.example", "wrong")
    sign_in(Client(), KNOWN, "wrong")
    unknown, known = JournalEntry.objects.filter(kind="liaison.sign_in_failed").order_by("pk")
    assert re.fullmatch(r"[0-9a-f]{16}", unknown.key)
    assert (known.key, known.by, unknown.by) == (str(importer.pk), None, None)
    assert "secret" not in str(JournalEntry.objects.values_list("key", "data"))
