"""The box above the list of ships' calls."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from corridor.call_words import NO_NEWS
from corridor.models import Node, VesselCall
from corridor.place_field import PlaceField

# Not a state that is kept: it comes with time, when nothing is heard.
LOST = "lost"


class CallFindForm(forms.Form):
    """Find calls by ship or voyage, state and terminal."""

    q = forms.CharField(label=_("Ship, IMO number or voyage"), required=False, max_length=60)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("Every known state")),
            *((state, label) for state, label in VesselCall.State.choices if state != VesselCall.State.UNKNOWN),
            (LOST, NO_NEWS),
        ],
    )
    terminal = PlaceField(
        label=_("Terminal"),
        required=False,
        queryset=Node.objects.filter(kind__in=("terminal", "oil_jetty")),
        empty_label=_("Every terminal"),
    )
