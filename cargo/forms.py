"""Forms for finding consignments, and for nominating who may see them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cargo.models import Consignment, Nomination, Status
from cargo.nominations import Terms
from cargo.worklists import WORKLISTS
from liaison.forms import FixedSelect, UnseenInput, WordsInput
from liaison.identifiers import compact as compact_identifier
from liaison.models import Identifier, Organization, Person
from liaison.roles import TRADE_WRITE


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"})


class UnmatchedFindForm(forms.Form):
    """The box above what belongs to no consignment."""

    q = forms.CharField(label=_("Container, bill of lading or our reference"), required=False, max_length=40)


class FindForm(forms.Form):
    """The box above the list."""

    q = forms.CharField(
        label=_("Any number: B/L, container, declaration, seal, plate, reference"),
        required=False,
        max_length=40,
        widget=WordsInput,
    )
    state = forms.ChoiceField(
        label=_("Stage"),
        required=False,
        widget=FixedSelect,
        choices=[("", _("Every stage")), ("open", _("Under way")), *Status.State.choices, ("archived", _("Archived"))],
    )
    kind = forms.ChoiceField(
        label=_("Cargo kind"),
        required=False,
        widget=FixedSelect,
        choices=[("", _("Every kind")), *Consignment.CargoKind.choices],
    )
    # One of the worklists; chosen by the links above the box.
    list = forms.ChoiceField(
        required=False, widget=forms.HiddenInput, choices=[("", ""), *((each.slug, each.label) for each in WORKLISTS)]
    )
    # Asked for by the links of the corridor's page: what a place or a system that stands badly concerns.
    affected = forms.CharField(required=False, max_length=140, widget=forms.HiddenInput)
    # Asked for by the links of the office's directory; what one may see is narrowed by it, never widened.
    organization = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)


class SaveFilterForm(forms.Form):
    """Under which name to keep what is asked for."""

    name = forms.CharField(label=_("Keep this filter as"), max_length=40, widget=WordsInput)
    query = forms.CharField(required=False, max_length=2000, widget=UnseenInput)


class NominateForm(forms.Form):
    """Whom to nominate, for what, and on which terms."""

    principal = forms.ModelChoiceField(label=_("For"), queryset=Organization.objects.none(), empty_label=_("Choose"))
    nominee = forms.CharField(
        label=_("The firm to nominate"),
        max_length=160,
        help_text=_("Its full name, its TIN, KRA PIN or licence number."),
    )
    task = forms.ChoiceField(label=_("Task"), choices=Nomination.Task.choices)
    consignment = forms.CharField(
        label=_("Only for the consignments"),
        required=False,
        max_length=1200,
        help_text=_("Their references, for example RW26-000123, parted by blanks. Empty is all of your consignments."),
    )
    may_act = forms.BooleanField(label=_("May act for you, not only see"), required=False)
    may_see_money = forms.BooleanField(label=_("May see charges"), required=False)
    starts_on = forms.DateField(
        label=_("First day"), required=False, widget=_day(), help_text=_("Today when left empty.")
    )
    ends_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=_day(),
        help_text=_("Open when left empty; you can end it any time."),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        principal = self.fields["principal"]
        assert isinstance(principal, forms.ModelChoiceField)
        principal.queryset = Organization.objects.filter(pk__in=person.organization_ids(*TRADE_WRITE)).order_by("name")
        if principal.queryset.count() == 1:
            principal.initial = principal.queryset.first()
            principal.widget = forms.HiddenInput()

    def clean_nominee(self) -> Organization:
        """The verified organisation of that name or number."""
        words = self.cleaned_data["nominee"].strip()
        numbers = Identifier.objects.filter(is_verified=True, value=compact_identifier(words)).values("organization")
        found = Organization.objects.verified().filter(Q(name__iexact=words) | Q(pk__in=numbers)).first()
        if found is None:
            raise forms.ValidationError(
                _("No verified firm has this name or number. Ask the firm how it is registered, or call the office.")
            )
        return found

    def clean_consignment(self) -> list[Consignment]:
        """The person's own consignments of these references; none is all of hers."""
        refs = list(dict.fromkeys(self.cleaned_data["consignment"].replace(",", " ").upper().split()))
        found = list(Consignment.objects.actionable_by(self.person).filter(ref__in=refs).order_by("pk"))
        if len(found) < len(refs):
            missing = next(ref for ref in refs if ref not in {each.ref for each in found})
            raise forms.ValidationError(_("You have no consignment %(ref)s."), params={"ref": missing})
        return found

    def terms(self) -> Terms:
        """What is granted, after the form has been found valid."""
        names = ("task", "may_act", "may_see_money", "starts_on", "ends_on")
        return Terms(**{name: self.cleaned_data[name] for name in names})
