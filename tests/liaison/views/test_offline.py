"""The manifest, the page without a line, and the worker that keeps pages."""

from __future__ import annotations

import json
import re

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

WORKER = (settings.BASE_DIR / "static" / "js" / "worker.js").read_text()


@pytest.mark.parametrize(
    ("language", "name"), [("en", "KPA Liaison Office Kigali"), ("rw", "Ibiro by’imikoranire bya KPA i Kigali")]
)
def test_the_manifest_makes_it_an_app_in_the_readers_language(db: None, language: str, name: str) -> None:
    answer = Client(headers={"accept-language": language}).get("/manifest.webmanifest")
    told = json.loads(answer.content)
    assert (answer["Content-Type"], told["lang"], told["name"]) == ("application/manifest+json", language, name)
    assert (told["start_url"], told["scope"], told["display"]) == ("/", "/", "standalone")
    assert finders.find(told["icons"][0]["src"].removeprefix(settings.STATIC_URL))
    assert len(told["short_name"]) <= 12
    page = Client().get("/").content.decode()
    assert '<link rel="manifest" href="/manifest.webmanifest">' in page


def test_the_page_without_a_line_is_the_same_for_everybody_and_needs_nothing_else(db: None) -> None:
    page = Client().get("/offline/").content.decode()
    # Who has no line may still telephone.
    assert f"mailto:{settings.OFFICE_EMAIL}" in page
    assert set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page)) == {
        "/static/icon.svg", "/static/css/portal.css", "/static/js/portal.js",
    }  # fmt: skip
    assert "csrf" not in page
    # What the worker looks for in pages is there.
    assert "data-sent hidden" in page
    assert 'id="offline" hidden' in re.sub(r"\s+", " ", Client().get("/").content.decode())
    assert ('id="offline" hidden' in WORKER, "data-sent hidden" in WORKER) == (True, True)


def test_the_worker_keeps_lists_and_consignments_and_nothing_else() -> None:
    kept = re.compile(re.search(r"const KEPT = /(.+)/;", WORKER)[1].replace("\\/", "/"))  # type: ignore[index]
    lasting = ["/consignments/", "/consignments/RW26-000549/"]
    others = ["/", "/tickets/", "/consignments/new/", "/consignments/RW26-000549/edit/", "/me/", "/t/abc/", "/inbox/"]
    assert [path for path in (*lasting, *others) if kept.match(path)] == lasting
    leaving = re.compile(re.search(r"const LEAVING = /(.+)/;", WORKER)[1].replace("\\/", "/"))  # type: ignore[index]
    assert [bool(leaving.match(reverse(name))) for name in ("account_login", "account_logout", "home")] == [
        True,
        True,
        False,
    ]
