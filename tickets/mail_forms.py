"""The box above the list of mails."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tickets.models import Mail

STATES = [
    (Mail.State.LEFT, _("Left")),
    (Mail.State.TAKEN, _("In a ticket")),
    (Mail.State.STORED, _("Not read yet")),
    ("every", _("All mails")),
]


class MailForm(forms.Form):
    """Which mails are shown; without a word those that were left."""

    q = forms.CharField(label=_("Sender or subject"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("Which"), required=False, choices=STATES)
