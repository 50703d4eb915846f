"""Webhooks by program: made, listed, tried out, paused, ended; what was sent, and sending it again."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError as Refused
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import body_of
from api.description.calls import described
from api.description.vocabulary import COUNT, json_of, page, ref
from api.doors import caller, door, has_scope
from api.hooks import webhooks as hooks
from api.idempotency import once
from api.models import Scope, Webhook, WebhookMessage, WebhookQuerySet
from api.paging import answer, moment_in, one_of
from cargo.models import KIGALI
from liaison.permissions import get_visible_or_404

# What strangers call the same.
_SAME = {"events": "kinds", "event_types": "kinds", "types": "kinds", "address": "url", "endpoint": "url"}


@described("list_webhooks", gettext_lazy("Your webhooks"), answers={200: page("Webhook")}, filters={})
@described(
    "make_webhook",
    gettext_lazy("Have news sent to an address of yours"),
    method="POST",
    takes=json_of("NewWebhook"),
    answers={201: ref("WebhookWithSecret")},
)
@described(
    "delete_webhook_by_id",
    gettext_lazy("End the one named by “id”"),
    method="DELETE",
    answers={204: None},
    filters={"id": COUNT},
    refusals=(404,),
)
@door("GET", "POST", "DELETE")
@once
def webhooks(request: Request) -> Response:
    """The caller's webhooks, the latest first; POST makes one, DELETE ends the one named by ``?id=``."""
    if request.method == "POST":
        return _make(request)
    if request.method == "DELETE":
        number = str(request.query_params.get("id", ""))
        if not (number.isdecimal() and len(number) < 19):
            raise ValidationError({"id": [_("Say which: ?id= and its number.")]})
        return _delete(request, int(number))
    rows = _counted(Webhook.objects.visible_to(caller(request)).of_portal())
    return answer(request, rows, filters={}, order="-pk", shape=_shape)


@described("get_webhook", gettext_lazy("One webhook"), answers={200: ref("Webhook")}, refusals=(404,))
@described(
    "change_webhook",
    gettext_lazy("Change its kinds, pause or resume it"),
    method="PATCH",
    takes=json_of("WebhookChange"),
    answers={200: ref("Webhook")},
    refusals=(404,),
)
@described("delete_webhook", gettext_lazy("End it"), method="DELETE", answers={204: None}, refusals=(404,))
@door("GET", "PATCH", "DELETE")
@once
def webhook(request: Request, pk: int) -> Response:
    """One webhook."""
    if request.method == "DELETE":
        return _delete(request, pk)
    found = _one(request, pk)
    if request.method == "PATCH":
        _change(request, found)
    return Response(_shape(_one(request, pk)))


@described(
    "test_webhook",
    gettext_lazy("Have a test message sent"),
    method="POST",
    answers={202: ref("WebhookMessage")},
    refusals=(404,),
)
@door("POST")
@once
def webhook_test(request: Request, pk: int) -> Response:
    """Have a message sent that says nothing but that it is a test."""
    return Response(_message(hooks.send_test(webhook=_one(request, pk), at=timezone.now())), status=202)


@described(
    "rotate_webhook_secret",
    gettext_lazy("A new secret; the old one signs beside it for a day"),
    method="POST",
    answers={200: ref("WebhookSecret")},
    refusals=(404,),
)
@door("POST")
@once
def webhook_rotate(request: Request, pk: int) -> Response:
    """A new secret; who asks again with the same key is given the same, so that the one in use is not lost."""
    at = timezone.now()
    secret = hooks.rotate_secret(webhook=_one(request, pk), by=caller(request), at=at)
    return Response({"secret": secret, "old_secret_until": _text(at + hooks.ROTATING)})


@described(
    "replay_webhook",
    gettext_lazy("Have sent again what was given up"),
    method="POST",
    takes=json_of("Replay"),
    answers={202: ref("Replayed")},
    refusals=(404,),
)
@door("POST")
@once
def webhook_replay(request: Request, pk: int) -> Response:
    """All that was given up, or since a moment, or one message whatever became of it."""
    found, body = _one(request, pk), body_of(request, ("since", "message"))
    since, key = _moment(body.get("since")), _key(body.get("message"))
    count = hooks.replay(webhook=found, at=timezone.now(), since=since, key=key)
    return Response({"messages": count}, status=202)


