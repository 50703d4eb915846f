"""The box above the log of texts."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tickets.models import Talk


class TalkForm(forms.Form):
    """Which texts are shown."""

    q = forms.CharField(label=_("Telephone, ticket or words"), required=False, max_length=100)
    channel = forms.ChoiceField(
        label=_("Channel"), required=False, choices=[("", _("Every channel")), *Talk.Channel.choices]
    )
