"""Forms about the person herself."""

from __future__ import annotations

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
