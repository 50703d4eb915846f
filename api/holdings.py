"""What the API holds of a person, how it forgets her, and how long it keeps tokens and answers that serve no more."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from api.hooks.webhooks import remove_messages
from api.idempotency import KEPT
from api.models import AccessToken, KeptAnswer, Webhook
from liaison.holdings import Holding, Rows
from liaison.models import Person
from liaison.retention import MONTH, Rule


def _tokens(before: datetime, at: datetime) -> int:
    return AccessToken.objects.filter(Q(revoked_at__lt=before) | Q(expires_at__lt=before)).delete()[0]


def _answers(before: datetime, at: datetime) -> int:
    return KeptAnswer.objects.filter(kept_at__lt=before).delete()[0]


def forget(*, person: Person, at: datetime) -> None:
    """Her programs have nothing to act for any more."""
    AccessToken.objects.visible_to(person).delete()
    KeptAnswer.objects.filter(person=person).delete()
    Webhook.objects.visible_to(person).delete()


def _held(person: Person) -> Rows:
    return AccessToken.objects.visible_to(person).order_by("pk").values("name", "scopes", "made_at", "last_used_at")


def _hooks(person: Person) -> Rows:
    return Webhook.objects.visible_to(person).order_by("pk").values("url", "kinds", "made_at", "pause")


RULES = [
    Rule(
        name="webhook_messages",
        what=_("What was sent to webhooks"),
        period=MONTH,
        basis=_("Sending again what a receiver has missed"),
        remove=remove_messages,
    ),
    Rule(
        name="tokens",
        what=_("Access tokens that were revoked or have expired"),
        period=6 * MONTH,
        basis=_("Proof of what a program could do"),
        remove=_tokens,
    ),
    Rule(
        name="answers",
        what=_("Answers kept for a program that sends the same again"),
        period=KEPT,
        basis=_("Doing a thing once"),
        remove=_answers,
    ),
]
HELD = [
    Holding("access_tokens", _("Access tokens for your own programs"), _held),
    Holding("webhooks", _("Webhooks for your own systems"), _hooks),
]
