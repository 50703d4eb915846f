"""The columns of a spreadsheet of consignments: their headings in every language, and one row read with its errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrPromise
from openpyxl.cell.cell import ERROR_CODES

from cargo.models import Consignment
from cargo.numbers import check_chassis, check_container, compact
from cargo.registration import check_number
from liaison.countries import country_choices
from liaison.headings import in_every_language, match_columns, plain

HEADINGS: dict[str, StrPromise] = {
    "bill_of_lading": gettext_lazy("Bill of lading"),
    "containers": gettext_lazy("Containers"),
    "cargo_kind": gettext_lazy("Cargo kind"),
    "direction": gettext_lazy("Direction"),
    "goods": gettext_lazy("Goods"),
    "hs_code": gettext_lazy("HS code"),
    "weight_t": gettext_lazy("Weight in tonnes"),
    "packages": gettext_lazy("Packages"),
    "own_reference": gettext_lazy("Own reference"),
    "rw_declaration": gettext_lazy("Rwandan declaration"),
    "kra_entry": gettext_lazy("KRA entry"),
    "vessel": gettext_lazy("Vessel"),
    "voyage": gettext_lazy("Voyage"),
    "origin_country": gettext_lazy("Country of origin"),
    "trade_regime": gettext_lazy("Preference claimed"),
    "origin_certificate": gettext_lazy("Certificate of origin"),
}
# What is expected in a cell, said in the template and at a wrong cell.
EXPECTED: dict[str, StrPromise] = {
    "bill_of_lading": gettext_lazy("at most 40 letters and digits"),
    "containers": gettext_lazy("container numbers such as TGHU1234567, parted by commas; chassis numbers of vehicles"),
    "cargo_kind": gettext_lazy("one of: %(all)s"),
    "direction": gettext_lazy("import or export; import where empty"),
    "goods": gettext_lazy("at most 200 characters"),
    "hs_code": gettext_lazy("4 to 10 digits"),
    "weight_t": gettext_lazy("tonnes as a number above 0 with at most three decimals, for example 24.5"),
    "packages": gettext_lazy("a whole number above 0"),
    "own_reference": gettext_lazy("at most 40 characters"),
    "rw_declaration": gettext_lazy("at most 40 characters"),
    "kra_entry": gettext_lazy("at most 40 characters"),
    "vessel": gettext_lazy("at most 60 characters"),
    "voyage": gettext_lazy("at most 30 characters"),
    "origin_country": gettext_lazy("a country's name or its two letters, for example KE"),
    "trade_regime": gettext_lazy("EAC, COMESA, AfCFTA or none"),
    "origin_certificate": gettext_lazy("at most 40 characters, and the preference that it is for"),
}
_LONGEST = {
    **dict.fromkeys(("bill_of_lading", "own_reference", "rw_declaration", "kra_entry", "origin_certificate"), 40),
    "goods": 200,
    "vessel": 60,
    "voyage": 30,
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a cell: its row, its column's name, what it says and why that cannot be."""

    line: int
    column: str
    text: str
    reason: str

    @property
    def label(self) -> str:
        """The column's heading."""
        return str(HEADINGS[self.column])

    @property
    def expected(self) -> str:
        """What the cell should hold."""
        return expected_in(self.column)


def expected_in(column: str) -> str:
    """What a cell of the column should hold."""
    kinds = ", ".join(str(label) for _kind, label in Consignment.CargoKind.choices)
    return str(EXPECTED[column]) % {"all": kinds} if column == "cargo_kind" else str(EXPECTED[column])


