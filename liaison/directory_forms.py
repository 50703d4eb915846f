"""Forms of the stakeholder directory: finding, noting calls, focal points, and a spreadsheet to be read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from liaison.concerns import Concern
from liaison.focal_points import Entry
from liaison.identifiers import check_phone
from liaison.models import CallNote, FocalPoint, Organization
from liaison.sheets import MOST_BYTES

_RANKS = [(1, _("Called first")), (2, _("Deputy")), (3, _("Second deputy"))]
_KINDS = Organization.Kind.choices
_STANDINGS = Organization.Standing.choices


class DirectoryForm(forms.Form):
    """The box above the directory."""

    q = forms.CharField(label=_("Name, number, telephone or e-mail"), required=False, max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("Every kind")), *_KINDS])
    standing = forms.ChoiceField(label=_("Standing"), required=False, choices=[("", _("Every standing")), *_STANDINGS])


class CallForm(forms.ModelForm[CallNote]):
    """A call with an organisation."""

    called_at = forms.DateTimeField(
        label=_("When, in Kigali"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    class Meta:
        model = CallNote
        fields = ["spoken_to", "about", "text"]
        labels = {"spoken_to": _("Spoken to"), "about": _("About"), "text": _("What was said")}
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("spoken_to", "about"):
            self.fields[name].required = True


def _concerns() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("Called for"), required=False, choices=Concern.choices, widget=forms.CheckboxSelectMultiple
    )


class ConcernsForm(forms.Form):
    """For what a focal point is called."""

    concerns = _concerns()


class FocalPointForm(forms.ModelForm[FocalPoint]):
    """Whom to call at an organisation, how and for what."""

    rank = forms.TypedChoiceField(label=_("Order of calling"), choices=_RANKS, coerce=int)
    phone = forms.CharField(
        label=_("Telephone"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel"}),
        help_text=_("With its country code, for example +250 788 123 456."),
    )
    concerns = _concerns()

    class Meta:
        model = FocalPoint
        fields = ["name", "duty", "phone", "email", "rank", "concerns"]
        labels = {"name": _("Name"), "duty": _("Duty"), "email": _("E-mail address")}

    def __init__(self, *args: Any, country: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._country = country

    def clean_phone(self) -> str:
        """The number as it is kept; a national one is read as of the organisation's country."""
        return check_phone(self.cleaned_data["phone"], region=self._country)

    def clean(self) -> dict[str, Any]:
        """One way to reach her at least, said before the database would in its own words."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned["phone"] and not cleaned["email"]:
            self.add_error("phone", _("Give a telephone number or an e-mail address."))
        return cleaned

    def entry(self) -> Entry:
        """What was said, after the form has been found valid."""
        return Entry(**{name: self.cleaned_data[name] for name in self.Meta.fields})


class SheetForm(forms.Form):
    """A spreadsheet of organisations."""

    file = forms.FileField(
        label=_("Spreadsheet"),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        help_text=_("XLSX, at most 5 MB and 5,000 rows. The first row names the columns."),
    )

    def clean_file(self) -> bytes:
        """The bytes; the name is in ``file_name``."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_("This file is larger than 5 MB."))
        self.cleaned_data["file_name"] = (file.name or "")[:120]
        content: bytes = file.read()
        return content
