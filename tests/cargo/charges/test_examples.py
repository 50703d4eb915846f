"""Every worked example of docs/charges.md comes out as it says there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from cargo.charges.amounts import Owed
from cargo.charges.bills import Bill
from cargo.charges.clocks import RULES, Clock, Reached, Track, clocks_of
from cargo.charges.days import day_of
from cargo.charges.waivers import Waiver
from tests.cargo.charges.given import ROOT, ROWS

NAMES = {
    "port": "port_storage",
    "depot": "depot_storage",
    "customs": "customs_warehouse",
    "line": "line_container",
    "kigali": "kigali_warehouse",
    "export": "port_storage",
    "lent": "line_export",
}
STARTS = {
    "port": "discharged",
    "depot": "railed_to_icd",
    "customs": "vessel_arrived",
    "line": "discharged",
    "kigali": "arrived_kigali",
    "export": "export_at_port",
    "lent": "export_loaded",
}

MEANING = {
    "left": "gate_out", "back": "empty_returned", "order": "pickup_order", "released": "released_kigali",
    "aboard": "export_aboard",
}  # fmt: skip
Example = dict[str, str]


def examples() -> Iterator[Example]:
    header: list[str] = []
    for number, text in enumerate((ROOT / "docs/charges.md").read_text(encoding="utf-8").splitlines(), start=1):
        cells = [cell.strip() for cell in text.strip("|").split("|")] if text.startswith("|") else []
        if not cells:
            header = []
        elif not header:
            header = cells
        elif "clock" in header and not set(text) <= set("|-"):
            yield {**dict(zip(header, cells, strict=True)), "doc_line": str(number)}


EXAMPLES = list(examples())
SUMS = [example for example in EXAMPLES if "owed" in example]
CHANCES = [example for example in EXAMPLES if "expected" in example]


def day(text: str) -> date:
    return day_of(datetime.fromisoformat(text)) if "T" in text else date.fromisoformat(text)


def waivers(text: str, payee: str) -> list[Waiver]:
    """``50 % 2026-11-18/2026-11-20``, ``+3 days …``, ``apply 80 % …``, ``100 % from day 22 …``, with commas between."""
    form = re.compile(r"(apply )?(?:(\d+) %(?: from day (\d+))?|\+(\d+) days) (\S+)/(\S+)")
    found = []
    for part in filter(None, text.split(", ")):
        match = form.fullmatch(part)
        assert match, part
        apply, percent, from_day, days, starts, ends = match.groups()
        found.append(
            Waiver(
                name=part,
                payee=payee,
                percent=Decimal(percent or 0),
                free_days=int(days or 0),
                from_day=int(from_day or 1),
                starts_on=day(starts),
                ends_on=day(ends),
                on_application=bool(apply),
            )
        )
    return found


def bill(example: Example) -> Bill:
    reached = {STARTS[example["clock"]]: Reached(day(example["from"]), place=example.get("place", ""))}
    reached |= {MEANING[name]: Reached(day(example[name])) for name in MEANING if example.get(name)}
    track = Track(
        cargo_kind=example.get("cargo", "container"),
        direction="export" if example["clock"] in ("export", "lent") else "import",
        size_type=example["box"],
        line=example.get("line", ""),
        quantity=int(example.get("boxes", 1)),
        reached=reached,
    )
    given = waivers(example.get("waivers", ""), example.get("line", "KPA"))
    return Bill(clock_named(NAMES[example["clock"]], track, given), ROWS, given)


def clock_named(name: str, track: Track, given: list[Waiver]) -> Clock:
    return next(clock for clock in clocks_of(track, ROWS, given) if clock.name == name)


def in_words(owed: Owed) -> str:
    amount = owed.amount()
    return "unknown" if amount is None or owed.lacks else f"{amount.normalize():f}"


@pytest.mark.parametrize("example", SUMS, ids=lambda example: f"line {example['doc_line']}")
def test_what_is_owed(example: Example) -> None:
    found, on = bill(example), day(example["on"])
    last = found.clock.last_free_on
    assert {
        "free until": last.isoformat() if last else "unknown",
        "owed": in_words(found.accrued(on)),
        "tomorrow": in_words(found.tomorrow(on)),
    } == {name: example[name] for name in ("free until", "owed", "tomorrow")}


@pytest.mark.parametrize("example", CHANCES, ids=lambda example: f"line {example['doc_line']}")
def test_what_is_expected(example: Example) -> None:
    chances = {day(when): Decimal(chance) for when, chance in map(str.split, example["chances"].split(", "))}
    assert in_words(bill(example).expected(day(example["on"]), chances)) == example["expected"]


def test_each_clock_and_each_clause_has_examples() -> None:
    text = (ROOT / "docs/charges.md").read_text(encoding="utf-8")
    clauses = [int(number) for number in re.findall(r"^\*\*(\d+)\. ", text, re.MULTILINE)]
    assert clauses == list(range(1, 21))
    assert {NAMES[example["clock"]] for example in EXAMPLES} == {rule.name for rule in RULES}
    assert (len(SUMS), len(CHANCES)) == (63, 3)


def test_what_the_page_says_of_the_places_is_what_is_charged_there() -> None:
    naivasha = Reached(date(2026, 11, 5), place="ke-icd-naivasha")
    track = Track(size_type="22G1", reached={"discharged": Reached(date(2026, 11, 3)), "railed_to_icd": naivasha})
    port = clock_named("port_storage", track, [])
    assert (port.stops_on, port.stops_with) == (date(2026, 11, 5), "railed_to_icd")
    out = replace(track, reached={**track.reached, "gate_out": Reached(date(2026, 11, 5), place="ke-port-mombasa")})
    assert clock_named("depot_storage", out, []).stops_on is None
