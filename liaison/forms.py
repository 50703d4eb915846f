"""Forms about the person herself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from liaison.models import Person


class ProfileForm(forms.ModelForm[Person]):
    """A person's name and language."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = Person
        fields = ["name", "language"]


class JournalForm(forms.Form):
    """The filters above the journal."""

    person = forms.CharField(label=_("Person's e-mail address"), required=False, max_length=254)
    kind = forms.CharField(label=_("What was done"), required=False, max_length=60)
    key = forms.CharField(label=_("To what (number or reference)"), required=False, max_length=80)
    since = forms.DateField(label=_("First day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def conditions(self) -> dict[str, Any]:
        """What is asked for as conditions on entries, after the form has been found valid."""
        asked = {name: value for name, value in self.cleaned_data.items() if value}
        lookups = {
            "person": "by__email__iexact",
            "kind": "kind__startswith",
            "key": "key",
            "since": "at__date__gte",
            "until": "at__date__lte",
        }
        return {lookups[name]: value for name, value in asked.items()}
