"""Forms of the staff's pages on sources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from feeds.models import Source
from feeds.reasons import FAULTS
from feeds.words import KINDS

AS_FORMAT, NOT_FOLLOWED = "-format", "-none"
MOST_CHOSEN = 200
_MEANINGS: Mapping[str, str | None] = {AS_FORMAT: None, NOT_FOLLOWED: ""}


class UploadForm(forms.Form):
    """A file to be taken in as a delivery of the source."""

    file = forms.FileField(label=_("File"))

    def clean_file(self) -> UploadedFile[Any]:
        """The file, unless it is larger than a delivery may be."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > settings.DELIVERY_MAX_BYTES:
            raise forms.ValidationError(_("The file is too large. Send it in smaller parts."))
        return file


class ReasonForm(forms.Form):
    """Why, in a few words that the journal keeps."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class PartsForm(forms.Form):
    """Quarantined parts that were ticked."""

    parts = forms.TypedMultipleChoiceField(coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parts = self.fields["parts"]
        assert isinstance(parts, forms.TypedMultipleChoiceField)
        # Whatever number is named is looked for among what is open and visible, so any may be named.
        named = self.data.getlist("parts") if hasattr(self.data, "getlist") else []
        parts.choices = [(number, number) for number in named[:MOST_CHOSEN] if number.isdecimal() and len(number) < 19]
        parts.error_messages = {"required": _("Tick at least one part."), "invalid_choice": _("Tick fewer parts.")}


class IgnoreForm(PartsForm, ReasonForm):
    """Parts to put aside, and why."""


class QuarantineForm(forms.Form):
    """The box above the list of what could not be read."""

    q = forms.CharField(label=_("Words of the sender or file name"), required=False, max_length=100)
    source = forms.ChoiceField(label=_("Source"), required=False)
    code = forms.ChoiceField(label=_("Reason"), required=False, choices=[("", _("Every reason")), *FAULTS.items()])

    def __init__(self, *args: Any, sources: list[Source], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        source = self.fields["source"]
        assert isinstance(source, forms.ChoiceField)
        source.choices = [("", _("Every source")), *((each.slug, each.name) for each in sources)]


class MappingForm(forms.Form):
    """What one code of the source means."""

    code = forms.CharField(label=_("Code of the sender"), max_length=60)
    meaning = forms.ChoiceField(label=_("Means"))
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        meaning = self.fields["meaning"]
        assert isinstance(meaning, forms.ChoiceField)
        kinds = sorted(((kind, f"{words} ({kind})") for kind, words in KINDS.items()), key=lambda each: each[1].lower())
        plain = [("", _("Choose")), (NOT_FOLLOWED, _("Not followed")), (AS_FORMAT, _("What its format says"))]
        meaning.choices = [*plain, *kinds]

    @property
    def kind(self) -> str | None:
        """The kind that was chosen, after the form has been found valid; see ``feeds.mappings.set_mapping``."""
        chosen: str = self.cleaned_data["meaning"]
        return _MEANINGS.get(chosen, chosen)


class ReadingForm(forms.Form):
    """How the times of the source are read."""

    has_false_z = forms.BooleanField(
        label=_("Its Z is false: it writes the place's own time and calls it UTC"), required=False
    )
    time_zone = forms.CharField(
        label=_("Time zone of a place that has none"),
        max_length=40,
        required=False,
        help_text=_("For example Africa/Nairobi, which is also meant when it is left empty."),
    )

    def clean_time_zone(self) -> str:
        """The name of a zone, or nothing."""
        name: str = self.cleaned_data["time_zone"].strip()
        try:
            return ZoneInfo(name).key if name else ""
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise forms.ValidationError(_("There is no such time zone.")) from error
