"""Which passwords are refused: short ones, common ones, figures, and words that come to mind here."""

from __future__ import annotations

import re

from django.contrib.auth import password_validation as django_validators
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

HELP = gettext_lazy("At least 12 characters. Four words in a row are easy to keep in mind and hard to guess.")
# What a guesser who knows the office tries first.
NEAR = ("kpa", "liaison", "portal", "office", "mombasa", "kigali", "rwanda", "kenya", "nairobi", "cargo", "corridor")
FEWEST_LETTERS = 4


class LongEnough(django_validators.MinimumLengthValidator):
    """At least 12 characters."""

    def __init__(self, min_length: int = 12) -> None:
        super().__init__(min_length)

    def get_error_message(self) -> str:
        """Our words."""
        return _("This password has fewer than %(count)d characters.") % {"count": self.min_length}

    def get_help_text(self) -> str:
        """Our words."""
        return str(HELP)


class NotHerself(django_validators.UserAttributeSimilarityValidator):
    """Not the person's own name or address."""

    def __init__(self) -> None:
        super().__init__(user_attributes=("email", "name"))

    def get_error_message(self) -> str:
        """Our words."""
        return _("This password is too much like your name or your e-mail address.")

    def get_help_text(self) -> str:
        """Nothing beside the length."""
        return ""


class NotFigures(django_validators.NumericPasswordValidator):
    """Not figures alone, however many: a telephone number, an account, a date."""

    def get_error_message(self) -> str:
        """Our words."""
        return _("This password is made of figures alone.")

    def get_help_text(self) -> str:
        """Nothing beside the length."""
        return ""


class Uncommon(django_validators.CommonPasswordValidator):
    """None of the twenty thousand that leaked most often, also with figures added, and no word of the trade alone."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise ValidationError for a password that is guessed early."""
        super().validate(password, None)
        letters = re.sub(r"[\W\d_]+", "", password.lower())
        rest = re.sub("|".join(NEAR), "", letters)
        if letters in self.passwords or (rest != letters and len(rest) < FEWEST_LETTERS):
            raise ValidationError(self.get_error_message(), code="password_too_common")

    def get_error_message(self) -> str:
        """Our words."""
        return _("This password is one of the first that a guesser tries.")

    def get_help_text(self) -> str:
        """Nothing beside the length."""
        return ""
