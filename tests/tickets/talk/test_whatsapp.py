"""What one webhook tells is put where it belongs, each part by itself, and twice changes nothing."""

from __future__ import annotations

from django.utils import timezone

from notify.correspondents import is_open, owner_of
from notify.models import Letter, Phone, Report, Tally, Template
from tests.conftest import AT, Cast
from tests.tickets.talk.conftest import HERS
from tests.tickets.talk.test_webhook import body, text
from tickets.models import Talk
from tickets.talk.conversations import answer_talk
from tickets.talk.webhook import read_hook
from tickets.talk.whatsapp import take_hook

USER = HERS.removeprefix("+")


def test_messages_are_answered_in_the_window_that_they_open(cast: Cast) -> None:
    Phone.objects.create(person=cast.importer, number=HERS, asked_at=AT, verified_at=timezone.now())
    messages = [text("STOP", "w1", **{"from": USER}), text("START", "w2", **{"from": USER})]
    hook = read_hook(body({"messages": messages}))
    at = timezone.now()
    assert take_hook(hook, at=at) == {"messages": 2, "duplicates": 0, "statuses": 0}
    assert take_hook(hook, at=at) == {"messages": 0, "duplicates": 2, "statuses": 0}
    assert is_open(address=HERS, at=at)
    for talk in Talk.objects.order_by("pk"):
        answer_talk(talk_id=talk.pk, at=at)
    assert (
        list(Letter.objects.order_by("pk").values_list("channel", "address", "is_answer"))
        == [("whatsapp", HERS, True)] * 2
    )
    assert [talk.person for talk in Talk.objects.all()] == [cast.importer] * 2


def test_a_number_that_somebody_gave_up_speaks_for_nobody(cast: Cast) -> None:
    Phone.objects.create(person=cast.importer, number=HERS, asked_at=AT, verified_at=timezone.now())
    system = {"type": "system", "system": {"type": "user_changed_number", "wa_id": "250788000000"}}
    take_hook(read_hook(body({"messages": [{"from": USER, "id": "m", **system}]})), at=timezone.now())
    assert owner_of(HERS, at=timezone.now()) is None
    assert Talk.objects.values_list("state", "reason").get() == ("left", "silent")


def test_statuses_judgments_and_what_is_left_out_are_counted(db: None) -> None:
    statuses = [{"id": "w1", "status": status} for status in ("read", "delivered", "sent", "odd")]
    about = {"message_template_name": "portal_news", "message_template_language": "en"}
    take_hook(read_hook(body({"statuses": statuses})), at=AT)
    take_hook(read_hook(body({**about, "event": "PAUSED"}, name="message_template_status_update")), at=AT)
    assert Report.objects.values_list("channel", "state").get() == ("whatsapp", "read")
    assert Template.objects.values_list("name", "language", "status").get() == ("portal_news", "en", "PAUSED")
    assert dict(Tally.objects.values_list("what", "count")) == {"unknown_report": 3, "odd_whatsapp": 1}
