"""Forms about notices and about subscriptions to them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from corridor.advisories import Content
from corridor.facts import LANGUAGES
from corridor.models import Advisory, Condition, Node, Subscription
from corridor.models.advisories import System
from corridor.place_field import InReadersWords
from corridor.subscriptions import Wish
from liaison.identifiers import check_phone

# Rwanda, Kenya, Uganda, Tanzania, Burundi, the Congo, South Sudan (ITU-T E.164).
_CODES = ("+250", "+254", "+256", "+255", "+257", "+243", "+211")
_WHEN = "%Y-%m-%dT%H:%M"


LEAST = {
    "normal": _("Everything"),
    "slow": _("Slow or worse"),
    "severe": _("Severe delays or worse"),
    "shut": _("Only when something is shut"),
}


class NodesField(InReadersWords, forms.ModelMultipleChoiceField[Node]):
    """Places of the corridor, as boxes to tick, in the order of the way."""

    def __init__(self, label: Any, help_text: Any) -> None:
        super().__init__(
            Node.objects.order_by("pk"),
            label=label,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=help_text,
        )


def when_field(label: Any, **more: Any) -> forms.DateTimeField:
    """A moment in the time of Kigali."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_WHEN)
    return forms.DateTimeField(label=label, input_formats=[_WHEN, "%Y-%m-%dT%H:%M:%S"], widget=widget, **more)


def _text_field(language: str, name: str) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3, "lang": language})
    return forms.CharField(label=name, required=False, max_length=2000, widget=widget)


class AdvisoryForm(forms.Form):
    """What a notice says."""

    kind = forms.ChoiceField(label=_("What it is about"), choices=Advisory.Kind.choices)
    severity = forms.ChoiceField(label=_("How bad it is"), choices=Condition.Severity.choices)
    nodes = NodesField(_("Places"), _("None of the places and systems: the whole corridor."))
    systems = forms.MultipleChoiceField(
        label=_("Systems"), choices=System.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    since = when_field(_("Begins"), help_text=_("In the time of Kigali."))
    until = when_field(_("Ends"), required=False, help_text=_("Empty: until further notice."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Adds a field of free text for each language."""
        super().__init__(*args, **kwargs)
        for language, name in settings.LANGUAGES:
            self.fields[f"text_{language}"] = _text_field(language, name)
        self.fields["text_en"].help_text = _(
            "The facts are worded by the portal. Readers of a language left empty get the English."
        )

    def clean(self) -> dict[str, Any]:
        """An end comes after its beginning."""
        said = self.cleaned_data
        if said.get("since") and said.get("until") and said["until"] <= said["since"]:
            self.add_error("until", _("This is not after the beginning."))
        return said

    def content(self) -> Content:
        """What was written, after the form has been found valid."""
        said = self.cleaned_data
        nodes: QuerySet[Node] = said["nodes"]
        return Content(
            kind=said["kind"],
            severity=said["severity"],
            nodes=list(nodes),
            systems=said["systems"],
            since=said["since"],
            until=said["until"],
            texts={language: said[f"text_{language}"] for language in LANGUAGES},
        )


def said_by(advisory: Advisory) -> dict[str, Any]:
    """What a version says, as the form's initial values."""
    same = ("kind", "severity", "systems", "since", "until", *(f"text_{language}" for language in LANGUAGES))
    return {**{name: getattr(advisory, name) for name in same}, "nodes": list(advisory.nodes.all())}


class ScheduleForm(forms.Form):
    """When a notice is to be published."""

    due_at = when_field(_("Publish at"), help_text=_("In the time of Kigali."))


class WithdrawForm(forms.Form):
    """Why a notice is withdrawn."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("Everybody who got the notice reads it, as you write it.")
    )


class WishForm(forms.Form):
    """Of what an address wants to be told."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    least = forms.ChoiceField(label=_("From how bad on"), choices=list(LEAST.items()))
    nodes = NodesField(_("Places"), _("None: the whole corridor."))

    def wish(self) -> Wish:
        """What was chosen, after the form has been found valid."""
        said = self.cleaned_data
        return Wish(nodes=[node.slug for node in said["nodes"]], least=said["least"], language=said["language"])


_BY_ADDRESS = [(by.value, by.label) for by in (Subscription.Channel.EMAIL, Subscription.Channel.SMS)]


class SubscriptionForm(WishForm):
    """An address that is to be told, and of what."""

    field_order = ("channel", "email", "phone")

    channel = forms.ChoiceField(label=_("How"), choices=_BY_ADDRESS, widget=forms.RadioSelect, initial="email")
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = forms.CharField(
        label=_("Telephone"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        help_text=_("With the country code, for example +250 788 123 456."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offers SMS only where the portal can send them."""
        super().__init__(*args, **kwargs)
        if not settings.AFRICASTALKING_API_KEY:
            del self.fields["channel"], self.fields["phone"]

    def clean_phone(self) -> str:
        """The number as it is kept. Others' far numbers are where somebody would earn by having us write to them."""
        number = check_phone(self.cleaned_data["phone"])
        if number and not number.startswith(_CODES):
            raise forms.ValidationError(_("SMS go to numbers of the countries along the corridor only."))
        return number

    @property
    def channel_name(self) -> str:
        """By what it is to be told."""
        return str(self.cleaned_data.get("channel") or Subscription.Channel.EMAIL)

    @property
    def address(self) -> str:
        """Where, as it is kept."""
        is_sms = self.channel_name == Subscription.Channel.SMS
        return str(self.cleaned_data["phone"] if is_sms else self.cleaned_data["email"].lower())

    def clean(self) -> dict[str, Any]:
        """The address of the channel chosen is there."""
        wanted = "phone" if self.channel_name == Subscription.Channel.SMS else "email"
        if not self.cleaned_data.get(wanted) and wanted not in self.errors:
            self.add_error(wanted, self.fields["email"].error_messages["required"])
        return self.cleaned_data


class CodeForm(forms.Form):
    """The code that came by SMS."""

    code = forms.CharField(
        label=_("Code"),
        max_length=10,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        help_text=_("Six digits, in the SMS that we have just sent."),
    )

    def clean_code(self) -> str:
        """Without blanks."""
        return "".join(self.cleaned_data["code"].split())
