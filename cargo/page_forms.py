"""Forms of a consignment's page: a paper, a note, a link without a login."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from cargo.models import Note, Paper, ShareLink
from cargo.papers import Audience, check_paper
from liaison.documents import MOST_BYTES


class PaperForm(forms.ModelForm[Paper]):
    """A paper and who may see it; its bytes decide what it is."""

    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"}),
        help_text=_("PDF, PNG or JPEG, at most 5 MB."),
    )

    class Meta:
        model = Paper
        fields = ["kind", "for_importer", "for_agent", "for_office"]

    field_order = ["kind", "file", "for_importer", "for_agent", "for_office"]

    def clean_file(self) -> bytes:
        """The bytes; the name is in ``file_name``."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_("This file is larger than 5 MB."))
        content: bytes = file.read()
        check_paper(content)
        self.cleaned_data["file_name"] = file.name or ""
        return content

    def audience(self) -> Audience:
        """Who may see it."""
        said = self.cleaned_data
        return Audience(said["for_importer"], said["for_agent"], said["for_office"])


class NoteForm(forms.ModelForm[Note]):
    """A note, for one's own organisation or for the office, too."""

    class Meta:
        model = Note
        fields = ["text", "is_shared"]
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}


class ShareForm(forms.ModelForm[ShareLink]):
    """A link without a login: for whom, and for how long."""

    DAYS = [(3, _("3 days")), (7, _("7 days")), (30, _("30 days")), (90, _("90 days"))]

    days = forms.TypedChoiceField(label=_("How long it leads somewhere"), choices=DAYS, coerce=int, initial=30)

    class Meta:
        model = ShareLink
        fields = ["purpose"]
        help_texts = {"purpose": _("For example: driver, warehouse, buyer. Only you and your colleagues see this.")}
