"""The office's teams: for all of it to see, for its heads to change."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from liaison.models import Person
from liaison.permissions import allow, get_visible_or_404, person_of
from liaison.roles import HEADS, OFFICE
from liaison.views.members import done, posted
from tickets.audiences import office_people
from tickets.models import Team
from tickets.teams import drop_team, keep_team


class TeamForm(forms.Form):
    """A team's name and its people."""

    name = forms.CharField(label=gettext_lazy("Name of the team"), max_length=60)
    people = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Who is in it"),
        queryset=Person.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: QueryDict | None = None, *, team: Team | None = None) -> None:
        super().__init__(data, initial={"name": team.name, "people": team.people.all()} if team else None)
        people = self.fields["people"]
        assert isinstance(people, forms.ModelMultipleChoiceField)
        people.queryset = Person.objects.filter(pk__in=office_people()).order_by("name", "pk")


@allow(OFFICE)
def team_list(request: HttpRequest) -> HttpResponse:
    """The teams and who is in each; heads of the office make one."""
    person = person_of(request)
    may_change = bool(person.roles & HEADS)
    form = TeamForm(posted(request) if may_change else None)
    if done(form, lambda: keep_team(team=None, **form.cleaned_data, by=person, at=timezone.now())):
        messages.success(request, _("Saved."))
        return redirect("tickets:team_list")
    people = Prefetch("people", Person.objects.order_by("name", "pk"))
    teams = Team.objects.visible_to(person).prefetch_related(people).order_by("name", "pk")
    context = {"teams": teams, "form": form, "may_change": may_change}
    return render(request, "tickets/team_list.html", context, status=422 if form.errors else 200)


@allow(HEADS)
def team_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a team another name or other people."""
    team = get_visible_or_404(Team.objects, request.user, pk=pk)
    form = TeamForm(posted(request), team=team)
    if done(form, lambda: keep_team(team=team, **form.cleaned_data, by=person_of(request), at=timezone.now())):
        messages.success(request, _("Saved."))
        return redirect("tickets:team_list")
    return render(request, "tickets/team_edit.html", {"team": team, "form": form}, status=422 if form.errors else 200)


@require_POST
@allow(HEADS)
def team_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a team up."""
    team = get_visible_or_404(Team.objects, request.user, pk=pk)
    try:
        drop_team(team=team, by=person_of(request), at=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("tickets:team_list")
