"""Forms about what one is told, and of the outbox board."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from liaison.identifiers import check_phone
from notify.kinds import KINDS, SENT_BY, TOPICS
from notify.models import Preference
from notify.preferences import Hours
from notify.pushing import Browser, browser_keys, is_taken_by
from notify.words import CHANNELS as CHANNEL_WORDS

WEEKDAYS = [
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
]
NO_BROWSER = _("The browser gave no keys to reach it with. Allow notifications for this page and try again.")
THRESHOLDS_H = (3, 6, 12, 24, 48, 72)


def _thresholds() -> list[tuple[int, str]]:
    return [(hours, ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}) for hours in THRESHOLDS_H]


class HoursForm(forms.ModelForm[Preference]):
    """Quiet hours, the digest, and how far an arrival has to move."""

    threshold_h = forms.TypedChoiceField(
        label=_("Tell me of the arrival only if it moves by more than"),
        coerce=int,
        choices=_thresholds,
    )
    digest_hour = forms.TypedChoiceField(
        label=_("The digest comes at"), coerce=int, choices=[(hour, f"{hour:02d}:00") for hour in range(24)]
    )
    digest_weekday = forms.TypedChoiceField(
        label=_("The weekly digest comes on"), coerce=int, choices=list(enumerate(WEEKDAYS))
    )

    class Meta:
        model = Preference
        fields = [
            *("quiet_from", "quiet_until", "holds_email", "digest", "digest_hour", "digest_weekday", "threshold_h")
        ]
        labels = {
            "quiet_from": _("Quiet from"),
            "quiet_until": _("Quiet until"),
            "holds_email": _("Hold back e-mail in these hours, too"),
            "digest": _("E-mail that can wait"),
        }
        help_texts = {
            "quiet_from": _("By your own clock. What is urgent comes all the same."),
            "quiet_until": _("Without hours of your own, what rings is held back from 21:00 to 06:00."),
        }
        widgets = {
            "quiet_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "quiet_until": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "digest": forms.RadioSelect,
        }

    def clean(self) -> dict[str, Any]:
        """Quiet hours have two ends that differ."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        begin, end = found.get("quiet_from"), found.get("quiet_until")
        if (begin is None) != (end is None) and not {"quiet_from", "quiet_until"} & set(self.errors):
            self.add_error("quiet_until", _("Give both hours, or none."))
        elif begin is not None and begin == end:
            self.add_error("quiet_until", _("The two hours must differ."))
        return found

    def hours(self) -> Hours:
        """What was chosen."""
        return Hours(**self.cleaned_data)


def table_from(data: Any, channels: list[str]) -> dict[tuple[str, str], bool]:
    """The ticked boxes ("movement:email") of the channels that were offered; what is not ticked is a no."""
    ticked = set(data.getlist("told"))
    return {(topic, channel): f"{topic}:{channel}" in ticked for topic in TOPICS for channel in channels}


class PhoneForm(forms.Form):
    """The number to which messages are to go."""

    number = forms.CharField(
        label=_("Telephone"),
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        help_text=_("With the country code, for example +250 788 123 456."),
    )

    def clean_number(self) -> str:
        """The number as it is kept."""
        return check_phone(self.cleaned_data["number"])


class CodeForm(forms.Form):
    """The code that came by SMS."""

    code = forms.CharField(
        label=_("Code from the SMS"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )

    def clean_code(self) -> str:
        """The digits alone."""
        return "".join(self.cleaned_data["code"].split())


class BrowserForm(forms.Form):
    """What a browser says of itself once its owner has allowed notifications."""

    endpoint = forms.CharField(max_length=1000, widget=forms.HiddenInput)
    p256dh = forms.CharField(max_length=100, widget=forms.HiddenInput)
    auth = forms.CharField(max_length=30, widget=forms.HiddenInput)

    def clean_endpoint(self) -> str:
        """An address at a browser's maker: whoever could name any other would have us call whom she likes."""
        endpoint = str(self.cleaned_data["endpoint"])
        if not settings.VAPID_PRIVATE_KEY or not is_taken_by(endpoint, settings.PUSH_SERVICES):
            raise forms.ValidationError(_("This browser's service for notifications is not known here."))
        return endpoint

    def clean(self) -> dict[str, Any]:
        """The keys are keys."""
        said = self.cleaned_data
        try:
            said["p256dh"], said["auth"] = browser_keys(said.get("p256dh", ""), said.get("auth", ""))
        except ValueError:
            self.add_error(None, NO_BROWSER)
        return said

    def browser(self) -> Browser:
        """The browser, after the form has been found valid."""
        return Browser(**self.cleaned_data)


class SentForm(forms.Form):
    """The search of what was sent."""

    who = forms.CharField(
        label=_("To whom (name, e-mail address or telephone)"), required=False, max_length=120, strip=True
    )
    about = forms.CharField(label=_("About what (reference)"), required=False, max_length=80, strip=True)


class DeadForm(forms.Form):
    """Which dead letters."""

    kind = forms.ChoiceField(
        label=_("Kind of news"),
        required=False,
        choices=[("", _("every one")), *((name, name) for name in sorted(KINDS))],
    )
    channel = forms.ChoiceField(
        label=_("Channel"), required=False, choices=[("", _("every one")), *((n, CHANNEL_WORDS[n]) for n in SENT_BY)]
    )
