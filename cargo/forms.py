"""Forms for finding and registering consignments."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MinValueValidator
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from stdnum import iso6346
from stdnum.exceptions import ValidationError as NumberError

from cargo.models import Consignment, Nomination, Status
from cargo.nominations import Terms
from cargo.registration import Particulars, compact
from liaison.identifiers import compact as compact_identifier
from liaison.models import Identifier, Organization, Person
from liaison.roles import OFFICE, TRADE_WRITE


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"})


class FindForm(forms.Form):
    """The box above the list."""

    q = forms.CharField(label=_("Bill of lading, container or reference"), required=False, max_length=40)
    state = forms.ChoiceField(
        label=_("Stage"),
        required=False,
        choices=[("", _("Every stage")), ("open", _("Under way")), *Status.State.choices],
    )
    kind = forms.ChoiceField(
        label=_("Cargo kind"), required=False, choices=[("", _("Every kind")), *Consignment.CargoKind.choices]
    )
    # Asked for by the links of the corridor's page: what a place or a system that stands badly concerns.
    affected = forms.CharField(required=False, max_length=140, widget=forms.HiddenInput)
    # Asked for by the links of the office's directory; what one may see is narrowed by it, never widened.
    organization = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)


class RegisterForm(forms.ModelForm[Consignment]):
    """A new consignment. Container numbers are checked and a slip is explained."""

    containers = forms.CharField(
        label=_("Container numbers"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One on each line or parted by commas, for example TGHU1234567."),
    )
    consignee = forms.ModelChoiceField(label=_("Consignee"), queryset=Organization.objects.none())
    # Longer than what is kept of it: people part its digits by dots or blanks.
    hs_code = forms.CharField(label=_("HS code"), required=False, max_length=20)

    class Meta:
        model = Consignment
        fields = [
            "consignee", "bill_of_lading", "containers", "cargo_kind", "goods", "hs_code", "weight_t", "vessel",
            "voyage",
        ]  # fmt: skip

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["weight_t"].validators.append(MinValueValidator(Decimal("0.001")))
        consignee = self.fields["consignee"]
        assert isinstance(consignee, forms.ModelChoiceField)
        consignee.queryset = consignees_for(person)
        if consignee.queryset.count() == 1:
            consignee.initial = consignee.queryset.first()
            consignee.widget = forms.HiddenInput()

    def clean_containers(self) -> list[str]:
        """The numbers, compacted and each once; a wrong check digit is named with the right one."""
        numbers = [compact(word) for word in re.split(r"[,;\n]+", self.cleaned_data["containers"]) if word.strip()]
        for number in numbers:
            check_container(number)
        return list(dict.fromkeys(numbers))

    def clean_hs_code(self) -> str:
        """Digits only, 4 to 10 of them."""
        code = compact(self.cleaned_data["hs_code"])
        if self.cleaned_data["hs_code"] and not re.fullmatch(r"[0-9]{4,10}", code):
            raise forms.ValidationError(_("An HS code has 4 to 10 digits."))
        return code

    def clean(self) -> dict[str, Any]:
        """Without a bill of lading or a container no event could ever be matched."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("bill_of_lading") and not cleaned.get("containers"):
            raise forms.ValidationError(_("Give the bill of lading or at least one container number."))
        return cleaned

    def particulars(self) -> Particulars:
        """What to register, after the form has been found valid."""
        return Particulars(**{name: self.cleaned_data[name] for name in self.Meta.fields})


def consignees_for(person: Person) -> Any:
    """The organisations for which ``person`` may register a consignment."""
    if person.roles & OFFICE:
        kinds = [Organization.Kind.IMPORTER, Organization.Kind.EXPORTER]
        return Organization.objects.verified().filter(kind__in=kinds).order_by("name")
    mine = person.organization_ids(*TRADE_WRITE)
    given = Nomination.objects.in_force(timezone.now()).filter(nominee__in=mine, may_act=True, consignment__isnull=True)
    own_or_given = Q(pk__in=mine) | Q(pk__in=given.values("principal"))
    return Organization.objects.filter(own_or_given).order_by("name")


class NominateForm(forms.Form):
    """Whom to nominate, for what, and on which terms."""

    principal = forms.ModelChoiceField(label=_("For"), queryset=Organization.objects.none())
    nominee = forms.CharField(
        label=_("The firm to nominate"),
        max_length=160,
        help_text=_("Its full name, its TIN, KRA PIN or licence number."),
    )
    task = forms.ChoiceField(label=_("Task"), choices=Nomination.Task.choices)
    consignment = forms.CharField(
        label=_("Only for the consignment"),
        required=False,
        max_length=20,
        help_text=_("Its reference, for example RW26-000123. Leave it empty for all of your consignments."),
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

    def clean_consignment(self) -> Consignment | None:
        """The person's own consignment of that reference, or None for all."""
        ref = self.cleaned_data["consignment"].strip().upper()
        if not ref:
            return None
        found = Consignment.objects.actionable_by(self.person).filter(ref=ref).first()
        if found is None:
            raise forms.ValidationError(_("You have no consignment with this reference."))
        return found

    def terms(self) -> Terms:
        """What is granted, after the form has been found valid."""
        names = ("task", "may_act", "may_see_money", "starts_on", "ends_on")
        return Terms(**{name: self.cleaned_data[name] for name in names})


def check_container(number: str) -> None:
    """Raises ValidationError where ``number`` is not of ISO 6346; a wrong last digit is named with the right one."""
    if not re.fullmatch(r"[A-Z]{3}[UJZ][0-9]{7}", number):
        raise forms.ValidationError(
            _("%(number)s: a container number has four letters, the last U, J or Z, and seven digits."),
            params={"number": number},
        )
    try:
        iso6346.validate(number)
    except NumberError as error:
        right = number[:10] + iso6346.calc_check_digit(number[:10])
        raise forms.ValidationError(
            _("%(number)s: the last digit does not fit the others. Did you mean %(right)s?"),
            params={"number": number, "right": right},
        ) from error
