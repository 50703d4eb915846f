"""Forms about consignments that were chosen one by one: putting them away, writing to their people, merging two."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from cargo.circulars import LONGEST
from cargo.models import Consignment
from liaison.models import Person

MOST_CHOSEN = 100


def chosen(person: Person, refs: Iterable[str]) -> list[Consignment]:
    """Those of these references on which the person may act, by their references; what she may not see is left out."""
    wanted = [ref[:20].replace("\x00", "").upper() for ref in list(refs)[:MOST_CHOSEN]]
    return list(Consignment.objects.actionable_by(person).filter(ref__in=wanted).order_by("ref"))


class MessageForm(forms.Form):
    """What to write to the people of the chosen consignments."""

    text = forms.CharField(label=_("What to tell them"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 5}))


class TakeOutForm(forms.Form):
    """One of the consignment's containers that does not belong to it, and why."""

    container = forms.ChoiceField(label=_("Container"))
    reason = forms.CharField(
        label=_("Why it does not belong here"),
        max_length=300,
        help_text=_("For example: typed wrongly, or moved to another bill of lading. It is kept in the history."),
    )

    def __init__(self, *args: object, consignment: Consignment, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        numbers = consignment.units.order_by("container").values_list("container", flat=True)
        choices = forms.ChoiceField(label=self.fields["container"].label, choices=[(each, each) for each in numbers])
        self.fields["container"] = choices


class MergeForm(forms.Form):
    """The other consignment, which becomes a part of this one."""

    other = forms.CharField(
        label=_("The other consignment"),
        max_length=20,
        help_text=_("Its reference, for example RW26-000123. Its number leads here from then on."),
    )

    def __init__(self, *args: object, person: Person, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.person = person

    def clean_other(self) -> Consignment:
        """One that the person may act on; an unknown and a foreign one read the same."""
        ref = self.cleaned_data["other"].strip().upper()
        found = Consignment.objects.actionable_by(self.person).filter(ref=ref).first()
        if found is None:
            raise forms.ValidationError(_("You have no consignment %(ref)s."), params={"ref": ref})
        return found
