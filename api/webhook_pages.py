"""The person's pages on which webhooks are made, tried out, paused and ended, with what was sent to each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from api.hooks import webhooks as hooks
from api.hooks.kinds import KINDS
from api.models import Webhook, WebhookMessage
from liaison.models import Person
from liaison.paging import paginate
from liaison.permissions import get_visible_or_404, person_of, signed_in
from liaison.signin.pages import reauthenticated


class WebhookForm(forms.Form):
    """Where news goes, and of what."""

    url = forms.CharField(
        label=gettext_lazy("Address of your receiver"),
        max_length=500,
        help_text=gettext_lazy("It begins with https:// and takes POST requests."),
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("It is told of"),
        choices=[(kind, kind) for kind in KINDS.values()],
        widget=forms.CheckboxSelectMultiple,
    )


@never_cache
@signed_in
@reauthenticated
def webhook_list(request: HttpRequest) -> HttpResponse:
    """The person's webhooks, newest first, and the form for a new one, whose secret is shown this once."""
    person, at, secret = person_of(request), timezone.now(), ""
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _made, secret = hooks.make_webhook(person=person, **form.cleaned_data, by=person, at=at)
            form = WebhookForm()
        except ValidationError as error:
            form.add_error(None, error)
    page = paginate(Webhook.objects.visible_to(person), request)
    context = {"page": page, "form": form, "secret": secret}
    return render(request, "api/webhook_list.html", context, status=422 if form.errors else 200)


@require_safe
@never_cache
@signed_in
@reauthenticated
def webhook_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One webhook with what was sent to it, the latest first."""
    webhook = get_visible_or_404(Webhook.objects, person_of(request), pk=pk)
    rows = WebhookMessage.objects.visible_to(person_of(request)).filter(webhook=webhook)
    page = paginate(rows, request)
    tried = [[{**each, "at": datetime.fromisoformat(each["at"])} for each in row.tries] for row in page.rows]
    shown = [{"message": row, "tries": tries} for row, tries in zip(page.rows, tried, strict=True)]
    context = {"webhook": webhook, "page": page, "rows": shown}
    return render(request, "api/webhook_detail.html", context)


@never_cache
@require_POST
@signed_in
@reauthenticated
def webhook_act(request: HttpRequest, pk: int) -> HttpResponse:
    """Try it out, send again, pause, resume, end it, or take a new secret, which is shown this once."""
    person, at = person_of(request), timezone.now()
    webhook = get_visible_or_404(Webhook.objects, person, pk=pk)
    name = request.POST.get("act", "")
    if webhook.subscription and name in ("rotate", "test"):
        # The subscriber gives the secret, by the API, and DCSA has no test.
        raise Http404
    if name == "rotate":
        secret = hooks.rotate_secret(webhook=webhook, by=person, at=at)
        return render(request, "api/webhook_act.html", {"webhook": webhook, "secret": secret})
    if name not in _ACTS:
        raise Http404
    messages.success(request, _ACTS[name](webhook, person, at, request.POST.get("message", "")))
    return redirect("webhooks:webhook_list") if name == "delete" else redirect("webhooks:webhook_detail", pk=pk)


def _test(webhook: Webhook, person: Person, at: datetime, message: str) -> str:
    hooks.send_test(webhook=webhook, at=at)
    return _("A test is on its way. Look here again in a moment.")


def _replay(webhook: Webhook, person: Person, at: datetime, message: str) -> str:
    try:
        key = UUID(hex=message) if message else None
    except ValueError as error:
        raise Http404 from error
    count = hooks.replay(webhook=webhook, at=at, key=key)
    return _("Sent again: %(count)s.") % {"count": count}


def _pause(webhook: Webhook, person: Person, at: datetime, message: str) -> str:
    hooks.pause_webhook(webhook=webhook, why=Webhook.Pause.OWNER, by=person, at=at)
    return _("Nothing more is sent until you resume it.")


def _resume(webhook: Webhook, person: Person, at: datetime, message: str) -> str:
    hooks.resume_webhook(webhook=webhook, by=person, at=at)
    return _("News is sent again from now on.")


def _delete(webhook: Webhook, person: Person, at: datetime, message: str) -> str:
    hooks.delete_webhook(webhook=webhook, by=person, at=at)
    return _("The webhook is ended.")


_ACTS: dict[str, Callable[[Webhook, Person, datetime, str], str]] = {
    "test": _test,
    "replay": _replay,
    "pause": _pause,
    "resume": _resume,
    "delete": _delete,
}
