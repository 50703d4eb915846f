"""The holidays that staff have entered: for the office to see, for its heads to change."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from liaison.paging import Page, paginate
from liaison.permissions import allow, get_visible_or_404, person_of
from liaison.roles import HEADS, OFFICE
from liaison.views.members import done, posted
from tickets.holidays import enter_day, take_day_back
from tickets.models import DayOff


class DayForm(forms.Form):
    """One day of one country."""

    country = forms.ChoiceField(label=gettext_lazy("Country"), choices=DayOff.Country.choices)
    on = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    is_closed = forms.ChoiceField(
        label=gettext_lazy("Offices are"),
        choices=[("yes", gettext_lazy("closed")), ("no", gettext_lazy("open, though it is a holiday"))],
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=120)


@allow(OFFICE)
def day_off_list(request: HttpRequest) -> HttpResponse:
    """The days that were entered, the latest entered first; heads of the office enter one."""
    person = person_of(request)
    may_enter = bool(person.roles & HEADS)
    form = DayForm(posted(request) if may_enter else None)

    def change() -> None:
        given = {**form.cleaned_data, "is_closed": form.cleaned_data["is_closed"] == "yes"}
        enter_day(**given, by=person, at=timezone.now())

    if done(form, change):
        messages.success(request, _("Saved. What is due moves with it within a minute."))
        return redirect("tickets:day_off_list")
    page: Page[DayOff] = paginate(DayOff.objects.visible_to(person), request)
    context = {"page": page, "form": form, "may_enter": may_enter}
    return render(request, "tickets/day_off_list.html", context, status=422 if form.errors else 200)


@require_POST
@allow(HEADS)
def day_off_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a day back."""
    day = get_visible_or_404(DayOff.objects, request.user, pk=pk)
    take_day_back(day=day, by=person_of(request), at=timezone.now())
    return redirect("tickets:day_off_list")
