"""The form for what somebody told the office of a ship by telephone."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from stdnum import imo as imo_number

from cargo.phoned_calls import ACTUAL, BERTHS, TIMES, ToldOfShip
from corridor.entries import FUTURE_TOLERANCE
from corridor.models import Node
from corridor.place_field import PlaceField

# The vessel list that it becomes is the port of Mombasa's.
MOMBASA = ZoneInfo("Africa/Nairobi")


class PhonedCallForm(forms.Form):
    """Which ship, what she did or is to do, when and where, and who said so."""

    vessel = forms.CharField(label=_("Ship"), max_length=60)
    imo = forms.CharField(
        label=_("IMO number"),
        max_length=11,
        required=False,
        help_text=_("Where you know it: two ships may bear one name."),
    )
    voyage = forms.CharField(label=_("Voyage"), max_length=30, required=False)
    time = forms.ChoiceField(label=_("She"), choices=[("", _("Choose")), *TIMES.items()])
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    hour = forms.TimeField(
        label=_("Time at Mombasa"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("On the port's clock. Leave it empty when only the day is known."),
    )
    terminal = PlaceField(
        label=_("Terminal"),
        required=False,
        queryset=Node.objects.filter(slug__in=BERTHS),
        empty_label=_("Not said"),
    )
    caller = forms.CharField(label=_("Who said so"), max_length=80)
    agency = forms.CharField(label=_("Of which agency or firm"), max_length=60)
    phone = forms.CharField(
        label=_("Telephone"), max_length=30, required=False, help_text=_("Only the office sees the number.")
    )
    remark = forms.CharField(label=_("Remark"), max_length=140, required=False)

    def clean_imo(self) -> str:
        """Seven digits of which the last fits the others."""
        number = "".join(self.cleaned_data["imo"].upper().removeprefix("IMO").split())
        # Noughts alone have a right check digit, and stand for any ship that has no number.
        if number and not (number.strip("0") and imo_number.is_valid(number)):
            raise ValidationError(_("This is no IMO number: seven digits, of which the last is a check digit."))
        return number

    def clean(self) -> dict[str, Any]:
        """What has happened does not lie in the future."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and cleaned["time"] in ACTUAL and self._is_future():
            self.add_error("day", _("This lies in the future. Choose “is expected”, or correct the day and the time."))
        return cleaned

    def _when(self) -> datetime | date:
        day: date = self.cleaned_data["day"]
        hour: time | None = self.cleaned_data["hour"]
        return day if hour is None else datetime.combine(day, hour.replace(second=0, microsecond=0))

    def _is_future(self) -> bool:
        when, now = self._when(), timezone.now().astimezone(MOMBASA)
        if isinstance(when, datetime):
            return when.replace(tzinfo=MOMBASA) > now + FUTURE_TOLERANCE
        return when > now.date()

    def told(self) -> ToldOfShip:
        """What was said, after the form has been found valid."""
        names = ("time", "vessel", "imo", "voyage", "caller", "agency", "phone", "remark")
        terminal: Node | None = self.cleaned_data["terminal"]
        return ToldOfShip(
            when=self._when(),
            terminal=terminal.slug if terminal else "",
            **{name: self.cleaned_data[name] for name in names},
        )
