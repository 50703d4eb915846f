"""The forms about people in organisations: invitations, roles, reasons and handing over."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.utils.translation import gettext_lazy as _

from liaison.forms import ConsentsField
from liaison.models import Invitation, Membership, Organization, Person
from liaison.roles import Role, roles_in


def role_choices(organization: Organization) -> list[tuple[str, str]]:
    """The roles that can be held in the organisation, with their labels."""
    return [(role.value, str(role.label)) for role in roles_in(organization.kind)]


class FindForm(forms.Form):
    """The box above a list of people."""

    q = forms.CharField(label=_("Name or e-mail address"), required=False, max_length=80)


class RoleForm(forms.Form):
    """Another role for a member."""

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"] = forms.ChoiceField(
            label=_("Role"), choices=role_choices(membership.organization), initial=membership.role
        )


class ReasonForm(forms.Form):
    """Why somebody is suspended or reinstated."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The journal keeps it."),
    )


class MemberField(forms.ModelChoiceField[Membership]):
    """One of an organisation's people, by name and role."""

    def label_from_instance(self, obj: Membership) -> str:
        """Her name, and the role that she has now."""
        return f"{obj.person} · {obj.get_role_display()}"


class HandOverForm(forms.Form):
    """To whom an owner hands her organisation over."""

    member = MemberField(label=_("New owner"), queryset=Membership.objects.none())

    def __init__(self, *args: Any, organization: Organization, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Membership.objects.filter(
            organization=organization, suspended_at__isnull=True, person__is_active=True
        ).exclude(person=person)
        member = self.fields["member"]
        assert isinstance(member, MemberField)
        member.queryset = others.select_related("person").order_by("person__name", "pk")


class LanguageForm(forms.Form):
    """In which language a letter is written."""

    language = forms.ChoiceField(label=_("Language of the letter"), choices=settings.LANGUAGES)


class InvitationForm(forms.ModelForm[Invitation]):
    """Whom to invite, and into what role."""

    language = forms.ChoiceField(label=_("Language of the letter"), choices=settings.LANGUAGES)

    class Meta:
        model = Invitation
        fields = ["email", "role"]

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"] = forms.ChoiceField(
            label=_("Role"), choices=role_choices(organization), help_text=_roles_explained(organization)
        )
        if Role.MEMBER in roles_in(organization.kind):
            self.fields["role"].initial = Role.MEMBER


def _roles_explained(organization: Organization) -> str:
    if Role.MEMBER not in roles_in(organization.kind):
        return ""
    return str(_("Owners manage the firm's people, members register and change cargo, read-only people look."))


class JoinForm(forms.Form):
    """What somebody who is new says of herself when she takes an invitation up."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"}))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    password = forms.CharField(
        label=_("Choose a password"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    consents = ConsentsField()

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email
        self.fields["password"].help_text = " ".join(password_validators_help_texts())

    def clean(self) -> dict[str, Any]:
        """Django's validators, which know her name and her address."""
        cleaned = super().clean() or self.cleaned_data
        try:
            validate_password(cleaned.get("password", ""), Person(email=self.email, name=cleaned.get("name", "")))
        except forms.ValidationError as error:
            if "password" in cleaned:
                self.add_error("password", error)
        return cleaned
