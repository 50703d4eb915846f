"""Forms about the person herself."""

from __future__ import annotations

from django import forms

from liaison.models import Person


class ProfileForm(forms.ModelForm[Person]):
    """A person's name and language."""

    class Meta:
        model = Person
        fields = ["name", "language"]
        widgets = {
            "language": forms.Select(
                choices=[("en", "English"), ("fr", "Français"), ("rw", "Ikinyarwanda"), ("sw", "Kiswahili")]
            )
        }
