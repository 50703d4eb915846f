"""Forms for finding, opening and answering tickets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cargo.models import Consignment
from liaison.concerns import Concern
from liaison.forms import FixedSelect, WordsInput
from liaison.models import Organization, Person
from liaison.roles import OFFICE, TRADE_WRITE
from tickets.canned import REPLIES
from tickets.models import Category, Ticket
from tickets.opening import Opening
from tickets.questions import LONG, asked, label
from tickets.words import FOR_WHOM

_EVERY_STATE = [("", _("Every state")), ("unsolved", _("Not over yet"))]


class FindForm(forms.Form):
    """The box above the list."""

    q = forms.CharField(label=_("Reference, container or words"), required=False, max_length=80, widget=WordsInput)
    state = forms.ChoiceField(
        label=_("State"), required=False, widget=FixedSelect, choices=[*_EVERY_STATE, *Ticket.State.choices]
    )
    category = forms.ChoiceField(
        label=_("Category"),
        required=False,
        widget=FixedSelect,
        choices=[("", _("Every category")), *Concern.choices],
    )
    waiting_on = forms.ChoiceField(
        label=_("In the hands of"),
        required=False,
        widget=FixedSelect,
        choices=[("", _("anybody")), *Ticket.Holder.choices],
    )
    # Asked for by links of the directory and of a consignment; narrows what one sees, never widens it.
    organization = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    consignment = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)


class FilesInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files; cleaned, their names and bytes. What they hold is looked at by ``say``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=FilesInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Every file checked as one file is."""
        one = super().clean
        files = [one(found, initial) for found in (data or [])]
        return [(found.name, found.read()) for found in files]


def consignments_named(words: str, person: Person) -> list[Consignment]:
    """Those that the person may act on, in the order given; an unknown and a foreign one read the same."""
    refs = list(dict.fromkeys(words.upper().replace(",", " ").split()))
    found = {row.ref: row for row in Consignment.objects.actionable_by(person).filter(ref__in=refs)}
    missing = [ref for ref in refs if ref not in found]
    if missing:
        raise forms.ValidationError(
            _("You have no consignment %(refs)s."), params={"refs": ", ".join(missing)}, code="unknown"
        )
    return [found[ref] for ref in refs]


class OpenForm(forms.Form):
    """A new ticket in a category, with the questions that the agency will ask."""

    category = forms.ChoiceField(label=_("What is it about?"), choices=Concern.choices, widget=forms.HiddenInput)
    consignments = forms.CharField(
        label=_("Consignments"),
        required=False,
        max_length=1200,
        help_text=_("Their references, for example RW26-000123, parted by blanks."),
    )
    title = forms.CharField(label=_("In a few words"), max_length=140)
    body = forms.CharField(
        label=_("What has happened?"), required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": 5})
    )

    def __init__(self, *args: Any, person: Person, category: Category, is_strict: bool = True, **kwargs: Any) -> None:
        """Where it is not strict, every question may be left open: programs cannot look their answers up."""
        super().__init__(*args, **kwargs)
        self.person, self.filed_under = person, category
        self.asked = asked(category.questions)
        for code, is_needed in self.asked:
            widget = forms.Textarea(attrs={"rows": 3}) if code in LONG else forms.TextInput()
            self.fields[f"answer_{code}"] = forms.CharField(
                label=label(code), required=is_needed and is_strict, max_length=500, widget=widget
            )
        if person.roles & OFFICE:
            self._ask_for_caller()

    def _ask_for_caller(self) -> None:
        firms = Organization.objects.verified().exclude(kind__in=["agency", "office"]).order_by("name")
        self.fields["organization"] = forms.ModelChoiceField(
            label=_("For which firm?"),
            queryset=firms,
            required=False,
            empty_label=_("Choose"),
            help_text=_("That of the consignment, if empty."),
        )
        self.fields["caller"] = forms.CharField(
            label=_("Who calls? Empty for what the office itself has seen"), required=False, max_length=120
        )
        self.fields["caller_phone"] = forms.CharField(label=_("Caller's telephone"), required=False, max_length=20)

    def clean_consignments(self) -> list[Consignment]:
        """As ``consignments_named``."""
        return consignments_named(self.cleaned_data["consignments"], self.person)

    def opening(self, *, channel: str = Ticket.Channel.WEB) -> Opening:
        """What to open, after the form has been found valid."""
        given = self.cleaned_data
        caller = given.get("caller", "")
        return Opening(
            category=self.filed_under,
            title=given["title"],
            body=given["body"],
            consignments=given["consignments"],
            answers={code: given.get(f"answer_{code}", "") for code, _needed in self.asked},
            organization=given.get("organization") or self._own_firm(given["consignments"]),
            channel=Ticket.Channel.PHONE if caller else channel,
            caller=caller,
            caller_phone=given.get("caller_phone", ""),
        )

    def _own_firm(self, consignments: list[Consignment]) -> Organization | None:
        """The firm for which a trader asks where it is about no consignment."""
        if consignments or self.person.roles & OFFICE:
            return None
        return Organization.objects.filter(pk__in=self.person.organization_ids(*TRADE_WRITE)).order_by("pk").first()


class MessageForm(forms.Form):
    """Something said in a ticket."""

    kind = forms.ChoiceField(label=_("For whom"), widget=forms.RadioSelect)
    text = forms.CharField(label=_("Your words"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 5}))
    papers = FilesField(label=_("Papers"), required=False, help_text=_("PDF, PNG or JPEG, 5 MB each at most."))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kinds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(kind, FOR_WHOM[kind]) for kind in kinds]
        field.initial = kinds[0] if kinds else ""
        if len(kinds) == 1:
            field.widget = forms.HiddenInput()


class CannedForm(forms.Form):
    """Which of the ready answers to begin with."""

    canned = forms.ChoiceField(
        label=_("Begin with a ready answer"),
        widget=FixedSelect,
        choices=[("", "–"), *((code, text.label) for code, text in REPLIES.items())],
    )
