"""The forms of what can be done to a ticket; each knows the ticket as it was seen by its version."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cargo.models import Consignment
from liaison.concerns import Concern
from liaison.models import Organization, Person
from tickets.audiences import office_people
from tickets.causes import cause_choices
from tickets.forms import consignments_named
from tickets.handovers import HANDED_TO, WAITED_FOR
from tickets.models import Category, Team, Ticket


class ActForm(forms.Form):
    """What every action says: the version of the ticket that its doer saw; none is any."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, ticket: Ticket, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ticket, self.person = ticket, person
        self.fields["version"].initial = ticket.version
        self.prepare()

    def prepare(self) -> None:
        """Fill in what follows from the ticket and the person."""

    def ask_if_late(self) -> None:
        """Show the reason for being late only where something is."""
        if not self.ticket.is_overdue(timezone.now()):
            self.fields["reason"].widget = forms.HiddenInput()

    def choose(self, name: str, queryset: Any) -> None:
        """Let one be chosen of these."""
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = queryset


def _words(label: Any, rows: int = 3) -> forms.CharField:
    return forms.CharField(label=label, max_length=8000, widget=forms.Textarea(attrs={"rows": rows}))


def _late_reason() -> forms.CharField:
    return forms.CharField(label=_("A promise is broken: why?"), max_length=300, required=False)


class AssignForm(ActForm):
    """Whose it is; nobody's where empty. Who says nothing of a team leaves it as it is."""

    to = forms.ModelChoiceField(
        label=_("Who works on it"),
        queryset=Person.objects.none(),
        to_field_name="email",
        required=False,
        empty_label=_("nobody"),
    )
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), to_field_name="name", required=False, empty_label=_("no team")
    )

    def prepare(self) -> None:
        """Those of the office; the one who asks is offered first. Of teams nothing is said where there are none."""
        self.choose("to", Person.objects.filter(pk__in=office_people()).order_by("name", "pk"))
        self.fields["to"].initial = self.ticket.assignee or self.person
        teams = Team.objects.visible_to(self.person).order_by("name")
        self.choose("team", teams)
        self.fields["team"].initial = self.ticket.team
        if not teams:
            del self.fields["team"]

    def clean_team(self) -> Team | None:
        """The one that was chosen."""
        chosen: Team | None = self.cleaned_data["team"]
        return chosen if "team" in self.data else self.ticket.team


_AGENCIES_FIRST = models.Case(models.When(kind=Organization.Kind.AGENCY, then=0), default=1)


class AgencyField(forms.ModelChoiceField[Organization]):
    """An organisation by its name, in capitals or not."""

    def to_python(self, value: Any) -> Any:
        """The one of this name."""
        self.validate_no_null_characters(value)
        assert self.queryset is not None
        named = self.queryset.filter(name__iexact=value).first() if isinstance(value, str) else None
        return super().to_python(named.name if named else value)


class HandOverForm(ActForm):
    """To which agency or party outside, with what it has to know."""

    agency = AgencyField(
        label=_("Agency, line, transporter or warehouse"),
        queryset=Organization.objects.none(),
        to_field_name="name",
        empty_label=_("Choose"),
    )
    words = _words(_("What they have to know"))

    def prepare(self) -> None:
        """Public agencies, then parties outside."""
        self.choose(
            "agency", Organization.objects.verified().filter(kind__in=HANDED_TO).order_by(_AGENCIES_FIRST, "name")
        )


class GiveBackForm(ActForm):
    """What was done, or found."""

    words = _words(_("What was done or found"))


class PauseForm(ActForm):
    """For whom we wait, and why."""

    waiting_on = forms.ChoiceField(
        label=_("We wait for"), choices=[(value.value, value.label) for value in WAITED_FOR], widget=forms.RadioSelect
    )
    reason = forms.CharField(label=_("Why"), max_length=300)


class ResolveForm(ActForm):
    """What it was, and what was done: the importer reads it."""

    cause = forms.ChoiceField(label=_("What it was"), choices=cause_choices)
    words = _words(_("What was done; the importer reads it"))
    reason = _late_reason()

    def prepare(self) -> None:
        """The reason is asked for where it is needed."""
        self.ask_if_late()


class ConfirmForm(ActForm):
    """Solved, with or without a rating."""

    rating = forms.TypedChoiceField(
        label=_("How well were you helped?"),
        choices=[("", "–"), *((number, str(number)) for number in range(1, 6))],
        coerce=int,
        empty_value=None,
        required=False,
    )


class ReopenForm(ActForm):
    """Why it is not over."""

    reason = forms.CharField(label=_("What is still wrong?"), max_length=300)


class MergeForm(ActForm):
    """Into which ticket."""

    into = forms.CharField(
        label=_("Into the ticket"), max_length=20, help_text=_("Its reference, for example T26-000123.")
    )

    def clean_into(self) -> Ticket:
        """The ticket of that reference, where the person may see it."""
        ref = self.cleaned_data["into"].strip().upper()
        found = Ticket.objects.visible_to(self.person).filter(ref=ref).first()
        if found is None:
            raise forms.ValidationError(_("There is no ticket with this reference."))
        return found


class AttachForm(ActForm):
    """More cargo that it is about."""

    consignments = forms.CharField(
        label=_("Consignments"),
        max_length=1200,
        help_text=_("Their references, for example RW26-000123, parted by blanks."),
    )

    def clean_consignments(self) -> list[Consignment]:
        """As ``consignments_named``."""
        return consignments_named(self.cleaned_data["consignments"], self.person)


class PriorityForm(ActForm):
    """How urgent it is."""

    priority = forms.ChoiceField(label=_("Priority"), choices=Ticket.Priority.choices)

    def prepare(self) -> None:
        """As it stands."""
        self.fields["priority"].initial = self.ticket.priority


class CategoryForm(ActForm):
    """Under what it is filed."""

    category = forms.ChoiceField(label=_("Category"), choices=Concern.choices)

    def prepare(self) -> None:
        """As it stands."""
        self.fields["category"].initial = self.ticket.category.code

    def clean_category(self) -> Category:
        """The category of that code."""
        return Category.objects.get(code=self.cleaned_data["category"])


class TagForm(ActForm):
    """Its tags."""

    tags = forms.CharField(label=_("Tags, parted by commas"), max_length=300, required=False)

    def prepare(self) -> None:
        """As they stand."""
        self.fields["tags"].initial = ", ".join(self.ticket.tags)

    def clean_tags(self) -> list[str]:
        """One by one."""
        return [word for word in self.cleaned_data["tags"].split(",") if word.strip()]


class SnoozeForm(ActForm):
    """Until when it is put off, and why where a promise is broken already."""

    until = forms.DateTimeField(
        label=_("Until when"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    reason = _late_reason()

    def prepare(self) -> None:
        """The reason is asked for where it is needed."""
        self.ask_if_late()
