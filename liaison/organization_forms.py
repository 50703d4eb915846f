"""Forms about organisations: their own particulars and papers, and the office's decision."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from liaison.countries import country_choices
from liaison.documents import MOST_BYTES, check_content
from liaison.forms import ConsentsField
from liaison.identifiers import check_identifier, check_phone
from liaison.models import Document, Identifier, Organization, Person
from liaison.organizations import OFFICE_MADE, TAX_NUMBERS, Particulars, numbers_of, taken_schemes
from liaison.sectors import SECTORS
from liaison.verification import Decision, possible_decisions

_KINDS = [choice for choice in Organization.Kind.choices if choice[0] not in OFFICE_MADE]


class FirmForm(forms.Form):
    """What a firm says of itself. Numbers are checked, and a slip is answered with the right form."""

    name = forms.CharField(label=_("Name of the firm"), max_length=160, help_text=_("As on its certificate."))
    kind = forms.ChoiceField(label=_("What it is"), choices=_KINDS)
    country = forms.ChoiceField(label=_("Country"), choices=country_choices, initial="RW")
    rw_tin = forms.CharField(label=_("Rwandan TIN"), required=False, max_length=40, help_text=_("Nine digits."))
    ke_pin = forms.CharField(
        label=_("Kenyan KRA PIN"), required=False, max_length=40, help_text=_("For example P051234567X.")
    )
    ug_tin = forms.CharField(label=_("Ugandan TIN"), required=False, max_length=40, help_text=_("Ten digits."))
    agent_licence = forms.CharField(
        label=_("Clearing agent's licence"), required=False, max_length=40, help_text=_("Clearing agents need one.")
    )
    phone = forms.CharField(
        label=_("Telephone"),
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        help_text=_("With its country code, for example +250 788 123 456."),
    )
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    sector = forms.ChoiceField(
        label=_("Sector"),
        choices=[("", _("unknown")), *SECTORS.items()],
        required=False,
        help_text=_("What the firm does for its living. Only sums over many firms tell of it."),
    )

    def __init__(self, *args: Any, organization: Organization | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization

    def clean(self) -> dict[str, Any]:
        """Checks the numbers with the firm's kind and country, then whether they belong to somebody else."""
        cleaned = super().clean() or self.cleaned_data
        numbers = {scheme: self._checked(scheme) for scheme in Identifier.Scheme.values if cleaned.get(scheme)}
        cleaned["numbers"] = {scheme: number for scheme, number in numbers.items() if number}
        self._check_needed(cleaned)
        if cleaned.get("phone"):
            try:
                cleaned["phone"] = check_phone(cleaned["phone"], region=cleaned.get("country", "RW"))
            except forms.ValidationError as error:
                self.add_error("phone", error)
        for scheme in taken_schemes(cleaned["numbers"], but=self.organization):
            self.add_error(
                scheme,
                _(
                    "A firm with this number is registered already. "
                    "Ask its owner for an invitation, or call the liaison office."
                ),
            )
        return cleaned

    def _checked(self, scheme: str) -> str:
        try:
            return check_identifier(scheme, self.cleaned_data[scheme])
        except forms.ValidationError as error:
            self.add_error(scheme, error)
            return ""

    def _check_needed(self, cleaned: dict[str, Any]) -> None:
        """An agent's licence, and the tax number of the country where there is one that we can check."""
        licence = Identifier.Scheme.AGENT_LICENCE
        if cleaned.get("kind") == Organization.Kind.AGENT and not self.data.get(licence, "").strip():
            self.add_error(licence, _("A clearing agent has to give the number of its licence."))
        tax_number = TAX_NUMBERS.get(cleaned.get("country", ""))
        if tax_number and cleaned.get("kind") not in OFFICE_MADE and not self.data.get(tax_number, "").strip():
            self.add_error(tax_number, _("A firm in this country has to give this number."))

    def particulars(self) -> Particulars:
        """What was said, after the form has been found valid."""
        said = self.cleaned_data
        return Particulars(
            name=said["name"],
            kind=said["kind"],
            country=said["country"],
            phone=said["phone"],
            email=said.get("email", ""),
            address=said["address"],
            sector=said["sector"],
            numbers=said["numbers"],
        )


class RegistrationForm(FirmForm):
    """A firm with the person who registers it and is not known yet."""

    person_name = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("We write to it; you go on from there."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class OrganizationForm(FirmForm):
    """The particulars of an organisation that is there already, with an e-mail address of its own."""

    email = forms.EmailField(label=_("E-mail address"), required=False)

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        names = ("name", "kind", "country", "phone", "email", "address", "sector")
        kept = {name: getattr(organization, name) for name in names}
        super().__init__(*args, organization=organization, initial={**kept, **numbers_of(organization)}, **kwargs)
        if organization.kind in OFFICE_MADE:
            self.fields["kind"] = forms.ChoiceField(
                choices=[(organization.kind, organization.get_kind_display())], widget=forms.HiddenInput()
            )
            self.fields["phone"].required = False


class PasswordForm(forms.Form):
    """A new password, twice, and what else its person agrees to."""

    password1 = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=_("Password, once more"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    consents = ConsentsField()

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["password1"].help_text = " ".join(password_validators_help_texts())

    def clean_password1(self) -> str:
        """Django's validators, which know the person's name and address."""
        password: str = self.cleaned_data["password1"]
        validate_password(password, self.person)
        return password

    def clean(self) -> dict[str, Any]:
        """Both are the same."""
        cleaned = super().clean() or self.cleaned_data
        if "password1" in cleaned and "password2" in cleaned and cleaned["password1"] != cleaned["password2"]:
            self.add_error("password2", _("The two passwords differ."))
        return cleaned


class DocumentForm(forms.Form):
    """A paper to be shown to the office."""

    kind = forms.ChoiceField(label=_("Kind of paper"), choices=Document.Kind.choices)
    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"}),
        help_text=_("PDF, PNG or JPEG, at most 5 MB."),
    )

    def clean_file(self) -> bytes:
        """The bytes, which decide what it is; its name is in ``file_name``."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_("This file is larger than 5 MB."))
        content: bytes = file.read()
        check_content(content)
        self.cleaned_data["file_name"] = file.name or ""
        return content


class QueueForm(forms.Form):
    """The box above the office's queue."""

    q = forms.CharField(label=_("Name or number"), required=False, max_length=80)
    standing = forms.ChoiceField(
        required=False,
        widget=forms.HiddenInput,
        choices=[choice for choice in Organization.Standing.choices if choice[0] != Organization.Standing.VERIFIED],
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("Every kind")), *_KINDS])


class DecisionForm(forms.Form):
    """The office's decision on one organisation, as it was looked at."""

    decision = forms.ChoiceField(widget=forms.RadioSelect, label=_("Decision"))
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed for a no. The applicant reads it."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=16)

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        decision = self.fields["decision"]
        assert isinstance(decision, forms.ChoiceField)
        decision.choices = [(step.value, step.label) for step in possible_decisions(organization)]

    def clean_decision(self) -> Decision:
        """As one of the decisions."""
        return Decision(self.cleaned_data["decision"])
