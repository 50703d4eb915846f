"""The form for what somebody told the office by telephone."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cargo.numbers import check_container
from cargo.phoned import Told, column_of
from cargo.words import CLASSIFIERS
from corridor.entries import FUTURE_TOLERANCE
from corridor.models import Node
from corridor.place_field import PlaceField
from feeds.words import KINDS


class PhonedForm(forms.Form):
    """What happened, where and when, to which goods, and who said so."""

    kind = forms.ChoiceField(label=_("What happened"))
    classifier = forms.ChoiceField(label=_("It has"), initial="ACT")
    node = PlaceField(label=_("Place"), empty_label=_("Choose"))
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    hour = forms.TimeField(
        label=_("Time at the place"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("On that place's clock. Leave it empty when only the day is known."),
    )
    goods = forms.CharField(
        label=_("Container, bill of lading or our reference"), max_length=40, help_text=_("One number.")
    )
    caller = forms.CharField(label=_("Who said so"), max_length=80)
    agency = forms.CharField(label=_("Of which agency or firm"), max_length=60)
    phone = forms.CharField(
        label=_("Telephone"), max_length=30, required=False, help_text=_("Only the office sees the number.")
    )
    remark = forms.CharField(label=_("Remark"), max_length=140, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind, classifier = self.fields["kind"], self.fields["classifier"]
        assert isinstance(kind, forms.ChoiceField)
        assert isinstance(classifier, forms.ChoiceField)
        words = sorted(((code, str(label)) for code, label in KINDS.items()), key=lambda each: each[1].lower())
        kind.choices = [("", _("Choose")), *words]
        classifier.choices = [(code, CLASSIFIERS[code]) for code in ("ACT", "EST")]

    def clean_goods(self) -> str:
        """The number in upper case without blanks; what looks like a container is checked as one."""
        number = "".join(self.cleaned_data["goods"].upper().split())
        if column_of(number) == "container":
            check_container(number)
        return number

    def clean(self) -> dict[str, Any]:
        """What has happened does not lie in the future."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and cleaned["classifier"] == "ACT" and self._is_future():
            self.add_error("day", _("This lies in the future. Choose “expected”, or correct the day and the time."))
        return cleaned

    def _when(self) -> datetime | date:
        day: date = self.cleaned_data["day"]
        hour: time | None = self.cleaned_data["hour"]
        return day if hour is None else datetime.combine(day, hour.replace(second=0, microsecond=0))

    def _is_future(self) -> bool:
        node: Node = self.cleaned_data["node"]
        when, now = self._when(), timezone.now().astimezone(node.zone)
        if isinstance(when, datetime):
            return when.replace(tzinfo=node.zone) > now + FUTURE_TOLERANCE
        return when > now.date()

    def told(self) -> Told:
        """What was said, after the form has been found valid."""
        names = ("kind", "classifier", "node", "goods", "caller", "agency", "phone", "remark")
        return Told(when=self._when(), **{name: self.cleaned_data[name] for name in names})
