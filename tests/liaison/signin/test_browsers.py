"""Browsers in plain words."""

from __future__ import annotations

import pytest

from liaison.signin.browsers import browser_words

CHROME = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36"
)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (CHROME, "Chrome on Android"),
        (CHROME + " EdgA/131.0", "Edge on Android"),
        (CHROME.replace("Chrome", "SamsungBrowser/23.0 Chrome"), "Samsung Internet on Android"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox on Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Safari/604.1",
            "Safari on iPhone",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17 Safari/605",
            "Safari on macOS",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko Firefox/132.0", "Firefox on Linux"),
        ("python-httpx/0.28.1", "An unknown browser"),
        ("", "An unknown browser"),
        ("<script>alert(1)</script> Windows", "An unknown browser on Windows"),
    ],
)
def test_the_most_special_name_that_fits(said: str, words: str) -> None:
    assert browser_words(said) == words
