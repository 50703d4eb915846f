"""The columns of a spreadsheet of organisations: their headings in every language, and one row read with its errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrPromise
from openpyxl.cell.cell import ERROR_CODES

from liaison.countries import country_choices
from liaison.headings import in_every_language, match_columns, plain
from liaison.identifiers import check_identifier, check_phone
from liaison.models import Identifier, Organization
from liaison.organizations import TAX_NUMBERS, Particulars

# What the office makes by hand alone.
NEVER_IMPORTED = frozenset({Organization.Kind.OFFICE})
HEADINGS: dict[str, StrPromise] = {
    "name": gettext_lazy("Name"),
    "kind": gettext_lazy("Kind"),
    "country": gettext_lazy("Country"),
    "rw_tin": gettext_lazy("Rwandan TIN"),
    "ke_pin": gettext_lazy("Kenyan KRA PIN"),
    "ug_tin": gettext_lazy("Ugandan TIN"),
    "agent_licence": gettext_lazy("Clearing agent's licence"),
    "phone": gettext_lazy("Telephone"),
    "email": gettext_lazy("E-mail address"),
    "address": gettext_lazy("Address"),
    "contact_name": gettext_lazy("Contact's name"),
    "contact_duty": gettext_lazy("Contact's duty"),
    "contact_phone": gettext_lazy("Contact's telephone"),
    "contact_email": gettext_lazy("Contact's e-mail address"),
}
HELP: dict[str, StrPromise] = {
    "name": gettext_lazy("As on its certificate."),
    "country": gettext_lazy("Its name or its two letters, for example RW."),
    "rw_tin": gettext_lazy("Nine digits."),
    "ke_pin": gettext_lazy("For example P051234567X."),
    "ug_tin": gettext_lazy("Ten digits."),
    "agent_licence": gettext_lazy("Clearing agents need one."),
    "phone": gettext_lazy("With its country code, for example +250 788 123 456."),
    "contact_phone": gettext_lazy("With its country code, for example +250 788 123 456."),
}
_LONGEST = {"name": 160, "address": 200, "contact_name": 120, "contact_duty": 120, "email": 254, "contact_email": 254}
_COUNTRY_OF: dict[str, str] = {scheme: country for country, scheme in TAX_NUMBERS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactSaid:
    """Whom a row names as the organisation's contact."""

    name: str
    duty: str = ""
    phone: str = ""
    email: str = ""


@dataclass(slots=True)
class Said:
    """What one row says. Where ``errors`` has words, the rest is not to be used."""

    line: int
    name: str = ""
    kind: str = ""
    country: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    numbers: dict[str, str] = field(default_factory=dict)
    contact: ContactSaid | None = None
    errors: list[str] = field(default_factory=list)

    @property
    def home(self) -> str:
        """Its country, else that of a number of its."""
        return self.country or next((_COUNTRY_OF[scheme] for scheme in self.numbers if scheme in _COUNTRY_OF), "")

    def particulars(self) -> Particulars:
        """For a new organisation."""
        return Particulars(
            name=self.name,
            kind=self.kind,
            country=self.home,
            phone=self.phone,
            email=self.email,
            address=self.address,
            numbers=self.numbers,
        )


def columns_of(heading: Sequence[str]) -> tuple[dict[int, str], list[str]]:
    """The known columns by their place, and the headings that are not read.

    ValidationError where the names of organisations cannot be found, or a column is there twice.
    """
    return match_columns(heading, known=_known_headings(), labels=HEADINGS, needed=["name"])


def read_said(line: int, cells: Mapping[str, str]) -> Said:
    """One row by the names of its columns, checked as a registration is."""
    said = Said(line, name=cells.get("name", ""), address=cells.get("address", ""))
    if not said.name:
        said.errors.append(_("Give the name of the organisation."))
    broken = [str(HEADINGS[name]) for name, text in cells.items() if text in ERROR_CODES]
    if broken:
        words = _("%(columns)s: the formula in this cell has failed. Write what it should show.")
        said.errors.append(words % {"columns": ", ".join(broken)})
    _check_lengths(said, cells)
    for scheme in Identifier.Scheme.values:
        if cells.get(scheme):
            said.numbers[scheme] = _kept(said, check_identifier, scheme, cells[scheme])
    said.kind = _choice(said, "kind", cells, _kinds(), _("Kind “%(text)s” is not known. Write one of: %(all)s."))
    said.country = _choice(said, "country", cells, _countries(), _("Country “%(text)s” is not known. Write RW or KE."))
    said.phone = _kept(said, _phone_of(said.home), cells.get("phone", ""))
    said.email = _kept(said, _email, cells.get("email", ""))
    said.contact = _contact(said, cells)
    return said


def _check_lengths(said: Said, cells: Mapping[str, str]) -> None:
    for name, longest in _LONGEST.items():
        if len(cells.get(name, "")) > longest:
            words = _("%(column)s: longer than %(most)s characters. Shorten it.")
            said.errors.append(words % {"column": HEADINGS[name], "most": longest})


def _kept(said: Said, check: Callable[..., str], *values: str) -> str:
    """The checked value; where it is wrong, what is right goes among the row's errors."""
    try:
        return check(*values)
    except ValidationError as error:
        said.errors += error.messages
        return ""


def _choice(said: Said, name: str, cells: Mapping[str, str], known: Mapping[str, str], words: str) -> str:
    text = cells.get(name, "")
    if text and plain(text) not in known:
        labels = [str(kind.label) for kind in Organization.Kind if kind not in NEVER_IMPORTED]
        said.errors.append(words % {"text": text, "all": ", ".join(labels)})
    return known.get(plain(text), "")


def _phone_of(country: str) -> Callable[[str], str]:
    return lambda text: check_phone(text, region=country or "RW")


def _email(text: str) -> str:
    if text:
        try:
            validate_email(text)
        except ValidationError as error:
            raise ValidationError(_("“%(text)s” is no e-mail address.") % {"text": text}) from error
    return text.lower()


def _contact(said: Said, cells: Mapping[str, str]) -> ContactSaid | None:
    given = {name: cells.get(f"contact_{name}", "") for name in ("name", "duty", "phone", "email")}
    if not any(given.values()):
        return None
    contact = ContactSaid(
        name=given["name"],
        duty=given["duty"],
        phone=_kept(said, _phone_of(said.home), given["phone"]),
        email=_kept(said, _email, given["email"]),
    )
    if not given["name"] or not (given["phone"] or given["email"]):
        said.errors.append(_("Give the contact's name with a telephone number or an e-mail address."))
    return contact


@lru_cache
def _known_headings() -> dict[str, str]:
    return in_every_language(lambda: HEADINGS)


@lru_cache
def _kinds() -> dict[str, str]:
    return in_every_language(
        lambda: {kind.value: kind.label for kind in Organization.Kind if kind not in NEVER_IMPORTED}
    )


@lru_cache
def _countries() -> dict[str, str]:
    return in_every_language(lambda: dict(country_choices()))
