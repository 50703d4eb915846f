"""The forms of incidents: finding, opening, linking, telling everybody, and ending one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cargo.affected import SYSTEMS
from corridor.place_field import PlaceField
from liaison.concerns import Concern
from liaison.models import Person
from tickets.causes import cause_choices
from tickets.incidents import Struck
from tickets.models import Category, Incident, Ticket


class FindIncidentForm(forms.Form):
    """Which incidents are shown; without a word all of them."""

    q = forms.CharField(label=_("Reference or words"), required=False, max_length=80)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("Every state")), *Incident.State.choices]
    )


class TicketsField(forms.CharField):
    """References of tickets, parted by blanks or commas."""

    def __init__(self, **kwargs: Any) -> None:
        help_text = _("Their references, for example T26-000123, parted by blanks.")
        super().__init__(label=_("Tickets"), max_length=4000, help_text=help_text, **kwargs)


def tickets_of(words: str, person: Person) -> list[Ticket]:
    """The tickets of these references that the person may see. ValidationError for one that there is not."""
    refs = list(dict.fromkeys(words.upper().replace(",", " ").split()))
    found = {ticket.ref: ticket for ticket in Ticket.objects.visible_to(person).filter(ref__in=refs)}
    if missing := [ref for ref in refs if ref not in found]:
        raise forms.ValidationError(_("There is no ticket %(refs)s."), params={"refs": ", ".join(missing)})
    return [found[ref] for ref in refs]


class IncidentForm(forms.Form):
    """What has happened, what it strikes, and the tickets that it has caused so far."""

    title = forms.CharField(label=_("What has happened?"), max_length=140)
    category = forms.ChoiceField(label=_("Category"), choices=Concern.choices)
    node = PlaceField(label=_("Place"), required=False, empty_label="–")
    vessel = forms.CharField(label=_("Or the ship"), max_length=80, required=False)
    voyage = forms.CharField(label=_("with its voyage"), max_length=30, required=False)
    system = forms.ChoiceField(
        label=_("Or the system"), required=False, choices=[("", "–"), *((name, name) for name in SYSTEMS)]
    )
    tickets = TicketsField(required=False)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_tickets(self) -> list[Ticket]:
        """Those of these references."""
        return tickets_of(self.cleaned_data["tickets"], self.person)

    def clean(self) -> dict[str, Any]:
        """One thing is struck; a voyage belongs to a ship."""
        given = super().clean() or self.cleaned_data
        if sum(bool(given.get(name)) for name in ("node", "vessel", "system")) > 1:
            raise forms.ValidationError(_("Choose one: a place, a ship or a system."))
        if given.get("voyage") and not given.get("vessel"):
            raise forms.ValidationError({"vessel": _("Name the ship.")})
        return given

    def struck(self) -> Struck:
        """What to open, after the form has been found valid."""
        given = {name: self.cleaned_data[name] for name in ("title", "node", "vessel", "voyage", "system")}
        return Struck(category=Category.objects.get(code=self.cleaned_data["category"]), **given)


class LinkForm(forms.Form):
    """Which tickets belong to it."""

    tickets = TicketsField()


class _SureForm(forms.Form):
    """What is looked at before it is done: ``version`` is that of the incident that was looked at."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, incident: Incident, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = incident.version


class TellForm(_SureForm):
    """One message for everybody."""

    text = forms.CharField(
        label=_("What everybody will read"), max_length=8000, widget=forms.Textarea(attrs={"rows": 5})
    )
    with_silent = forms.BooleanField(label=_("Also to owners of cargo there who did not complain"), required=False)


class CloseForm(_SureForm):
    """What it was, and what everybody will read."""

    cause = forms.ChoiceField(label=_("What it was"), choices=cause_choices)
    text = forms.CharField(
        label=_("What was done; the importers read it"), max_length=8000, widget=forms.Textarea(attrs={"rows": 5})
    )
