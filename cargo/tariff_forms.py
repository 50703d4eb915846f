"""Forms for the tariff: a proposal, and the filter above the list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cargo.charge_words import group_label
from cargo.models import TariffRow
from cargo.tariffs import PROPOSED


class TariffFindForm(forms.Form):
    """What to see of the tariff."""

    q = forms.CharField(label=_("Payee or item"), required=False, max_length=60)
    group = forms.ChoiceField(label=_("Charge"), required=False)
    every = forms.BooleanField(label=_("Also rows of other days"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = TariffRow.objects.approved().values_list("charge_group", flat=True).distinct().order_by("charge_group")
        group = self.fields["group"]
        assert isinstance(group, forms.ChoiceField)
        group.choices = [("", _("Every charge")), *((code, group_label(code)) for code in codes)]


class ProposeForm(forms.ModelForm[TariffRow]):
    """A row of the tariff as it shall be."""

    class Meta:
        model = TariffRow
        fields = PROPOSED
        widgets = {
            "effective_from": forms.DateInput(attrs={"type": "date"}),
            "effective_to": forms.DateInput(attrs={"type": "date"}),
            "counts_from": forms.Select(
                choices=[("", "—"), ("start", _("the clock's start")), ("free", _("the end of the free days"))]
            ),
        }
        labels = {"counts_from": _("Days count from")}
        help_texts = {
            "unit": _("For example day, USD/container/day."),
            "source_url": _("The address of the page, or the letter and its date."),
        }
