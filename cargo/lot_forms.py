"""The form for what was measured of a lot of liquid bulk."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from cargo.lots import Measured
from cargo.models import Lot, Measure


class MeasureForm(forms.Form):
    """Litres at 20 °C at one stage; of trucks and batches one measure each."""

    number = forms.CharField(label=_("Parcel number"), max_length=40)
    product = forms.ChoiceField(label=_("Product"), choices=Lot.Product.choices)
    stage = forms.ChoiceField(label=_("Stage"), choices=Measure.Stage.choices)
    litres = forms.DecimalField(
        label=_("Litres at 20 °C"), min_value=Decimal(1), max_digits=12, decimal_places=0, localize=False
    )
    density = forms.DecimalField(
        label=_("Density at 20 °C, kg/l"),
        required=False,
        min_value=Decimal("0.4"),
        max_value=Decimal(2),
        max_digits=5,
        decimal_places=4,
        help_text=_("For example 0.8350; tonnes stay unknown without it."),
    )
    measured_on = forms.DateField(label=_("Measured on"), widget=forms.DateInput(attrs={"type": "date"}))
    plate = forms.CharField(label=_("Truck"), required=False, max_length=20)
    document = forms.CharField(label=_("Paper that says so"), required=False, max_length=60)

    def measured(self) -> Measured:
        """What was measured, after the form has been found valid."""
        return Measured(**self.cleaned_data)
