"""How often one may try, and what is answered to who tries more often."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from liaison.models import Person
from notify.models import Letter
from tests.conftest import Cast
from tests.liaison.signin.conftest import enrol, is_in, sign_in, signed_in

Try = Callable[[int], Any]


def wrong(number: int) -> Any:
    return sign_in(Client(), "importer@portal.example", f"wrong {number}")


def wrong_for_an_unknown(number: int) -> Any:
    return sign_in(Client(), "nobody@portal.example", f"wrong {number}")


def wrong_for_many(number: int) -> Any:
    return sign_in(Client(), f"somebody-{number}@portal.example", "wrong")


def code(number: int) -> Any:
    return Client().post("/accounts/login/code/", {"email": "importer@portal.example"})


def code_for_many(number: int) -> Any:
    return Client().post("/accounts/login/code/", {"email": f"somebody-{number}@portal.example"})


def reset(number: int) -> Any:
    return Client().post("/accounts/password/reset/", {"email": "importer@portal.example"})


def passkey(number: int) -> Any:
    return Client().post("/accounts/2fa/webauthn/login/", {"credential": "{}"})


@pytest.mark.parametrize(
    ("attempt", "allowed", "seconds"),
    [
        (wrong, 5, 300),
        (wrong_for_an_unknown, 5, 300),
        (wrong_for_many, 10, 300),
        (code, 3, 300),
        (code_for_many, 20, 300),
        (reset, 5, 60),
        (passkey, 10, 60),
    ],
)
def test_the_next_try_is_answered_with_429_and_when_to_come_again(
    importer: Person, attempt: Try, allowed: int, seconds: int
) -> None:
    assert {attempt(number).status_code for number in range(allowed)} <= {200, 302}
    answer = attempt(allowed)
    assert (answer.status_code, answer["Retry-After"]) == (429, str(seconds))
    page = answer.content.decode()
    assert "Too many tries" in page
    assert 'id="main"' in page
    assert Client().get("/accounts/login/").status_code == 200


def test_the_right_password_does_not_help_while_the_address_rests_but_a_code_does(importer: Person) -> None:
    """Who locks her out by trying does not keep her out."""
    for number in range(5):
        wrong(number)
    assert sign_in(Client(), importer.email).status_code == 429
    assert code(0).status_code == 302


def test_right_passwords_are_not_counted_and_do_not_wipe_wrong_ones(importer: Person) -> None:
    for _ in range(2):
        assert [wrong(0).status_code, wrong(1).status_code] == [200, 200]
        assert sign_in(Client(), importer.email).status_code == 302
    assert [wrong(4).status_code, wrong(5).status_code] == [200, 429]


def test_the_second_step_is_limited_whatever_the_browser(importer: Person) -> None:
    enrol(signed_in(importer))
    answers = []
    for _ in range(6):
        client = Client()
        sign_in(client, importer.email)
        answers.append(client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code)
    assert answers == [200] * 5 + [429]


def test_proving_oneself_is_limited(importer: Person) -> None:
    own = signed_in(importer)
    answers = [own.post("/accounts/reauthenticate/", {"password": "wrong"}).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]
    assert is_in(own)


def test_a_new_password_is_limited(importer: Person) -> None:
    own = signed_in(importer)
    form = {"oldpassword": "wrong", "password1": "a-long-password-x", "password2": "a-long-password-x"}
    answers = [own.post("/accounts/password/change/", form).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]


def test_one_mailbox_is_not_flooded(importer: Person) -> None:
    for number in range(9):
        code(number)
    assert Letter.objects.filter(address=importer.email).count() == 3


def test_behind_a_proxy_each_client_is_counted_by_itself(cast: Cast, settings: Settings) -> None:
    settings.TRUSTED_PROXY_COUNT = 1

    def attempt(address: str, number: int) -> int:
        client = Client(headers={"x-forwarded-for": f"1.1.1.{number}, {address}"})
        return int(sign_in(client, f"x-{address}-{number}@portal.example", "wrong").status_code)

    assert [attempt("198.51.100.7", number) for number in range(11)] == [200] * 10 + [429]
    assert attempt("198.51.100.8", 0) == 200


def test_without_a_proxy_a_made_up_address_does_not_help(cast: Cast) -> None:
    def attempt(number: int) -> int:
        client = Client(headers={"x-forwarded-for": f"198.51.100.{number}"})
        return int(sign_in(client, f"x-{number}@portal.example", "wrong").status_code)

    assert [attempt(number) for number in range(11)] == [200] * 10 + [429]


def test_the_counts_are_kept_where_all_processes_see_them(settings: Settings) -> None:
    assert settings.CACHES["default"]["BACKEND"] == "django.core.cache.backends.redis.RedisCache"
