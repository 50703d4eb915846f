"""The mails that came in, for the office: what became of each, and why one was left."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from liaison.paging import Page, paginate
from liaison.permissions import allow, get_visible_or_404, person_of
from liaison.roles import OFFICE
from tickets.inbound import hand_out, open_left, put_left
from tickets.mail_forms import MailForm
from tickets.mail_words import mail_row
from tickets.models import Mail, Ticket


@require_safe
@allow(OFFICE)
def mail_list(request: HttpRequest) -> HttpResponse:
    """Those that were left, or all of them, the newest first; ``q`` finds them by sender and subject."""
    form = MailForm(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    state = given.get("state") or Mail.State.LEFT
    mails = Mail.objects.visible_to(request.user).in_state("" if state == "every" else state)
    page: Page[Mail] = paginate(mails.about(given.get("q", "")).with_beginnings(), request)
    context = {"page": page, "rows": [mail_row(mail) for mail in page.rows], "filter": form}
    return render(request, "tickets/mail_list.html", context)


@require_POST
@allow(OFFICE)
def mail_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a ticket from a mail that was left."""
    mail = get_visible_or_404(Mail.objects, request.user, pk=pk)
    try:
        ticket = open_left(mail=mail, by=person_of(request), at=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("tickets:mail_list")
    return redirect("tickets:ticket_detail", ref=ticket.ref)


@require_POST
@allow(OFFICE)
def mail_put(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a mail that was left into the ticket to which it belongs."""
    mail = get_visible_or_404(Mail.objects, request.user, pk=pk)
    ref = request.POST.get("ref", "").strip().upper()[:20]
    ticket = Ticket.objects.visible_to(request.user).filter(ref=ref).first()
    try:
        if ticket is None:
            raise ValidationError(_("There is no ticket with this reference."))
        put_left(mail=mail, ticket=ticket, by=person_of(request), at=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("tickets:mail_list")
    return redirect("tickets:ticket_detail", ref=ticket.ref)


@require_safe
@allow(OFFICE)
def mail_raw(request: HttpRequest, pk: int) -> HttpResponse:
    """A mail as it came, only ever as a file to be saved; who took it is noted."""
    mail = get_visible_or_404(Mail.objects.exclude(raw=b""), request.user, pk=pk)
    raw = hand_out(mail=mail, by=person_of(request), at=timezone.now())
    answer = HttpResponse(raw, content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="mail-{mail.pk}.eml"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
