"""Subscribing to the news of the corridor without an account: ask, confirm, change, end."""

from __future__ import annotations

from pathlib import Path

from allauth.core.ratelimit import consume
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from corridor import subscriptions
from corridor.advisory_forms import LEAST, CodeForm, SubscriptionForm, WishForm
from corridor.models import Node, Subscription
from corridor.place_field import places_by_name
from liaison.views.members import posted
from liaison.views.refusals import too_many_requests
from notify.forms import NO_BROWSER, BrowserForm
from notify.pushing import public_key

_WORKER = Path(settings.BASE_DIR) / "static" / "js" / "worker.js"


def subscription_new(request: HttpRequest) -> HttpResponse:
    """Ask to be told; the answer is the same whether the address is subscribed or not."""
    form = SubscriptionForm(posted(request), initial={"language": get_language(), "least": "normal"})
    if not form.is_valid():
        return _new(request, form, BrowserForm(auto_id=False), status=422 if form.errors else 200)
    is_allowed = consume(request, action="subscribe") and consume(
        request, action="subscribe_letter", key=f"{form.channel_name}:{form.address}"
    )
    if not is_allowed:
        return too_many_requests(request, seconds=3600)
    asked = subscriptions.ask_subscription(
        channel=form.channel_name, address=form.address, wish=form.wish(), at=timezone.now()
    )
    if asked.channel == Subscription.Channel.SMS:
        return redirect("corridor:subscription_confirm", token=subscriptions.confirmation_of(asked))
    return redirect("corridor:subscription_sent")


def _new(request: HttpRequest, form: WishForm, browser: BrowserForm, *, status: int) -> HttpResponse:
    key = public_key(settings.VAPID_PRIVATE_KEY) if settings.VAPID_PRIVATE_KEY else ""
    context = {"form": form, "browser": browser, "public_key": key}
    return render(request, "corridor/subscription_new.html", context, status=status)


@require_POST
def subscription_browser(request: HttpRequest) -> HttpResponse:
    """Tell the browser that asks, which has its owner's permission to show what comes."""
    form, browser = WishForm(request.POST), BrowserForm(request.POST, auto_id=False)
    if not consume(request, action="subscribe"):
        return too_many_requests(request, seconds=3600)
    if form.is_valid() and browser.is_valid():
        held = subscriptions.subscribe_browser(browser=browser.browser(), wish=form.wish(), at=timezone.now())
        if held is not None:
            return redirect("corridor:subscription_edit", key=subscriptions.key_of(held))
        browser.add_error(None, NO_BROWSER)
    # The form of addresses, with what was chosen in it and no complaint about an address that nobody was asked for.
    again = SubscriptionForm(initial={name: request.POST.get(name, "") for name in ("language", "least")})
    return _new(request, again, browser, status=422)


@require_POST
def subscription_browser_end(request: HttpRequest) -> HttpResponse:
    """Tell the browser that asks no more; the answer is the same where it was told nothing."""
    browser = BrowserForm(request.POST, auto_id=False)
    if browser.is_valid():
        subscriptions.end_browser(browser=browser.browser(), at=timezone.now())
    return render(request, "corridor/unsubscribe.html", {"subscription": None})


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script that shows notifications; only one at the root may do so for the whole portal."""
    answer = HttpResponse(_WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@require_safe
def subscription_sent(request: HttpRequest) -> HttpResponse:
    """Says that a letter is on its way; the same whoever asked."""
    return render(request, "corridor/subscription_sent.html")


@never_cache
def subscription_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Shows what will be sent, asks for the code where it came by SMS, and lets it count once the form is sent."""
    waiting = subscriptions.find_waiting(token, at=timezone.now())
    if waiting is None:
        return render(request, "corridor/subscription_gone.html", status=410)
    is_sms = waiting.channel == Subscription.Channel.SMS
    if is_sms and request.method == "POST" and not consume(request, action="subscribe_code"):
        return too_many_requests(request, seconds=3600)
    form = CodeForm(posted(request)) if is_sms else forms.Form(posted(request))
    if form.is_valid():
        code = str(form.cleaned_data.get("code", ""))
        confirmed = subscriptions.confirm_subscription(subscription=waiting, code=code, at=timezone.now())
        if confirmed is not None:
            return redirect("corridor:subscription_edit", key=subscriptions.key_of(confirmed))
        form.add_error("code" if is_sms else None, _("This is not the code, or it was tried too often."))
    context = {"form": form, "subscription": waiting, "places": _places(waiting), "least": LEAST[waiting.least]}
    return render(request, "corridor/subscription_confirm.html", context, status=422 if form.errors else 200)


def _places(subscription: Subscription) -> list[str]:
    return [name for _slug, name in places_by_name(Node.objects.filter(slug__in=subscription.nodes))]


@never_cache
def subscription_edit(request: HttpRequest, key: str) -> HttpResponse:
    """Where a subscriber changes what she is told of, or ends it."""
    subscription = subscriptions.find_subscription(key)
    if subscription is None:
        return render(request, "corridor/subscription_gone.html", status=410)
    held = {"least": subscription.least, "language": subscription.language}
    chosen = Node.objects.filter(slug__in=subscription.nodes)
    form = WishForm(posted(request), initial={**held, "nodes": chosen})
    is_saved = form.is_valid()
    if is_saved:
        subscriptions.change_subscription(subscription=subscription, wish=form.wish(), at=timezone.now())
    context = {"form": form, "key": key, "subscription": subscription, "is_saved": is_saved}
    return render(request, "corridor/subscription_edit.html", context, status=422 if form.errors else 200)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, key: str) -> HttpResponse:
    """Ends a subscription with one POST, which a mail program may send by itself (RFC 8058); GET only asks."""
    subscription = subscriptions.find_subscription(key)
    if subscription is not None and request.method == "POST":
        subscriptions.end_subscription(subscription=subscription, at=timezone.now())
        subscription = None
    return render(request, "corridor/unsubscribe.html", {"subscription": subscription, "key": key})
