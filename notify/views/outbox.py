"""The outbox board of the office: what waits, what failed, what was sent to whom; and the wording of each kind."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from liaison.paging import Page, paginate
from liaison.permissions import allow, person_of
from liaison.roles import HEADS, OFFICE, Role
from notify import board
from notify.forms import DeadForm, SentForm
from notify.kinds import KINDS, SENT_BY
from notify.models import Notice
from notify.previews import kinds_by_topic, preview, write_test
from notify.replaying import replay, stop_channel
from notify.words import channel_label, state_label


@require_safe
@allow(OFFICE)
def outbox(request: HttpRequest) -> HttpResponse:
    """Each channel as it stands, and the search: what was sent to whom about what, and did it arrive."""
    form = SentForm(request.GET or None)
    asked = form.cleaned_data if form.is_valid() else {}
    page: Page[Notice] | None = None
    if asked.get("who") or asked.get("about"):
        page = paginate(board.sent_to(asked["who"], asked["about"]), request)
    standings = board.standings(at=timezone.now())
    sms = next(each for each in standings if each.channel == "sms")
    context = {
        "standings": [{"label": channel_label(each.channel), "is": each} for each in standings],
        "budget": {"left": board.budget_left(sms), "of": settings.SMS_MONTHLY_BUDGET, "in": settings.SMS_CURRENCY},
        "marks": board.marks(),
        "form": form,
        "page": page,
        "rows": _rows(page.rows) if page else [],
        "may_stop": Role.ADMINISTRATOR in person_of(request).roles,
    }
    return render(request, "notify/outbox.html", context)


def _rows(notices: Sequence[Notice]) -> list[dict[str, object]]:
    reports = board.reports_of(notices)
    return [
        {
            "notice": notice,
            "channel": channel_label(notice.channel),
            "state": state_label(notice.state),
            "is_dead": notice.state == Notice.State.REFUSED,
            "report": reports.get(notice.pk),
        }
        for notice in notices
    ]


@require_safe
@allow(OFFICE)
def dead_letter_list(request: HttpRequest) -> HttpResponse:
    """News that could not be sent, the latest first."""
    form = DeadForm(request.GET or None)
    asked = form.cleaned_data if form.is_valid() else {}
    page: Page[Notice] = paginate(board.dead(asked.get("kind", ""), asked.get("channel", "")), request)
    context = {
        "form": form,
        "page": page,
        "rows": _rows(page.rows),
        "letters": board.dead_letters(),
        "asked": asked,
        "may_replay": bool(person_of(request).roles & HEADS),
    }
    return render(request, "notify/dead_letter_list.html", context)


@require_POST
@allow(HEADS)
def notice_replay(request: HttpRequest, pk: int) -> HttpResponse:
    """Send one of them again."""
    rows = board.dead().filter(pk=pk)
    if not replay(rows=rows, about=str(pk), by=person_of(request), at=timezone.now()):
        raise Http404
    messages.success(request, _("It is sent again."))
    return redirect("notify:dead_letter_list")


@require_POST
@allow(HEADS)
def dead_letters_replay(request: HttpRequest) -> HttpResponse:
    """Send all of a kind again."""
    form = DeadForm(request.POST)
    if not form.is_valid() or not form.cleaned_data["kind"]:
        messages.error(request, _("Choose the kind of news first."))
        return redirect("notify:dead_letter_list")
    kind, channel = form.cleaned_data["kind"], form.cleaned_data["channel"]
    count = replay(rows=board.dead(kind, channel), about=kind, by=person_of(request), at=timezone.now())
    said = ngettext("%(count)s is sent again.", "%(count)s are sent again.", count)
    messages.success(request, said % {"count": count})
    return redirect("notify:dead_letter_list")


@require_POST
@allow({Role.ADMINISTRATOR})
def channel_stop(request: HttpRequest, channel: str) -> HttpResponse:
    """Stop a channel, or start it again."""
    if channel not in SENT_BY:
        raise Http404
    is_stopped = request.POST.get("stop") == "yes"
    stop_channel(channel=channel, is_stopped=is_stopped, by=person_of(request), at=timezone.now())
    return redirect("notify:outbox")


@allow(OFFICE)
def wording_preview(request: HttpRequest) -> HttpResponse:
    """How each kind of news reads by each channel in a language; POST sends a trial to oneself."""
    person = person_of(request)
    asked = request.POST if request.method == "POST" else request.GET
    kind = asked.get("kind", next(iter(KINDS)))
    language = asked.get("language", person.language)
    if kind not in KINDS or language not in dict(settings.LANGUAGES):
        raise Http404
    if request.method == "POST":
        write_test(kind=kind, language=language, by=person, at=timezone.now())
        messages.success(request, _("A trial is on its way to you."))
        return redirect(f"{request.path}?kind={kind}&language={language}")
    shown = preview(kind, language, person)
    context = {"topics": kinds_by_topic(), "kind": kind, "chosen": language, "languages": settings.LANGUAGES}
    return render(request, "notify/wording_preview.html", context | {"shown": shown})