@described(
    "list_webhook_deliveries",
    gettext_lazy("What was sent, and how it went"),
    answers={200: page("WebhookMessage")},
    filters={"state": {"type": "string", "enum": list(WebhookMessage.State.values)}},
    refusals=(404,),
)
@door("GET")
def webhook_deliveries(request: Request, pk: int) -> Response:
    """The messages of a webhook, the latest first."""
    rows = WebhookMessage.objects.visible_to(caller(request)).filter(webhook=_one(request, pk))
    filters = {"state": one_of("state", lambda: list(WebhookMessage.State.values))}
    return answer(request, rows, filters=filters, order="-pk", shape=_message)


def _one(request: Request, pk: int) -> Webhook:
    found: Webhook = get_visible_or_404(_Counted(), caller(request), pk=pk)
    return found


class _Counted:
    def visible_to(self, viewer: Any, /) -> WebhookQuerySet:
        return _counted(Webhook.objects.visible_to(viewer).of_portal())


def _counted(rows: WebhookQuerySet) -> WebhookQuerySet:
    waiting = Count("messages", filter=Q(messages__state=WebhookMessage.State.DUE))
    return rows.annotate(waiting=waiting)


def _make(request: Request) -> Response:
    body = body_of(request, ("url", "kinds", *_SAME))
    said = {_SAME.get(name, name): value for name, value in body.items()}
    url = said.get("url", "")
    if not isinstance(url, str) or not 0 < len(url.strip()) <= 500:
        raise ValidationError({"url": [_("An address of at most 500 characters.")]})
    kinds = _kinds(request, said.get("kinds"))
    try:
        made, secret = hooks.make_webhook(
            person=caller(request), url=url.strip(), kinds=kinds, by=caller(request), at=timezone.now()
        )
    except Refused as error:
        raise ValidationError(error.message_dict) from error
    answered = Response({**_shape(_one(request, made.pk)), "secret": secret}, status=201)
    answered["Location"] = f"{request.path}{made.pk}/"
    return answered


def _kinds(request: Request, said: object) -> list[str]:
    known = hooks.known_kinds(with_tickets=has_scope(request, Scope.TICKETS))
    if said is None:
        return known
    if not isinstance(said, list) or not said or any(kind not in known for kind in said):
        raise ValidationError({"kinds": [_("A list of these: %(names)s.") % {"names": ", ".join(known)}]})
    return said


def _change(request: Request, found: Webhook) -> None:
    body, by, at = body_of(request, ("kinds", "paused")), caller(request), timezone.now()
    if "paused" in body and not isinstance(body["paused"], bool):
        raise ValidationError({"paused": [_("true or false.")]})
    if "kinds" in body:
        hooks.choose_kinds(webhook=found, kinds=_kinds(request, body["kinds"]), by=by, at=at)
    if body.get("paused") is True:
        hooks.pause_webhook(webhook=found, why=Webhook.Pause.OWNER, by=by, at=at)
    if body.get("paused") is False:
        hooks.resume_webhook(webhook=found, by=by, at=at)


def _delete(request: Request, pk: int) -> Response:
    hooks.delete_webhook(webhook=_one(request, pk), by=caller(request), at=timezone.now())
    return Response(status=204)


def _moment(said: object) -> datetime | None:
    if said is None:
        return None
    try:
        return moment_in(str(said))
    except ValueError as error:
        raise ValidationError({"since": [str(error)]}) from error


def _key(said: object) -> UUID | None:
    if said is None:
        return None
    try:
        return UUID(hex=str(said).removeprefix("msg_"))
    except ValueError as error:
        raise ValidationError({"message": [_("The id of a message, as it was sent.")]}) from error


def _shape(found: Any) -> dict[str, Any]:
    return {
        "id": found.pk,
        "url": found.url,
        "kinds": found.kinds,
        "state": "paused" if found.pause else "active",
        "pause": found.pause or None,
        "made_at": _text(found.made_at),
        "failing_since": _text(found.failing_since),
        "waiting": found.waiting,
    }


def _message(message: WebhookMessage) -> dict[str, Any]:
    return {
        "id": message.name,
        "kind": message.kind,
        "about": message.about.partition(":")[2],
        "state": message.state,
        "written_at": _text(message.written_at),
        "due_at": _text(message.due_at),
        "sent_at": _text(message.sent_at),
        "attempts": message.attempts,
        "tries": message.tries,
    }


def _text(at: datetime | None) -> str | None:
    return at.astimezone(KIGALI).isoformat() if at else None
