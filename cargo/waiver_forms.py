"""Forms for waivers and exchange rates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cargo.charge_words import GROUPS
from cargo.charges.clocks import CLOCK_GROUPS
from cargo.models import Consignment, ExchangeRate, TariffRow, Waiver
from cargo.waivers import NOTED
from liaison.models import Person


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"})


class WaiverForm(forms.ModelForm[Waiver]):
    """What is waived, by whom, on which days, and who says so."""

    charge_groups = forms.MultipleChoiceField(
        label=_("Which charges"),
        required=False,
        choices=[(code, label) for code, label in GROUPS.items() if code in CLOCK_GROUPS],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None is all of the payee's."),
    )
    payee = forms.ChoiceField(label=_("Who waives"))
    consignment = forms.CharField(
        label=_("Only for the consignment"),
        required=False,
        max_length=20,
        help_text=_("Its reference, for example RW26-000123. Empty is a campaign for all."),
    )

    class Meta:
        model = Waiver
        fields = NOTED
        widgets = {"starts_on": _day(), "ends_on": _day()}
        labels = {
            "name": _("What it is called"),
            "percent": _("Per cent waived"),
            "free_days": _("Days free on top"),
            "from_day": _("Only from the day of the clock"),
            "starts_on": _("First day"),
            "ends_on": _("Last day"),
            "on_application": _("Has to be applied for"),
            "source": _("Source"),
        }
        help_texts = {"source": _("The address of the page, or the letter and its date.")}

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        payee = self.fields["payee"]
        assert isinstance(payee, forms.ChoiceField)
        counted = TariffRow.objects.approved().filter(charge_group__in=CLOCK_GROUPS)
        names = counted.values_list("payee", flat=True).distinct().order_by("payee")
        payee.choices = [(name, name) for name in names]

    def clean_charge_groups(self) -> str:
        """As they are kept: codes parted by blanks."""
        return " ".join(self.cleaned_data["charge_groups"])

    def clean_consignment(self) -> Consignment | None:
        """The consignment of that reference; None for a campaign."""
        ref = self.cleaned_data["consignment"].strip().upper()
        if not ref:
            return None
        found = Consignment.objects.visible_to(self.person).filter(ref=ref).first()
        if found is None:
            raise forms.ValidationError(_("You have no consignment %(ref)s."), params={"ref": ref})
        return found.merged_into or found


class RateForm(forms.ModelForm[ExchangeRate]):
    """What a US dollar bought on a day, and who says so."""

    class Meta:
        model = ExchangeRate
        fields = ["currency", "per_usd", "on", "source"]
        widgets = {"on": _day()}
        labels = {
            "currency": _("Currency"),
            "per_usd": _("For one US dollar"),
            "on": _("On the day"),
            "source": _("Source"),
        }
