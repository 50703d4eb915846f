"""Where providers hand in what was written to the office by mail, SMS and WhatsApp, and what became of ours."""

from __future__ import annotations

import hmac
import logging

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from notify.correspondents import stop
from notify.mail_events import Forged, read_events
from notify.models import Correspondent
from notify.reports import Said, report, report_all
from notify.tallies import count
from tickets.inbound import receive_mail
from tickets.talk.callbacks import REPORTED, is_signed, phone_of, read_text
from tickets.talk.conversations import receive_talk
from tickets.talk.screens import SCREENS, ending
from tickets.talk.ussd import serve
from tickets.talk.webhook import read_hook
from tickets.talk.whatsapp import take_hook

logger = logging.getLogger(__name__)
LARGEST = 1024 * 1024


def _check(secret: str, known: str) -> None:
    """404 for who does not know the secret; counted, as somebody may be trying."""
    if not known or not hmac.compare_digest(secret.encode(), known.encode()):
        count("wrong_secret", at=timezone.now())
        raise Http404


def _refused(reason: str, status: int) -> JsonResponse:
    return JsonResponse({"state": "refused", "reason": reason}, status=status)


def _is_too_large(request: HttpRequest) -> bool:
    return int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST


@csrf_exempt
@require_POST
def email_inbound(request: HttpRequest, secret: str) -> HttpResponse:
    """Take a mail in as it is (RFC 5322); 202 before it is read. 413 says that it is too large to be kept at all."""
    _check(secret, settings.EMAIL_INBOUND_SECRET)
    try:
        raw = request.body
    except RequestDataTooBig:
        count("large_mail", at=timezone.now())
        return _refused("too_large", 413)
    if not raw.strip():
        return _refused("empty", 400)
    received = receive_mail(raw=raw, at=timezone.now())
    return JsonResponse(
        {"id": received.mail.pk, "state": "duplicate" if received.is_duplicate else "stored"}, status=202
    )


@csrf_exempt
@require_http_methods(["HEAD", "POST"])
def email_report(request: HttpRequest, secret: str) -> HttpResponse:
    """Keep what a provider says of mails of ours; 200 also for what is not understood, or nobody stops sending it."""
    _check(secret, settings.EMAIL_REPORT_SECRET if settings.EMAIL_PROVIDER else "")
    if request.method == "HEAD":
        # Some look whether anybody is here.
        return HttpResponse()
    if _is_too_large(request):
        return _refused("too_large", 413)
    at = timezone.now()
    try:
        said = read_events(request, settings.EMAIL_PROVIDER)
    except Forged:
        count("forged_email", at=at)
        return _refused("signature", 403)
    except ValueError:
        count("odd_report", at=at)
        return JsonResponse({"state": "not_understood"})
    unknown = report_all(said, at=at)
    if unknown:
        count("unknown_report", at=at, times=unknown)
    return JsonResponse({"state": "taken", "reports": len(said), "unknown": unknown})


@csrf_exempt
@require_POST
def sms_inbound(request: HttpRequest, secret: str) -> HttpResponse:
    """Take an SMS in before it is answered; a form with a sender's name and no text is somebody's opting out."""
    _check(secret, settings.SMS_INBOUND_SECRET)
    if _is_too_large(request):
        return _refused("too_large", 413)
    form, at = request.POST.dict(), timezone.now()
    if "senderId" in form and "text" not in form:
        number, by = phone_of(form.get("phoneNumber", "")), Correspondent.Stopped.PROVIDER
        if number:
            stop(channel="sms", address=number, stopped_by=by, at=at)
        return JsonResponse({"state": "stopped"})
    text = read_text(form)
    if text is None:
        return _refused("empty", 400)
    received = receive_talk(
        channel="sms",
        provider_id=text.provider_id,
        address=text.address,
        text=text.text,
        raw=text.raw,
        at=at,
        is_silent=text.is_silent,
    )
    return JsonResponse({"id": received.talk.pk, "state": "duplicate" if received.is_duplicate else "stored"})


@csrf_exempt
@require_POST
def sms_report(request: HttpRequest, secret: str) -> HttpResponse:
    """Keep what became of an SMS of ours; 200 also for one that we do not know, so that nobody asks again and again."""
    _check(secret, settings.SMS_INBOUND_SECRET)
    form, at = request.POST, timezone.now()
    provider_id, state = form.get("id", "").replace("\x00", "").strip(), REPORTED.get(form.get("status", ""))
    if not provider_id or state is None:
        count("odd_report", at=at)
        return JsonResponse({"state": "not_understood"})
    said = Said(
        channel="sms",
        provider_id=provider_id,
        state=state,
        reason=form.get("failureReason", "").replace("\x00", ""),
        number=phone_of(form.get("phoneNumber", "")),
    )
    is_known = report(said, at=at)
    if not is_known:
        count("unknown_report", at=at)
    return JsonResponse({"state": "known" if is_known else "unknown"})


@csrf_exempt
@require_POST
def ussd(request: HttpRequest, secret: str) -> HttpResponse:
    """The next screen of a session: always 200 and plain text, as the network ends it on anything else."""
    _check(secret, settings.USSD_SECRET)
    form = {name: str(value).replace("\x00", "") for name, value in request.POST.items()}
    try:
        shown = serve(
            session=form.get("sessionId", ""),
            number=phone_of(form.get("phoneNumber", "")),
            text=form.get("text", ""),
            at=timezone.now(),
        )
    except Exception:
        logger.exception("A session of the menu failed")
        shown = ending(str(SCREENS["trouble"]))
    return HttpResponse(shown, content_type="text/plain; charset=utf-8")


@csrf_exempt
@require_http_methods(["GET", "POST"])
def whatsapp(request: HttpRequest) -> HttpResponse:
    """Meta's webhook: the answer to its challenge, and signed messages, statuses and judgments of templates."""
    if request.method == "GET":
        return _challenge(request)
    if _is_too_large(request):
        return _refused("too_large", 413)
    at = timezone.now()
    if not is_signed(request.body, request.headers.get("X-Hub-Signature-256", ""), settings.WHATSAPP_APP_SECRET):
        count("forged_whatsapp", at=at)
        return _refused("signature", 403)
    try:
        hook = read_hook(request.body)
    except ValueError:
        # Whoever signs nonsense would send it again for days.
        count("odd_whatsapp", at=at)
        return JsonResponse({"state": "not_understood"})
    return JsonResponse({"state": "taken", **take_hook(hook, at=at)})


def _challenge(request: HttpRequest) -> HttpResponse:
    """Echoed to who knows the token, as plain text."""
    known, said = settings.WHATSAPP_VERIFY_TOKEN, request.GET.get("hub.verify_token", "")
    is_right = bool(known) and hmac.compare_digest(said.encode(), known.encode())
    if request.GET.get("hub.mode") != "subscribe" or not is_right:
        count("forged_whatsapp", at=timezone.now())
        return HttpResponse("no", status=403, content_type="text/plain")
    return HttpResponse(request.GET.get("hub.challenge", ""), content_type="text/plain; charset=utf-8")
