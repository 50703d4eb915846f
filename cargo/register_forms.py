"""The forms by which goods come into the portal: their particulars, and the paper that proves whose they are."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MinValueValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cargo.claims import Proof
from cargo.knowledge import Named
from cargo.models import Claim, Consignment
from cargo.models.naming import NUMBERS
from cargo.numbers import check_chassis, check_container, compact
from cargo.papers import check_paper
from cargo.registration import Particulars, check_number, consignees_for
from liaison.countries import country_choices
from liaison.documents import MOST_BYTES
from liaison.models import Organization, Person

# What is said of goods beside their numbers; it may also be changed later.
DESCRIBING = ("goods", "hs_code", "weight_t", "packages", "vessel", "voyage")
ORIGIN = ("origin_country", "trade_regime", "origin_certificate")
MAIN = ("consignee", "direction", "cargo_kind", "bill_of_lading", "containers", "own_reference")
MORE = ("rw_declaration", "kra_entry", *DESCRIBING, *ORIGIN)
_BULK = ("break_bulk", "dry_bulk", "liquid_bulk")
MOST_CONTAINERS = 200


class GoodsForm(forms.ModelForm[Consignment]):
    """What is said of goods: checked alike when they are registered and when it is changed."""

    # Longer than what is kept of it: people part its digits by dots or blanks.
    hs_code = forms.CharField(label=_("HS code"), required=False, max_length=20)
    origin_country = forms.ChoiceField(label=_("Country of origin"), required=False)

    class Meta:
        model = Consignment
        fields = ["own_reference", *MORE]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["weight_t"].validators.append(MinValueValidator(Decimal("0.001")))
        self.fields["packages"].validators.append(MinValueValidator(1))
        origin = self.fields["origin_country"]
        assert isinstance(origin, forms.ChoiceField)
        origin.choices = [("", _("Unknown")), *country_choices()]
        regime = self.fields["trade_regime"]
        assert isinstance(regime, forms.ChoiceField)
        regime.choices = [("", _("Unknown")), *Consignment.TradeRegime.choices]
        self.fields["origin_certificate"].help_text = _("Its number, where EAC, COMESA or AfCFTA is claimed.")

    def clean_hs_code(self) -> str:
        """Digits only, 4 to 10 of them."""
        code = compact(self.cleaned_data["hs_code"])
        if self.cleaned_data["hs_code"] and not re.fullmatch(r"[0-9]{4,10}", code):
            raise ValidationError(_("An HS code has 4 to 10 digits."))
        return code

    def clean(self) -> dict[str, Any]:
        """A certificate belongs to a preference; numbers fit as they are kept."""
        cleaned = super().clean() or self.cleaned_data
        for name in NUMBERS:
            try:
                check_number(cleaned.get(name) or "")
            except ValidationError as error:
                self.add_error(name, error)
        if cleaned.get("origin_certificate") and cleaned.get("trade_regime") in ("", Consignment.TradeRegime.NONE):
            self.add_error("trade_regime", _("Say which preference the certificate is for."))
        return cleaned


class AmendForm(GoodsForm):
    """What is said of goods that are registered, and containers that were forgotten."""

    more_containers = forms.CharField(
        label=_("Containers to add"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One on each line or parted by commas, for example TGHU1234567."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.Meta.fields:
            self.fields[name].show_hidden_initial = True

    def clean_more_containers(self) -> list[str]:
        """Numbers as they are kept, each once."""
        return _numbers(self.cleaned_data["more_containers"], self.instance.cargo_kind)

    def clean(self) -> dict[str, Any]:
        """What was left as the page showed it is as it stands by now, whoever has changed it meanwhile."""
        for name in self.Meta.fields:
            is_left = self[name].html_initial_name in self.data and name not in self.changed_data
            if is_left and name in self.cleaned_data:
                self.cleaned_data[name] = getattr(self.instance, name)
        return super().clean()


class ConsigneeField(forms.ModelChoiceField[Organization]):
    """For whom goods are registered; whoever has no choice is not asked and need not say it."""

    def __init__(self) -> None:
        super().__init__(label=_("Consignee"), queryset=Organization.objects.none(), empty_label=_("Choose"))

    def clean(self, value: Any) -> Any:
        """The only one there is where nothing is said."""
        return super().clean(self.initial.pk if self.initial and value in self.empty_values else value)


def _offer_consignees(form: forms.BaseForm, person: Person) -> None:
    """Those for whom the person may register."""
    field = form.fields["consignee"]
    assert isinstance(field, ConsigneeField)
    field.queryset = consignees_for(person)
    if field.queryset.count() == 1:
        field.initial = field.queryset.first()
        field.widget = forms.HiddenInput()


class RegisterForm(GoodsForm):
    """A new consignment. Container and chassis numbers are checked and a slip is explained.

    ``rest`` are other containers of the same bill of lading, offered once some are found.
    """

    containers = forms.CharField(
        label=_("Container or chassis numbers"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One on each line or parted by commas, for example TGHU1234567."),
    )
    consignee = ConsigneeField()
    rest = forms.MultipleChoiceField(
        label=_("Other containers of this bill of lading"), required=False, widget=forms.CheckboxSelectMultiple
    )
    is_rest_asked = forms.BooleanField(required=False, widget=forms.HiddenInput)
    form_key = forms.UUIDField(required=False, widget=forms.HiddenInput, initial=uuid4)

    class Meta:
        model = Consignment
        fields = [*MAIN, *MORE, "form_key"]

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["direction"].required = False
        _offer_consignees(self, person)
        self.offer([])
        if self.is_bound:
            rest = self.data.getlist("rest") if isinstance(self.data, QueryDict) else []
            self._choices([(number, number) for number in rest])

    def offer(self, rest: list[Named]) -> None:
        """Have the containers of the rest of the bill of lading ticked off, each with who named it."""
        self.fields["rest"].widget = forms.CheckboxSelectMultiple() if rest else forms.MultipleHiddenInput()
        self._choices([(named.container, f"{named.container} ({', '.join(named.sources)})") for named in rest])
        if rest and isinstance(self.data, QueryDict):
            data = self.data.copy()
            data["is_rest_asked"] = "on"
            self.data = data

    def _choices(self, choices: list[tuple[str, str]]) -> None:
        rest = self.fields["rest"]
        assert isinstance(rest, forms.MultipleChoiceField)
        rest.choices = choices

    def clean_direction(self) -> str:
        """An import where nothing else is said."""
        return self.cleaned_data["direction"] or Consignment.Direction.IMPORT

    def clean(self) -> dict[str, Any]:
        """Without a number no event could ever be matched; what the numbers are depends on the cargo's kind."""
        cleaned = super().clean()
        typed = "\n".join([cleaned.get("containers") or "", *(cleaned.get("rest") or [])])
        try:
            cleaned["containers"] = _numbers(typed, cleaned.get("cargo_kind", ""))
        except ValidationError as error:
            self.add_error("containers", error)
        if not self.errors and not cleaned.get("bill_of_lading") and not cleaned["containers"]:
            raise ValidationError(_("Give the bill of lading or at least one container number."))
        return cleaned

    def particulars(self) -> Particulars:
        """What to register, after the form has been found valid."""
        return Particulars(**{name: self.cleaned_data[name] for name in self.Meta.fields})