@dataclass(slots=True)
class Said:
    """What one row says: values by column, those that are empty left out. Where something is wrong it is not used."""

    line: int
    cells: Mapping[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    wrong: list[Wrong] = field(default_factory=list)

    def refuse(self, column: str, reason: str) -> None:
        """Note what is wrong with a cell."""
        self.wrong.append(Wrong(self.line, column, self.cells.get(column, ""), reason))


def columns_of(heading: Sequence[str]) -> tuple[dict[int, str], list[str]]:
    """The known columns by their place, and the headings that are not read; ValidationError where none is a number."""
    return match_columns(heading, known=_headings(), labels=HEADINGS, needed=("bill_of_lading", "containers"))


def read_said(line: int, cells: Mapping[str, str]) -> Said:
    """One row by the names of its columns, each cell checked as a registration's field is."""
    said = Said(line, cells)
    for column, text in cells.items():
        if text in ERROR_CODES:
            said.refuse(column, _("The formula in this cell has failed."))
            continue
        try:
            said.values[column] = _READERS.get(column, _text)(column, text)
        except ValidationError as error:
            said.refuse(column, error.messages[0])
    _read_numbers(said)
    regime = said.values.get("trade_regime", "none")
    if said.values.get("origin_certificate") and regime == "none" and not said.wrong:
        said.refuse("origin_certificate", _("There is no preference that it is for."))
    return said


def _read_numbers(said: Said) -> None:
    """What the numbers are depends on the kind of cargo."""
    is_roro = said.values.get("cargo_kind") == Consignment.CargoKind.RORO
    numbers = []
    for word in re.split(r"[,;/\s]+", said.values.pop("containers", "")):
        number = compact(word)
        try:
            if number:
                (check_chassis if is_roro else check_container)(number)
                numbers.append(number)
        except ValidationError as error:
            said.refuse("containers", error.messages[0])
    said.values["containers"] = list(dict.fromkeys(numbers))
    if not said.wrong and not numbers and not said.values.get("bill_of_lading"):
        said.refuse("bill_of_lading", _("There is neither a bill of lading nor a container."))


def _text(column: str, text: str) -> str:
    if len(text) > _LONGEST.get(column, 300):
        raise ValidationError(_("This is too long."))
    return text


def _number(column: str, text: str) -> str:
    return check_number(_text(column, text))


def _hs_code(_column: str, text: str) -> str:
    code = compact(text)
    if not re.fullmatch(r"[0-9]{4,10}", code):
        raise ValidationError(_("This is no HS code."))
    return code


def _weight(_column: str, text: str) -> Decimal:
    # A comma parts decimals where people write so; one that parts thousands is not guessed at.
    written = text.replace(" ", "").removesuffix("t")
    written = written.replace(",", ".") if written.count(",") == 1 and "." not in written else written
    try:
        weight = Decimal(written)
    except InvalidOperation:
        raise ValidationError(_("This is no number.")) from None
    if not weight.is_finite() or not 0 < weight < 10**9 or weight != round(weight, 3):
        raise ValidationError(_("This is no weight in tonnes."))
    return weight


def _packages(_column: str, text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text) or not int(text):
        raise ValidationError(_("This is no number of packages."))
    return int(text)


def _choice(choices: Callable[[], Mapping[str, str]]) -> Callable[[str, str], str]:
    def read(_column: str, text: str) -> str:
        if plain(text) not in choices():
            raise ValidationError(_("This word is not known here."))
        return choices()[plain(text)]

    return read


@lru_cache
def _headings() -> dict[str, str]:
    return in_every_language(lambda: HEADINGS)


@lru_cache
def _kinds() -> dict[str, str]:
    labels = in_every_language(lambda: dict(Consignment.CargoKind.choices))
    short = {"container": "container", "vehicles": "roro", "vehicle": "roro", "ro-ro": "roro"}
    return {**short, **{plain(kind.replace("_", " ")): kind for kind in Consignment.CargoKind.values}, **labels}


@lru_cache
def _directions() -> dict[str, str]:
    return in_every_language(lambda: dict(Consignment.Direction.choices))


@lru_cache
def _countries() -> dict[str, str]:
    return in_every_language(lambda: dict(country_choices()))


@lru_cache
def _regimes() -> dict[str, str]:
    return in_every_language(lambda: dict(Consignment.TradeRegime.choices))


_READERS: dict[str, Callable[[str, str], Any]] = {
    **dict.fromkeys(("bill_of_lading", "own_reference", "rw_declaration", "kra_entry"), _number),
    "containers": lambda _column, text: text,
    "hs_code": _hs_code,
    "weight_t": _weight,
    "packages": _packages,
    "cargo_kind": _choice(_kinds),
    "direction": _choice(_directions),
    "origin_country": _choice(_countries),
    "trade_regime": _choice(_regimes),
}
