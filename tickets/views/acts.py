"""What is sent from a ticket's page: words, actions, following, and papers handed out."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from liaison.documents import NOT_TAKEN
from liaison.journal import record
from liaison.once import once
from liaison.permissions import get_visible_or_404, person_of
from liaison.views.members import done
from tickets import acting
from tickets.conversation import Saying, say
from tickets.forms import MessageForm
from tickets.handling import follow, unfollow
from tickets.log import party_of
from tickets.models import Attachment, Ticket
from tickets.views.doors import sees
from tickets.views.tickets import detail, ticket_or_404


@require_POST
@sees
@once
def message_new(request: HttpRequest, ref: str) -> HttpResponse:
    """Say something in a ticket."""
    ticket, person = ticket_or_404(request, ref), person_of(request)
    if not acting.may_write(person, ticket):
        raise PermissionDenied
    form = MessageForm(request.POST, request.FILES, kinds=acting.kinds_for(person, ticket))

    def change() -> None:
        given = form.cleaned_data
        saying = Saying(text=given["text"], kind=given["kind"], papers=given["papers"])
        say(ticket=ticket, saying=saying, by=person, at=timezone.now(), version=given["version"])

    if done(form, change):
        return redirect("tickets:ticket_detail", ref=ref)
    _note_refused(request, ref, form)
    return detail(request, _seen_again(request, ref, form), message=form)


def _note_refused(request: HttpRequest, ref: str, form: MessageForm) -> None:
    """How much somebody tried to send and why it was not taken stands in the journal; what it was called is hers."""
    why = [str(error.code) for error in form.non_field_errors().as_data() if error.code in NOT_TAKEN]
    if why:
        sizes = [paper.size for paper in request.FILES.getlist("papers")]
        by, at = person_of(request), timezone.now()
        record(kind="tickets.papers_refused", subject="ticket", key=ref, by=by, at=at, sizes=sizes, why=why)


@require_POST
@sees
@once
def ticket_act(request: HttpRequest, ref: str) -> HttpResponse:
    """Do one of ``acting.ACTS`` to a ticket."""
    ticket, person = ticket_or_404(request, ref), person_of(request)
    name = request.POST.get("action", "")
    if name not in acting.ACTS:
        raise Http404
    act = acting.ACTS[name]
    if party_of(person, ticket) not in act.parties or not acting.may_write(person, ticket):
        raise PermissionDenied
    form = act.form(request.POST, ticket=ticket, person=person)
    if done(form, lambda: acting.carry_out(act, form, ticket=ticket, by=person, at=timezone.now())):
        return redirect("tickets:ticket_detail", ref=ref)
    return detail(request, _seen_again(request, ref, form), act=(name, form))


def _seen_again(request: HttpRequest, ref: str, form: Form) -> Ticket:
    """The ticket as it stands now; the form that is shown with it again speaks of that."""
    ticket = ticket_or_404(request, ref)
    said = request.POST.copy()
    said["version"] = str(ticket.version)
    form.data = said
    return ticket


@require_POST
@sees
def ticket_follow(request: HttpRequest, ref: str) -> HttpResponse:
    """Be told of what happens in a ticket, or no more."""
    ticket, person = ticket_or_404(request, ref), person_of(request)
    if request.POST.get("follow") == "no":
        unfollow(ticket=ticket, by=person, at=timezone.now())
    else:
        follow(ticket=ticket, by=person, at=timezone.now())
    return redirect("tickets:ticket_detail", ref=ref)


@require_safe
@sees
def attachment_download(request: HttpRequest, pk: int) -> HttpResponse:
    """A paper, only ever as a file to be saved: never shown inside the portal, and powerless where it is opened."""
    return paper_answer(get_visible_or_404(Attachment.objects.select_related("message__ticket"), request.user, pk=pk))


def paper_answer(paper: Attachment) -> HttpResponse:
    """The paper as a file to be saved."""
    answer = HttpResponse(bytes(paper.content), content_type=paper.content_type)
    answer["Content-Disposition"] = content_disposition_header(True, paper.file_name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
