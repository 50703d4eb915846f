"""Writing to the people of several consignments at once."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext

from cargo.chosen_forms import MessageForm, chosen
from cargo.circulars import groups, write
from liaison.once import once
from liaison.permissions import allow, person_of
from liaison.roles import OFFICE, TRADE_WRITE
from liaison.views.members import posted


@allow(TRADE_WRITE | OFFICE)
@once
def message_new(request: HttpRequest) -> HttpResponse:
    """Say whom a message about the chosen consignments reaches; then send it."""
    person, at = person_of(request), timezone.now()
    asked = chosen(person, request.GET.getlist("consignment"))
    form = MessageForm(posted(request))
    if form.is_bound and form.is_valid():
        try:
            count = write(consignments=asked, text=form.cleaned_data["text"], by=person, at=at)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            told = ngettext("Sent to %(count)s person.", "Sent to %(count)s people.", count) % {"count": count}
            messages.success(request, told)
            return redirect("cargo:consignment_list")
    told_of = groups(asked, by=person, at=at)
    context = {
        "form": form,
        "refs": [each.ref for each in asked],
        "people": len(frozenset().union(*(people for people, _refs in told_of))),
    }
    return render(request, "cargo/message_new.html", context, status=422 if form.errors else 200)
