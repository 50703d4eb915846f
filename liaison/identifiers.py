"""The numbers by which authorities know an organisation, and telephone numbers: their forms, checked and explained.

Sources: RW TIN nine digits (Rwanda Revenue Authority); KRA PIN per python-stdnum ``ke.pin``; UG TIN ten digits (Uganda
Revenue Authority); telephones by libphonenumber.
"""

from __future__ import annotations

import re

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

_FORMS: dict[str, tuple[str, str | StrPromise]] = {
    "rw_tin": (r"[0-9]{9}", _("A Rwandan TIN has nine digits, for example 101234567.")),
    "ke_pin": (
        r"[AP][0-9]{9}[A-Z]",
        _("A KRA PIN has the letter A or P, nine digits and a letter, for example P051234567X."),
    ),
    "ug_tin": (r"1[0-9]{9}", _("A Ugandan TIN has ten digits and begins with 1, for example 1001234567.")),
    "agent_licence": (
        r"[A-Z0-9][A-Z0-9/-]{2,29}",
        _("A licence number has letters, digits, strokes and dashes, for example RRA/CA/2026/0123."),
    ),
}


def compact(value: str) -> str:
    """A number as it is kept: upper case, without blanks and dots."""
    return re.sub(r"[\s.]+", "", value).upper()


def check_identifier(scheme: str, value: str) -> str:
    """The number as it is kept. Raises ValidationError that explains the right form."""
    number = compact(value)
    if scheme in ("rw_tin", "ug_tin"):
        number = number.replace("-", "")
    form, words = _FORMS[scheme]
    if not re.fullmatch(form, number):
        raise ValidationError(words, code="identifier")
    return number


def check_phone(value: str, *, region: str = "RW") -> str:
    """The number in E.164 ("+250788123456"); a national one is read as of ``region`` (ISO 3166). Empty stays empty.

    Raises ValidationError that explains the right form.
    """
    if not value.strip():
        return ""
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise ValidationError(
            _("Write the telephone number with its country code, for example +250 788 123 456."), code="phone"
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
