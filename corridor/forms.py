"""Forms about how the corridor stands."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corridor.entries import DEFAULT_ZONE
from corridor.models import Condition, Node, Verdict
from corridor.models.advisories import System
from corridor.place_field import PlaceField
from corridor.spoken import Spoken

_OPEN = {"type": "datetime-local"}


def _moment(label: Any, *, required: bool, help_text: Any = "") -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        required=required,
        widget=forms.DateTimeInput(attrs=_OPEN, format="%Y-%m-%dT%H:%M"),
        help_text=help_text,
    )


class ConditionForm(forms.Form):
    """How a place or a system stands, as somebody of the office was told or saw."""

    kind = forms.ChoiceField(label=_("What is affected"))
    node = PlaceField(
        label=_("Place"),
        empty_label=_("Choose"),
        required=False,
        help_text=_("Leave it empty for a system."),
    )
    system = forms.ChoiceField(label=_("System"), required=False)
    severity = forms.ChoiceField(label=_("How it stands"))
    since = _moment(
        _("Since"),
        required=False,
        help_text=_("On that place's clock; for a system, on Nairobi's. Leave it empty when it begins now."),
    )
    until = _moment(_("Until"), required=False, help_text=_("Leave it empty when nobody knows."))
    text = forms.CharField(label=_("What happened"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    evidence = forms.CharField(
        label=_("Who said so, or what you saw"), max_length=120, help_text=_("Shown with the condition.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, list[tuple[str, Any]]] = {
            "kind": [("", _("Choose")), *Condition.Kind.choices],
            "system": [("", _("Choose")), *((name, name) for name in System.values)],
            "severity": [("", _("Choose")), *Condition.Severity.choices],
        }
        for name, values in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = values

    def clean(self) -> dict[str, Any]:
        """A system has a name, everything else a place; it begins now or when it says, and ends after that."""
        cleaned = super().clean() or self.cleaned_data
        kind = cleaned.get("kind")
        if kind == Condition.Kind.SYSTEM and not cleaned.get("system") and "system" not in self.errors:
            self.add_error("system", _("Choose the system."))
        elif kind != Condition.Kind.SYSTEM and kind and not cleaned.get("node") and "node" not in self.errors:
            self.add_error("node", _("Choose the place."))
        if "since" not in self.errors and cleaned.get("since") is None:
            cleaned["since"] = _now_at(None if kind == Condition.Kind.SYSTEM else cleaned.get("node"))
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until <= since:
            self.add_error("until", _("The end lies before the beginning."))
        return cleaned

    def spoken(self) -> Spoken:
        """What was said, after the form has been found valid."""
        given = self.cleaned_data
        is_system = given["kind"] == Condition.Kind.SYSTEM
        return Spoken(
            kind=given["kind"],
            node="" if is_system else given["node"].slug,
            system=given["system"] if is_system else "",
            severity=given["severity"],
            since=_plain(given["since"]),
            until=_plain(given["until"]) if given["until"] else None,
            text=" ".join(given["text"].split()),
            evidence=" ".join(given["evidence"].split()),
        )


def _now_at(node: Node | None) -> datetime:
    """Now on the place's clock, for a system on Nairobi's, taken for the portal's own zone like what is typed."""
    there = timezone.localtime(timezone=node.zone if node else ZoneInfo(DEFAULT_ZONE))
    return timezone.make_aware(there.replace(tzinfo=None, second=0, microsecond=0))


def _plain(moment: datetime) -> datetime:
    """As it was typed: the form takes it for the portal's own zone, but it is meant on the place's clock."""
    return timezone.make_naive(moment)


class VerdictForm(forms.Form):
    """Whether a reported condition is true, and how one knows."""

    says = forms.ChoiceField(label=_("Your judgment"), choices=Verdict.Says.choices, widget=forms.RadioSelect)
    evidence = forms.CharField(
        label=_("How do you know?"), max_length=200, help_text=_("Whom you called, or what you saw. It is kept.")
    )