def _numbers(typed: str, cargo_kind: str) -> list[str]:
    """The container or chassis numbers as they are kept, each once. ValidationError explains a slip."""
    numbers = list(dict.fromkeys(compact(word) for word in re.split(r"[,;\n]+", typed) if word.strip()))
    if len(numbers) > MOST_CONTAINERS:
        words = _("At most %(most)s containers can be registered at a time. Register the others after these.")
        raise ValidationError(words, params={"most": MOST_CONTAINERS})
    check = check_chassis if cargo_kind == Consignment.CargoKind.RORO else check_container
    for number in numbers:
        check(number)
    return numbers


class UploadForm(forms.Form):
    """A spreadsheet of consignments, and for whom they are."""

    consignee = ConsigneeField()
    file = forms.FileField(
        label=_("Spreadsheet"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=_("XLSX or CSV, at most 5 MB and 5,000 rows. The first row names the columns."),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_consignees(self, person)

    def clean_file(self) -> bytes:
        """The bytes; the name is in ``file_name``."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise ValidationError(_("This file is larger than 5 MB."))
        self.cleaned_data["file_name"] = (file.name or "")[:120]
        content: bytes = file.read()
        return content


class ProofForm(forms.Form):
    """The paper that proves that goods are one's own, or that one acts for whose they are."""

    part = forms.ChoiceField(label=_("What you are to the goods"), choices=Claim.Part.choices)
    paper = forms.ChoiceField(label=_("Kind of paper"), choices=Claim.Paper.choices)
    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"}),
        help_text=_("PDF, PNG or JPEG, at most 5 MB."),
    )
    words = forms.CharField(
        label=_("What the office should know"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_file(self) -> bytes:
        """The bytes, which decide what it is; its name is in ``file_name``."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise ValidationError(_("This file is larger than 5 MB."))
        content: bytes = file.read()
        check_paper(content)
        self.cleaned_data["file_name"] = file.name or ""
        return content

    def proof(self) -> Proof:
        """The proof, after the form has been found valid."""
        said = self.cleaned_data
        return Proof(
            part=said["part"],
            paper=said["paper"],
            content=said["file"],
            file_name=said["file_name"],
            words=said["words"],
        )


class ClaimDecisionForm(forms.Form):
    """The office's decision on a claim."""

    decision = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect, choices=Claim.Decision.choices)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The claimant reads it."),
    )
