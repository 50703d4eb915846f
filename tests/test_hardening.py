"""What a hostile client says of itself changes nothing of what others are told: hosts, proxies, caches, headers, paths."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client
from django.utils.crypto import get_random_string

from liaison.browsing import PERMISSIONS
from tests.conftest import Cast

EVIL = "evil.example"
PAGES = ("/", "/corridor/", "/accounts/login/", "/observatory/", "/privacy/")
POISONS = (
    {"X-Forwarded-Host": EVIL},
    {"X-Forwarded-Server": EVIL, "X-Host": EVIL, "Forwarded": f"host={EVIL}"},
    {"X-Original-URL": "/journal/", "X-Rewrite-URL": "/journal/"},
    {"X-Forwarded-Prefix": f"/{EVIL}", "X-Forwarded-Port": "8443", "X-Forwarded-Scheme": "ftp"},
)


def test_a_host_that_is_not_ours_is_refused(db: None) -> None:
    for host in (EVIL, f"testserver.{EVIL}", f"testserver@{EVIL}", "testserver:80:80", f"{EVIL}#testserver", "a b", ""):
        assert Client(raise_request_exception=False).get("/accounts/login/", headers={"host": host}).status_code == 400


def test_what_a_client_says_of_proxies_is_in_no_page(cast: Cast) -> None:
    for path in PAGES:
        plain = Client().get(path)
        for poison in POISONS:
            answer = Client().get(path, headers={**poison, "x-forwarded-for": f"203.0.113.7, {EVIL}"})
            assert EVIL not in answer.content.decode() + str(answer.headers), path
            assert (answer.status_code, answer.headers.get("Location")) == (
                plain.status_code,
                plain.headers.get("Location"),
            )


def test_letters_and_files_name_the_portals_own_address(cast: Cast) -> None:
    for path in ("/corridor/feed.atom", "/observatory/volume.metadata.json"):
        answer = Client().get(path, headers={"x-forwarded-host": EVIL})
        assert EVIL not in answer.content.decode(), path


def test_no_cache_gives_one_persons_page_to_another(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.importer)
    for path in ("/consignments/", "/tickets/", "/me/", "/me/security/"):
        answer = client.get(path)
        assert "private" in answer.headers.get("Cache-Control", "private"), path
        assert "Cookie" in answer.headers["Vary"], path
    # A name that looks like a picture is no picture: nothing of hers is answered there.
    for path in ("/me/style.css", "/consignments/nothing.png", "/tickets/;.js", "/me/%2e%2e/static/a.css"):
        answer = client.get(path, follow=True)
        assert (answer.status_code, cast.importer.email in answer.content.decode()) == (404, False), path


def test_parameters_and_headers_are_not_split(cast: Cast) -> None:
    for word in ("a\r\nSet-Cookie: x=1", "%0d%0aSet-Cookie:%20x=1"):
        answer = Client().post("/language/", {"language": "fr", "next": f"/{word}"})
        assert "x" not in answer.cookies
        assert EVIL not in answer.headers["Location"]
    for target in (f"//{EVIL}", f"https://{EVIL}", f"/\\{EVIL}", f"https:{EVIL}", f"javascript://{EVIL}"):
        assert EVIL not in Client().post("/language/", {"language": "fr", "next": target}).headers["Location"]


@pytest.mark.parametrize(
    "path",
    [
        "/static/../liaison/settings.py", "/static/%2e%2e/liaison/settings.py", "/static//etc/passwd", "/static/css/../../manage.py",
        "/.env", "/.git/config", "/secrets/secret_key", "/t/../journal/", "/documents/../../etc/passwd", "/consignments/..%2f..%2fmanage.py/",
    ],
)  # fmt: skip
def test_paths_lead_to_no_file(db: None, path: str) -> None:
    answer = Client().get(path)
    assert (answer.status_code, "SECRET_KEY" in answer.content.decode()) == (404, False)


def test_every_answer_tells_what_a_browser_may_do_with_it(cast: Cast) -> None:
    for path, whose in (("/", "same-origin"), ("/nowhere/", "same-origin"), ("/observatory/", "cross-origin")):
        headers = Client().get(path).headers
        told = [
            headers[name]
            for name in ("Permissions-Policy", "Cross-Origin-Resource-Policy", "Cross-Origin-Opener-Policy")
        ]
        assert told == [PERMISSIONS, whose, "same-origin"], path
        assert "unsafe" not in headers["Content-Security-Policy"]
    for power in ("camera=()", "geolocation=()", "microphone=()", "publickey-credentials-get=(self)"):
        assert power in PERMISSIONS


def test_pages_have_nothing_in_line_that_the_policy_would_have_to_allow(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.officer)
    for path in (*PAGES, "/tickets/", "/consignments/", "/sources/", "/directory/", "/me/"):
        page = client.get(path, follow=True).content.decode()
        assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=\"|javascript:", page) == [], path


def test_ten_thousand_tries_a_minute_cost_no_hash(cast: Cast) -> None:
    """After the limit a try is answered without a look at the password: a flood is cheap to refuse."""
    address = f"{get_random_string(8)}@portal.example"
    statuses = [
        Client().post("/accounts/login/", {"login": address, "password": "wrong words here"}).status_code
        for _number in range(12)
    ]
    assert statuses[-1] == 429
    assert settings.PASSWORD_HASHERS
