"""The numbers by which goods are known: what a number is by its form, its check digit, and what was meant by a slip.

Sources: container numbers ISO 6346; chassis numbers ISO 3779, their check digit 49 CFR 565.15 (binding for vehicles
made for North America alone); number plates as in ``feeds.traccar``; a KRA entry has 16 digits (a carrier's advisory of
February 2025).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum import iso6346
from stdnum.exceptions import ValidationError as NumberError

Kind = Literal["container", "chassis", "kra_entry", "plate", "reference", "bill_of_lading"]

_CONTAINER = re.compile(r"[A-Z]{3}[UJZ][0-9]{7}")
_CHASSIS = re.compile(r"(?=.*[0-9])[A-Z0-9]{6,17}")
_VIN = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
_PLATE = re.compile(r"[RK][A-Z]{2}[0-9]{3}[A-Z]|U[A-Z]{1,2}[0-9]{3}[A-Z]{1,2}|T[0-9]{3}[A-Z]{3}")
_REFERENCE = re.compile(r"RW[0-9]{8}")
# What is taken for one another on paper and on a keyboard.
_TO_LETTER = str.maketrans("015826", "OISBZG")
_TO_DIGIT = str.maketrans("OQDILSBZG", "000115826")
# Values of letters and weights of places, 49 CFR 565.15(c).
_VIN_VALUES = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", map(int, "12345678123457923456789"), strict=True))
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is kept, what it is by its form, and the right one where it is a slip; empty where it is none."""

    text: str
    kind: Kind
    meant: str = ""


def compact(number: str) -> str:
    """A container or document number as it is kept: upper case, without blanks, dashes, dots and strokes."""
    return "".join(character for character in number.upper() if character.isascii() and character.isalnum())


def recognize(words: str) -> Number:
    """What was typed into the box; whatever has no form of its own is taken for a bill of lading."""
    text = compact(words)
    meant = container_meant(text)
    if meant:
        return Number(text, "container", "" if meant == text else meant)
    if re.fullmatch(r"[0-9]{16}", text):
        return Number(text, "kra_entry")
    if _REFERENCE.fullmatch(text):
        return Number(text, "reference")
    if _PLATE.fullmatch(text):
        return Number(text, "plate")
    if len(text) == 17 and _VIN.fullmatch(_without_letters_of_no_vin(text)):
        right = _without_letters_of_no_vin(text)
        return Number(text, "chassis", "" if right == text else right)
    return Number("".join(words.upper().split()), "bill_of_lading")


def container_meant(text: str) -> str:
    """The container number that is meant by ``text``: itself where it is right; empty where it looks like none.

    Letters and digits that are taken for one another are put right first; then the check digit, also where it is
    missing.
    """
    if len(text) not in (10, 11):
        return ""
    body = text[:4].translate(_TO_LETTER) + text[4:].translate(_TO_DIGIT)
    if not re.fullmatch(r"[A-Z]{3}[UJZ][0-9]{6,7}", body):
        return ""
    return body[:10] + str(iso6346.calc_check_digit(body[:10]))


def _without_letters_of_no_vin(text: str) -> str:
    """I, O and Q are no letters of a VIN: somebody read them where 1 and 0 stand."""
    return text.translate(str.maketrans("IOQ", "100"))


def check_container(number: str) -> None:
    """Raises ValidationError where ``number`` is not of ISO 6346; a wrong last digit is named with the right one."""
    if not _CONTAINER.fullmatch(number):
        raise ValidationError(
            _("%(number)s: a container number has four letters, the last U, J or Z, and seven digits."),
            params={"number": number},
        )
    try:
        iso6346.validate(number)
    except NumberError as error:
        raise ValidationError(
            _("%(number)s: the last digit does not fit the others. Did you mean %(right)s?"),
            params={"number": number, "right": container_meant(number)},
        ) from error


def check_chassis(number: str) -> None:
    """Raises ValidationError where ``number`` can be no chassis number: a VIN of 17, or a shorter frame number.

    The check digit is asked for where the vehicle was made for North America (first sign 1 to 5).
    """
    if not _CHASSIS.fullmatch(number):
        raise ValidationError(
            _("%(number)s: a chassis number has 6 to 17 letters and digits."), params={"number": number}
        )
    if len(number) < 17:
        return
    if not _VIN.fullmatch(number):
        raise ValidationError(
            _("%(number)s: a VIN has no I, O or Q. Did you mean %(right)s?"),
            params={"number": number, "right": _without_letters_of_no_vin(number)},
        )
    if number[0] in "12345" and number[8] != vin_check(number):
        raise ValidationError(
            _("%(number)s: the ninth sign does not fit the others; it should be %(right)s. Check the number."),
            params={"number": number, "right": vin_check(number)},
        )


def vin_check(number: str) -> str:
    """The check digit of a VIN (0 to 9 or X), which stands at its ninth place."""
    values = (int(sign) if sign.isdigit() else _VIN_VALUES[sign] for sign in number)
    rest = sum(value * weight for value, weight in zip(values, _VIN_WEIGHTS, strict=True)) % 11
    return "X" if rest == 10 else str(rest)
