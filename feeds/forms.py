"""Forms of the staff's pages on sources."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _


class UploadForm(forms.Form):
    """A file to be taken in as a delivery of the source."""

    file = forms.FileField(label=_("File"))

    def clean_file(self) -> UploadedFile[Any]:
        """The file, unless it is larger than a delivery may be."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > settings.DELIVERY_MAX_BYTES:
            raise forms.ValidationError(_("The file is too large. Send it in smaller parts."))
        return file
