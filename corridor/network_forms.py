"""Forms of the network: what staff say of a place, and of the length of a leg."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from corridor import hours
from corridor.models import Distance, Leg, Node
from corridor.network_editing import NodeEntry
from liaison.identifiers import check_phone
from liaison.models import Organization

_IN_CHARGE = (Organization.Kind.AGENCY, Organization.Kind.WAREHOUSE, Organization.Kind.OFFICE)


class NodeForm(forms.ModelForm[Node]):
    """What is kept of a place; ``seen`` is when it had last been changed before the form was shown."""

    phone = forms.CharField(
        label=_("Telephone"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel"}),
        help_text=_("Of the place, not of a person; everybody can read it."),
    )
    lat = forms.DecimalField(label=_("Latitude"), min_value=-90, max_value=90, decimal_places=5)
    lon = forms.DecimalField(label=_("Longitude"), min_value=-180, max_value=180, decimal_places=5)
    seen = forms.DateTimeField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Node
        fields = [
            "name",
            "label",
            "operator",
            "agency",
            "opening_hours",
            "hours_source",
            "phone",
            "email",
            "lat",
            "lon",
            "coordinates",
            "note",
        ]
        labels = {
            "name": _("Name"),
            "label": _("Short name"),
            "operator": _("Run by"),
            "agency": _("Agency in charge"),
            "opening_hours": _("Opening hours"),
            "hours_source": _("Source of the opening hours"),
            "email": _("E-mail address"),
            "coordinates": _("Coordinates"),
            "note": _("Note"),
        }
        help_texts = {
            "opening_hours": _("For example 24/7, or Mo-Fr 08:00-17:00; Sa 08:00-12:00. Empty where unknown."),
        }
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = (  # type: ignore[attr-defined]
            Organization.objects.verified().filter(kind__in=_IN_CHARGE).order_by("name")
        )
        self.fields["seen"].initial = self.instance.edited_at and self.instance.edited_at.isoformat()

    def clean_opening_hours(self) -> str:
        """The hours with one blank between their parts. ValidationError that shows the right form."""
        text = " ".join(self.cleaned_data["opening_hours"].split())
        if text:
            try:
                hours.read_hours(text)
            except hours.UnreadableHours:
                raise forms.ValidationError(
                    _("Write days and times like this: Mo-Fr 08:00-12:00,13:00-17:00; Sa 08:00-12:00; Su off"),
                    code="hours",
                ) from None
        return text

    def clean_phone(self) -> str:
        """The number as it is kept; a national one is read as of the place's country."""
        return check_phone(self.cleaned_data["phone"], region=self.instance.country)

    def clean(self) -> dict[str, Any]:
        """Hours with their source, said before the database would in its own words."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("opening_hours") and not cleaned.get("hours_source"):
            self.add_error("hours_source", _("Say where the opening hours are from."))
        return cleaned

    def entry(self) -> NodeEntry:
        """What was said, after the form has been found valid."""
        return NodeEntry(**{name: self.cleaned_data[name] for name in self.Meta.fields})


class UseForm(forms.Form):
    """Which of a leg's distances is used, and why."""

    distance = forms.ModelChoiceField(
        label=_("Distance in use"),
        queryset=Distance.objects.none(),
        required=False,
        blank=True,
        empty_label=_("unknown"),
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Why this one"), max_length=200)

    def __init__(self, *args: Any, leg: Leg, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = leg.distances.order_by("km", "pk")
        self.fields["distance"].queryset = known  # type: ignore[attr-defined]
        self.fields["distance"].initial = next((one.pk for one in known if leg.is_used(one)), None)
        self.fields["reason"].initial = leg.reason


class DistanceForm(forms.ModelForm[Distance]):
    """What one more source says of the length of a leg."""

    km = forms.IntegerField(label=_("Kilometres"), min_value=1, max_value=9999)

    class Meta:
        model = Distance
        fields = ["km", "source", "confidence"]
        labels = {"source": _("Source"), "confidence": _("How sure")}
