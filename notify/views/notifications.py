"""What the person is told, by which channel and when; her telephone; and the way out of a mail."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from liaison.models import Person
from liaison.permissions import person_of, signed_in
from liaison.views.members import done
from notify import addresses
from notify.correspondents import has_stopped
from notify.forms import BrowserForm, CodeForm, HoursForm, PhoneForm, table_from
from notify.keys import topic_key, topic_of
from notify.kinds import ACCOUNT, SENT_BY, TOPICS
from notify.models import OwnBrowser, Stance
from notify.outbox import find_notice
from notify.preferences import choose, end_topic, preference_of, table_of
from notify.pushing import public_key
from notify.readers import reader_of
from notify.wording import reason_of, word
from notify.words import channel_label, topic_label


@signed_in
def notification_edit(request: HttpRequest) -> HttpResponse:
    """A table of topics and channels, the hours, the telephone, and what one watches or mutes."""
    person = person_of(request)
    channels = [channel for channel in SENT_BY if channel in settings.PERSONAL_CHANNELS]
    form = HoursForm(request.POST or None, instance=preference_of(person))
    if request.method == "POST" and form.is_valid():
        table = table_from(request.POST, channels)
        choose(person=person, hours=form.hours(), table=table, by=person, at=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("notify:notification_edit")
    context = _context(person, channels) | {"form": form}
    return render(request, "notify/notification_edit.html", context, status=422 if form.errors else 200)


def _context(person: Person, channels: list[str]) -> dict[str, Any]:
    chosen, reachable = table_of(person), reader_of(person).reachable
    phone, bounce = addresses.kept_of(person)
    return {
        "channels": [
            {"label": channel_label(channel), "is_open": channel in reachable, "is_push": channel == "push"}
            for channel in channels
        ],
        "topics": [
            {
                "label": topic_label(topic),
                "cells": [
                    {"value": f"{topic}:{channel}", "label": channel_label(channel), "is_on": chosen[topic, channel]}
                    for channel in channels
                ],
            }
            for topic in TOPICS
        ],
        "phone": phone,
        "has_stopped": phone is not None and has_stopped(channel="sms", address=phone.number),
        "offers_sms": "sms" in channels,
        "phone_form": PhoneForm(initial={"number": person.phone}),
        "code_form": CodeForm(),
        "bounce": bounce,
        "public_key": public_key(settings.VAPID_PRIVATE_KEY) if "push" in channels else "",
        "browser": BrowserForm(auto_id=False),
        "browsers": OwnBrowser.objects.visible_to(person).order_by("-added_at", "-pk"),
        "stances": Stance.objects.visible_to(person).filter(subject="consignment").order_by("key")[:100],
    }


def _answered(request: HttpRequest, form: forms.Form, is_done: bool, yes: str, no: str) -> HttpResponse:
    """Back to the page with what became of it."""
    if form.errors:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    elif is_done:
        messages.success(request, yes)
    else:
        messages.error(request, no)
    return redirect("notify:notification_edit")


@require_POST
@signed_in
def phone_ask(request: HttpRequest) -> HttpResponse:
    """Send a code to a number."""
    person, form = person_of(request), PhoneForm(request.POST)
    offered = "sms" in settings.PERSONAL_CHANNELS and form.is_valid()
    sent = False

    def ask() -> None:
        nonlocal sent
        number = form.cleaned_data["number"]
        sent = addresses.ask_phone(person=person, number=number, by=person, at=timezone.now())

    if offered:
        done(form, ask)
    return _answered(
        request, form, sent, _("A code is on its way."), _("A code was sent a moment ago. Please wait a minute.")
    )


@require_POST
@signed_in
def phone_prove(request: HttpRequest) -> HttpResponse:
    """Let the number count once its code is typed."""
    person, form = person_of(request), CodeForm(request.POST)
    is_proven = form.is_valid() and addresses.prove_phone(
        person=person, code=form.cleaned_data["code"], by=person, at=timezone.now()
    )
    return _answered(
        request, form, is_proven, _("Your telephone is confirmed."), _("This code does not fit, or is too old.")
    )


@require_POST
@signed_in
def phone_forget(request: HttpRequest) -> HttpResponse:
    """Send nothing more to the telephone."""
    person = person_of(request)
    addresses.forget_phone(person=person, by=person, at=timezone.now())
    messages.success(request, _("Nothing more is sent to your telephone."))
    return redirect("notify:notification_edit")


@require_POST
@signed_in
def address_mend(request: HttpRequest) -> HttpResponse:
    """Mail goes to her address again."""
    person = person_of(request)
    addresses.mend_address(person=person, by=person, at=timezone.now())
    messages.success(request, _("Mail is sent to your address again."))
    return redirect("notify:notification_edit")


@never_cache
@require_safe
def notice_why(request: HttpRequest, key: str) -> HttpResponse:
    """Where a message leads that has room for one address: to its page, with why it came and how to change that."""
    notice = find_notice(key)
    if notice is None:
        return render(request, "notify/topic_end.html", status=404)
    topic = notice.topic or ACCOUNT
    page = reverse("notify:inbox") if notice.is_bundled else word(notice).url.removeprefix(settings.PORTAL_URL)
    if request.user == notice.person:
        change = format_html('<a href="{}">{}</a>', reverse("notify:notification_edit"), _("Change what I am told"))
        messages.info(request, format_html("{} {}", reason_of(notice), change))
        return redirect(page)
    context = {
        "page": page,
        "topic": topic_label(topic),
        "channel": notice.channel,
        "key": topic_key(notice.person_id, topic, notice.channel),
    }
    return render(request, "notify/notice_why.html", context)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def topic_end(request: HttpRequest, key: str) -> HttpResponse:
    """Ends news of a topic by a channel with one POST, which a mail program may send by itself (RFC 8058); GET asks."""
    number, topic, channel = topic_of(key) or (0, "", "")
    person = Person.objects.filter(pk=number, is_active=True).first()
    if person is not None and request.method == "POST":
        end_topic(person=person, topic=topic, channel=channel, by=person, at=timezone.now())
    context = {
        "key": key,
        "topic": topic_label(topic) if person else "",
        "channel": channel,
        "is_done": person is not None and request.method == "POST",
    }
    return render(request, "notify/topic_end.html", context, status=200 if person else 404)
