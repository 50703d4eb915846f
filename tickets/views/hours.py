"""Hours of agencies and parties outside: for the office to see, for its heads to change."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from liaison.models import Organization
from liaison.paging import paginate
from liaison.permissions import allow, get_visible_or_404, person_of
from liaison.roles import HEADS, OFFICE
from liaison.views.members import done, posted
from notify.forms import WEEKDAYS
from tickets.handovers import HANDED_TO
from tickets.models import OwnHours
from tickets.own_hours import Hours, drop_hours, keep_hours

ZONES = (
    *("Africa/Kigali", "Africa/Nairobi", "Africa/Kampala", "Africa/Dar_es_Salaam"),
    *("Europe/Copenhagen", "Europe/Paris", "Asia/Dubai", "Asia/Shanghai", "UTC"),
)
_USUAL = ("08:00-13:00 14:00-17:00",) * 5 + ("", "")
_HELP = gettext_lazy("For example 08:00-13:00 14:00-17:00; empty where it is closed.")


class HoursForm(forms.Form):
    """When one organisation is open, and within how many of its days it acknowledges and answers."""

    zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=[(zone, zone) for zone in ZONES])
    is_always = forms.BooleanField(label=gettext_lazy("Open day and night"), required=False)
    acknowledged_days = forms.IntegerField(
        label=gettext_lazy("Acknowledges within working days"), min_value=1, max_value=60
    )
    answered_days = forms.IntegerField(label=gettext_lazy("Answers within working days"), min_value=1, max_value=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, name in enumerate(WEEKDAYS):
            self.fields[f"day{number}"] = forms.CharField(
                label=name, max_length=80, required=False, help_text=_HELP if number == 0 else ""
            )

    def hours(self) -> Hours:
        """What was said."""
        given = {name: value for name, value in self.cleaned_data.items() if not name.startswith("day")}
        return Hours(**given, days=[self.cleaned_data[f"day{number}"] for number in range(7)])


def _initial(kept: OwnHours | None) -> dict[str, Any]:
    days = kept.days if kept else _USUAL
    rest = (
        {name: getattr(kept, name) for name in ("zone", "is_always", "acknowledged_days", "answered_days")}
        if kept
        else {}
    )
    usual = {"zone": ZONES[0], "acknowledged_days": 1, "answered_days": 3}
    return {**usual, **rest, **{f"day{number}": day for number, day in enumerate(days)}}


@require_safe
@allow(OFFICE)
def hours_list(request: HttpRequest) -> HttpResponse:
    """Everybody to whom a ticket can be handed, and whose hours hold."""
    rows = Organization.objects.visible_to(person_of(request)).verified().filter(kind__in=HANDED_TO)
    page = paginate(rows.select_related("own_hours"), request, order="name", alphabetical=True)
    context = {"page": page, "may_change": bool(person_of(request).roles & HEADS)}
    return render(request, "tickets/hours_list.html", context)


@allow(HEADS)
def hours_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The hours of one of them; ``drop`` has it keep its country's again."""
    rows = Organization.objects.verified().filter(kind__in=HANDED_TO)
    organization = get_visible_or_404(rows, request.user, pk=pk)
    person, at = person_of(request), timezone.now()
    if request.method == "POST" and "drop" in request.POST:
        drop_hours(organization=organization, by=person, at=at)
        return redirect("tickets:hours_list")
    kept = OwnHours.objects.filter(organization=organization).first()
    form = HoursForm(posted(request), initial=_initial(kept))
    if done(form, lambda: keep_hours(organization=organization, hours=form.hours(), by=person, at=at)):
        messages.success(request, _("Saved. What is due moves with it within a minute."))
        return redirect("tickets:hours_list")
    context = {"form": form, "organization": organization, "kept": kept}
    return render(request, "tickets/hours_edit.html", context, status=422 if form.errors else 200)
