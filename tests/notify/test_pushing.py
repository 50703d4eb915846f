"""What is sent to browsers: whom it may go to, with which keys, and how long it may be."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from notify.pushing import LONGEST_TITLE, MOST_BYTES, Push, browser_keys, decoded, encoded, is_taken_by, public_key

POINT = (
    ec.derive_private_key(7, ec.SECP256R1()).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
)
KEY, SECRET = encoded(POINT), encoded(bytes(16))


@pytest.mark.parametrize(
    ("endpoint", "is_taken"),
    [
        ("https://fcm.googleapis.com/fcm/send/abc:APA91b", True),
        ("https://fcm.googleapis.com:443/fcm/send/abc", True),
        ("https://FCM.googleapis.com/fcm/send/abc", True),
        ("https://updates.push.services.mozilla.com/wpush/v2/gAAAAA", True),
        ("https://web.push.apple.com/QGuQyavXutnMH9", True),
        ("https://wns2-by3p.notify.windows.com/w/?token=BQYAAA%2f", True),
        ("http://fcm.googleapis.com/fcm/send/abc", False),
        ("https://fcm.googleapis.com:8443/fcm/send/abc", False),
        ("https://evil.example/fcm.googleapis.com", False),
        ("https://fcm.googleapis.com.evil.example/x", False),
        ("https://evilfcm.googleapis.com/x", False),
        ("https://x.fcm.googleapis.com/x", False),
        ("https://evilpush.apple.com/x", False),
        ("https://push.apple.com/x", False),
        ("https://fcm.googleapis.com@evil.example/x", False),
        ("https://user:word@fcm.googleapis.com/x", False),
        ("https://evil.example\\@fcm.googleapis.com/x", False),
        ("https://evil.example\t.push.apple.com/x", False),
        ("https://127.0.0.1/x", False),
        ("https://10.0.0.7/x", False),
        ("https://169.254.169.254/latest/meta-data", False),
        ("https://[::1]/x", False),
        ("https://localhost/x", False),
        ("https://ｆcm.googleapis.com/x", False),
        ("https://fcm.googleapis.com:port/x", False),
        ("https://[fcm.googleapis.com/x", False),
        ("", False),
    ],
)
def test_only_browsers_makers_take_what_we_send(endpoint: str, is_taken: bool) -> None:
    assert is_taken_by(endpoint, settings.PUSH_SERVICES) is is_taken


@given(st.text(max_size=60))
def test_whatever_is_named_is_judged_and_nothing_that_is_not_https_is_taken(endpoint: str) -> None:
    assert not is_taken_by(endpoint, settings.PUSH_SERVICES) or endpoint.lower().startswith("https://")


def test_keys_are_kept_in_one_spelling() -> None:
    assert browser_keys(f"{KEY}=", f"{SECRET}==") == (KEY, SECRET)


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [
        ("", SECRET),
        (KEY, ""),
        (KEY[:-4], SECRET),
        (KEY, SECRET[:-4]),
        (KEY, KEY),
        (encoded(b"\x04" + b"\xff" * 64), SECRET),
        (encoded(b"\x02" + POINT[1:]), SECRET),
        (encoded(b"\x04" + bytes(64)), SECRET),
        (f"{KEY[:-1]}é", SECRET),
        (f"{KEY[:-2]}+/", SECRET),
        (f"{KEY} ", SECRET),
    ],
)
def test_what_is_no_point_of_the_curve_or_no_secret_is_refused(p256dh: str, auth: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        browser_keys(p256dh, auth)


@given(st.binary(max_size=80))
def test_base64url_goes_there_and_back(data: bytes) -> None:
    assert decoded(encoded(data)) == data


def test_the_public_half_is_the_one_of_the_private() -> None:
    assert public_key(encoded((7).to_bytes(32, "big"))) == KEY
    with pytest.raises(ValueError, match=r"."):
        public_key(encoded(bytes(32)))


def push(title: str = "Malaba: shut", body: str = "Tell your driver.") -> Push:
    link = "https://portal.example/corridor/"
    return Push(p256dh=KEY, auth=SECRET, title=title, body=body, url=link, language="rw", tag="t" * 32)


@given(st.text(max_size=5000), st.text(max_size=300))
def test_a_payload_is_never_too_large_and_keeps_the_beginning(body: str, title: str) -> None:
    payload = push(title, body).payload()
    said = json.loads(payload)
    assert len(payload) <= MOST_BYTES
    assert (said["url"], said["lang"], said["tag"]) == ("https://portal.example/corridor/", "rw", "t" * 32)
    assert len(said["title"]) <= LONGEST_TITLE
    assert said["body"] == body or body.startswith(said["body"].removesuffix("…"))


def test_a_long_text_is_cut_near_the_limit() -> None:
    assert MOST_BYTES - 10 <= len(push(body="é" * 4000).payload()) <= MOST_BYTES
    assert json.loads(push(body="é" * 4000).payload())["body"].endswith("é…")


@given(st.text(max_size=200), st.text(max_size=200))
def test_a_letter_carries_it_whole(body: str, title: str) -> None:
    assert Push.unpacked(push(title, body).packed()) == push(title, body)


def test_why_it_came_and_where_to_change_that_are_never_cut_and_may_be_missing() -> None:
    ends = {"why": "You chose to be told.", "change": "https://portal.example/me/", "change_words": "Settings"}
    told = replace(push(body="é" * 4000), **ends)
    said = json.loads(told.payload())
    assert ({name: said[name] for name in ends}, len(told.payload()) <= MOST_BYTES) == (ends, True)
    assert set(json.loads(push().payload())) == {"title", "url", "lang", "tag", "body"}
    # As letters were written before there was such a thing.
    packed = {name: value for name, value in json.loads(told.packed()).items() if name not in ends}
    assert Push.unpacked(json.dumps(packed)) == push(body="é" * 4000)
