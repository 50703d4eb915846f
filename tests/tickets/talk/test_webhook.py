"""Reading WhatsApp's webhooks: bodies of every shape, several at once, and nonsense among them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shape import ROOT
from tickets.talk.webhook import Came, Hook, Judged, Status, read_hook

SAMPLES = Path(os.environ.get("SAMPLES_DIR") or ROOT.parent / "shared" / "samples") / "whatsapp"


def body(*values: dict[str, Any], name: str = "messages") -> bytes:
    changes = [{"field": name, "value": value} for value in values]
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": changes}]}).encode()


def text(words: str, id: str = "wamid.1", **more: Any) -> dict[str, Any]:
    return {
        "from": "250788123456",
        "id": id,
        "timestamp": "1764100000",
        "type": "text",
        "text": {"body": words},
        **more,
    }


def test_messages_of_several_kinds_are_read_from_one_body() -> None:
    press = {"from": "250788123456", "id": "b", "type": "button", "button": {"payload": "x", "text": "STOP"}}
    chosen = {"type": "list_reply", "list_reply": {"id": "x", "title": "TRACK"}}
    picked = {"from": "250788123456", "id": "c", "type": "interactive", "interactive": chosen}
    photo = {"from": "250788123456", "id": "d", "type": "image", "image": {"id": "7"}}
    heart = {"from": "250788123456", "id": "e", "type": "reaction", "reaction": {"emoji": "x"}}
    hook = read_hook(body({"messages": [text("TRACK X1"), press]}, {"messages": [picked, photo, heart]}))
    assert [(came.provider_id, came.address, came.text, came.is_silent) for came in hook.came] == [
        ("wamid.1", "+250788123456", "TRACK X1", False),
        ("b", "+250788123456", "STOP", False),
        ("c", "+250788123456", "TRACK", False),
        ("d", "+250788123456", "", False),
        ("e", "+250788123456", "", True),
    ]


def test_who_hides_her_number_is_known_by_her_id() -> None:
    hidden = {key: value for key, value in text("HELP").items() if key != "from"}
    by_message = read_hook(body({"messages": [{**hidden, "from_user_id": "RW.123"}]}))
    by_contact = read_hook(body({"contacts": [{"user_id": "RW.9"}], "messages": [hidden]}))
    nobody = read_hook(body({"messages": [hidden]}))
    assert [hook.came[0].address for hook in (by_message, by_contact)] == ["RW.123", "RW.9"]
    assert (nobody.came, nobody.left_out) == ([], 1)


def test_statuses_say_what_became_of_ours_and_why() -> None:
    failed = {
        "id": "wamid.7",
        "status": "failed",
        "recipient_id": "250788123456",
        "errors": [{"code": 131026, "title": "Undeliverable"}],
        "biz_opaque_callback_data": "letter-12",
    }
    others = [
        {"id": "w", "status": "read", "recipient_type": "group"},
        {"id": "w", "status": "lost"},
        {"status": "read"},
    ]
    hook = read_hook(body({"statuses": [failed, *others, {"id": "wamid.8", "status": "played"}]}))
    assert hook.statuses == [
        Status(
            provider_id="wamid.7",
            state="failed",
            reason="131026 Undeliverable",
            number="+250788123456",
            ours="letter-12",
        ),
        Status(provider_id="wamid.8", state="read", reason="", number="", ours=""),
    ]
    assert hook.left_out == 3


def test_templates_and_a_number_given_up_are_told() -> None:
    about = {"message_template_name": "portal_news", "message_template_language": "fr"}
    judged = {**about, "event": "REJECTED", "reason": "INVALID_FORMAT", "message_template_category": "MARKETING"}
    assert read_hook(body(judged, name="message_template_status_update")).judged == [
        Judged(name="portal_news", language="fr", status="REJECTED", category="MARKETING", reason="INVALID_FORMAT")
    ]
    recast = read_hook(body({**about, "new_category": "MARKETING"}, name="template_category_update"))
    assert recast.judged == [Judged(name="portal_news", language="fr", category="MARKETING")]
    worse = read_hook(body({**about, "new_quality_score": "RED"}, {"x": 1}, name="message_template_quality_update"))
    assert (worse.judged, worse.left_out) == ([Judged(name="portal_news", language="fr", quality="RED")], 1)
    system = {"type": "system", "system": {"type": "user_changed_number", "wa_id": "250788000000"}}
    moved = read_hook(body({"messages": [{"from": "250788123456", "id": "m", **system}]}))
    assert (moved.moved, moved.came[0].is_silent) == (["+250788123456"], True)


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b'{"entry": 7}', b"\xff", b"null"])
def test_what_is_no_webhook_is_said_to_be_none(raw: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        read_hook(raw)


def test_what_no_database_keeps_is_taken_out() -> None:
    raw = rb'{"entry": [{"changes": [{"field": "messages", "value": {"messages": [{"from": "250788123456",'
    raw += rb'"id": "w\u0000", "type": "text", "text": {"body": "a\u0000\ud800b", "n": NaN}}]}}]}]}'
    came = read_hook(raw).came[0]
    assert (came.provider_id, came.text, came.raw["text"]["n"]) == ("w", "a?b", "NaN")
    # JSON knows no such numbers, and Python makes them of what is merely large.
    numbers = b'{"entry": [{"changes": [{"field": "messages", "value": {"messages": [{"from": "250788123456",'
    numbers += b'"id": "w", "type": "text", "a": 1e999, "b": [-1e999], "c": 1.5, "d": -Infinity}]}}]}]}'
    raw_numbers = read_hook(numbers).came[0].raw
    assert [raw_numbers[name] for name in "abcd"] == ["inf", ["-inf"], 1.5, "-Infinity"]
    json.dumps(raw_numbers, allow_nan=False)
    with pytest.raises(ValueError, match="deep"):
        read_hook(b'{"entry": ' + b"[" * 200_000 + b"]" * 200_000 + b"}")


_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["messages", "statuses", "from", "id", "type", "text", "body", "status", "errors", "x"]),
            inner,
            max_size=5,
        ),
    ),
    max_leaves=12,
)


@settings(max_examples=50, deadline=None)
@given(st.lists(_JSON, max_size=3), st.sampled_from(["messages", "template_category_update", "x"]))
def test_nonsense_does_no_harm(values: list[Any], name: str) -> None:
    changes = [{"field": name, "value": value} for value in values]
    hook = read_hook(json.dumps({"entry": [{"changes": changes}, None, changes]}).encode())
    assert isinstance(hook, Hook)
    assert all(isinstance(came, Came) and came.address and came.provider_id for came in hook.came)


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("250788123456", "+250788123456"),
        (250788123456, "+250788123456"),
        ("2507881", "+2507881"),
        ("250788", ""),
        ("0788123456", ""),
        ("1234567890123456", ""),
        ("+250788123456", ""),
        ("250788123456\n", ""),
        ("٢٥٠٧٨٨١٢٣", ""),
        (True, ""),
        (None, ""),
        (["250788123456"], ""),
    ],
)
def test_only_a_whatsapp_id_is_taken_for_a_number(said: object, address: str) -> None:
    hook = read_hook(body({"messages": [{**text("x"), "from": said}], "statuses": []}))
    assert [came.address for came in hook.came] == ([address] if address else [])
    assert hook.left_out == (0 if address else 1)


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ({"type": "text", "text": {"body": ""}}, ""),
        ({"type": "text", "text": "TRACK"}, ""),
        ({"type": "text", "text": {"body": 5}}, "5"),
        ({"type": "text", "text": {"body": True}}, ""),
        ({"type": "text", "text": {"body": ["a"]}}, ""),
        ({"type": "button", "button": {"payload": "secret"}}, ""),
        ({"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"title": "HELP"}}}, "HELP"),
        ({"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": {"body": "Sent"}}}, ""),
        ({"type": "interactive", "interactive": {"type": {}}}, ""),
        ({"type": "image", "image": {"caption": "STOP"}}, ""),
        ({"type": ["text"], "text": {"body": "x"}}, ""),
        ({"text": {"body": "x"}}, ""),
    ],
)
def test_the_words_of_a_message_are_those_that_somebody_wrote_or_pressed(part: dict[str, Any], words: str) -> None:
    message = {"from": "250788123456", "id": "w", **part}
    [came] = read_hook(body({"messages": [message]})).came
    assert (came.text, came.is_silent, came.raw) == (words, False, message)


@pytest.mark.parametrize("kind", ["reaction", "system", "unsupported", "request_welcome", "ephemeral"])
def test_what_asks_for_nothing_is_silent(kind: str) -> None:
    [came] = read_hook(body({"messages": [{**text("x"), "type": kind}]})).came
    assert (came.is_silent, came.text) == (True, "")


@pytest.mark.parametrize(
    ("errors", "reason"),
    [
        (None, ""),
        ("131026", ""),
        ([], ""),
        ([None, 7], ""),
        ([{"code": 131026}], "131026"),
        ([{"title": "Undeliverable"}], "Undeliverable"),
        ([{"code": 1, "title": "A"}, {"code": 2, "title": "B"}], "1 A; 2 B"),
        ([{"code": 1, "title": "A" * 200}], f"1 {'A' * 98}"),
    ],
)
def test_why_a_message_failed_is_told_shortly(errors: object, reason: str) -> None:
    [status] = read_hook(body({"statuses": [{"id": "w", "status": "failed", "errors": errors}]})).statuses
    assert status.reason == reason


@pytest.mark.parametrize(
    ("said", "state"),
    [("sent", "on_way"), ("delivered", "delivered"), ("read", "read"), ("played", "read"), ("failed", "failed")],
)
def test_each_status_of_whatsapp_has_one_of_ours(said: str, state: str) -> None:
    found = read_hook(body({"statuses": [{"id": "w" * 300, "status": said, "biz_opaque_callback_data": "l" * 99}]}))
    [status] = found.statuses
    assert (status.state, status.provider_id, status.ours, found.left_out) == (state, "w" * 160, "l" * 60, 0)


def test_long_ids_are_cut_to_what_is_kept() -> None:
    hidden = {key: value for key, value in text("x", id="w" * 500).items() if key != "from"}
    [came] = read_hook(body({"messages": [{**hidden, "from_user_id": "u" * 500}]})).came
    assert (came.provider_id, came.address) == ("w" * 160, "u" * 140)


@pytest.mark.parametrize(
    "value",
    [{}, {"message_template_name": "x"}, {"message_template_language": "fr"}, {"message_template_name": [], "x": 1}],
)
@pytest.mark.parametrize("name", ["message_template_status_update", "template_category_update"])
def test_a_judgment_of_no_template_is_left_out(value: dict[str, Any], name: str) -> None:
    hook = read_hook(body(value, name=name))
    assert (hook.judged, hook.left_out) == ([], 1)


def test_an_empty_body_of_a_webhook_tells_nothing() -> None:
    for raw in (b'{"entry": []}', b'{"entry": [null, 1, "x"]}', b'{"entry": [{}, {"changes": {}}]}'):
        assert read_hook(raw) == Hook()


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the captured samples are not at hand")
def test_captured_webhooks_are_read() -> None:
    read = {}
    for path in sorted(SAMPLES.glob("*.json")):
        for name, found in _bodies(path.stem, json.loads(path.read_bytes())):
            hook = read_hook(json.dumps(found).encode())
            counts = (len(hook.came), len(hook.statuses), len(hook.judged), len(hook.moved))
            read[name] = counts if any(counts) else f"{hook.left_out} left out"
    assert read["pywa_message.text"] == (1, 0, 0, 0)
    assert read["pywa_callback_button.button"] == (1, 0, 0, 0)
    assert read["pywa_message_status.with_tracker"] == (0, 1, 0, 0)
    assert read["pywa_message_status.group"] == "1 left out"
    assert read["pywa_system.phone_number_change"] == (1, 0, 0, 1)
    assert read["pywa_template_status_update.rejected"] == (0, 0, 1, 0)
    assert read["pywa_template_category_update.marketing"] == (0, 0, 1, 0)
    assert read["pywa_template_quality_update.yellow"] == (0, 0, 1, 0)
    assert read["pywa_user_marketing_preferences.signup"] == "1 left out"


def _bodies(name: str, found: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The bodies of a file: each has its own ``entry``."""
    if "entry" in found:
        yield name, found
    for key, inner in found.items():
        if isinstance(inner, dict):
            yield from _bodies(f"{name}.{key}", inner)
