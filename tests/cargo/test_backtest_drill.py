"""A corridor with heavy tails and lost reports, fed through real formats and replayed: how windows hold, and no look-ahead."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.utils import timezone
from stdnum import iso6346

from cargo.arrival.backtest import replay, score
from cargo.arrival.log import CODES, COLUMN
from cargo.arrival_log import hours
from cargo.models import Consignment, Event
from cargo.registration import Particulars, register_many
from feeds.models import Source
from tests.cargo.arrival.corridors import START, Corridor, facts
from tests.cargo.test_reading import HEADER
from tests.conftest import Cast, source_of

CORRIDOR = Corridor(trips=200, days=115, spread=0.5, tail=0.08, tail_times=4.0, lost=0.12, seed=5)
FROM, UNTIL = 64, 105
# Of ships this corridor's sources tell nothing.
UNTOLD = ("vessel_departed", "vessel_arrived")
NODES = {
    "border1_in": ("border_in", "xx-border-malaba"), "border1_out": ("border_out", "xx-border-malaba"),
    "border2_in": ("border_in", "xx-border-gatuna"), "border2_out": ("border_out", "xx-border-gatuna"),
    "arrived_kigali": ("arrived_kigali", "rw-city-kigali"),
}  # fmt: skip
# What a score says by the contract, method by method and horizon by horizon.
FIELDS = {"method", "days_out", "n", "hits", "mae_h", "pinball", "coverage", "width_h", "moved_h"}


FORMS = {"terminal": "coarri", "gate": "codeco", "corridor": "csv_events"}
# An archive in which a quarter of the events and an eighth of the arrivals are missing.
ARCHIVE = Corridor(trips=120, days=40, spread=0.5, lost=0.25, lost_ends=0.12, seed=8)


def moment(hours: float) -> datetime:
    return datetime.fromtimestamp(hours * 3600, UTC).replace(microsecond=0)


def box(number: int) -> str:
    body = f"DRLU{number:06d}"
    return body + str(iso6346.calc_check_digit(body))


def happened(corridor: Corridor) -> Iterator[tuple[int, str, datetime]]:
    log = corridor.log()
    for trip, code, at in zip(log.trip.tolist(), log.code.tolist(), log.at.tolist(), strict=True):
        if CODES[code] not in UNTOLD:
            yield trip, CODES[code], moment(at)


def edifact(kind: str, document: str, moved: list[tuple[int, datetime]], qualifier: str) -> bytes:
    """One interchange with a message for each box; times are those of Mombasa."""
    segments = ["UNB+UNOA:2+KPA+LIAISONKGL+261101:0800+1"]
    for number, (trip, at) in enumerate(moved, 1):
        local = at + timedelta(hours=3)
        segments += [
            f"UNH+{number}+{kind}:D:95B:UN", f"BGM+{document}+{number}+9", f"EQD+CN+{box(trip)}+22G1+2+3+5",
            f"DTM+{qualifier}:{local:%Y%m%d%H%M}:203", "LOC+165+KEMBA:139:6", f"UNT+6+{number}",
        ]  # fmt: skip
    return ("'".join([*segments, f"UNZ+{len(moved)}+1"]) + "'").encode()


def files(folder: Path, name: str, told: list[tuple[int, str, datetime]]) -> dict[str, Path]:
    """The reports as the files of three sources, each in its own format."""
    by = {code: [(trip, at) for trip, found, at in told if found == code] for code in ("discharged", "gate_out")}
    rows = [
        f",{box(trip)},,{NODES.get(code, (code,))[0]},ACT,{NODES.get(code, ('', 'ke-port-mombasa'))[1]},{at.isoformat()},"
        for trip, code, at in told
        if code not in by
    ]
    bodies = {
        "terminal": edifact("COARRI", "44", by["discharged"], "203"),
        "gate": edifact("CODECO", "36", by["gate_out"], "7"),
        "corridor": (HEADER + "\n".join(rows) + "\n").encode(),
    }
    paths = {slug: folder / f"{slug}-{name}" for slug in bodies}
    for slug, path in paths.items():
        path.write_bytes(bodies[slug])
    return paths


def backtest(first: int = FROM, last: int = UNTIL) -> dict[str, Any]:
    out = StringIO()
    days = [f"{moment(START + 24 * day):%Y-%m-%d}" for day in (first, last)]
    call_command("forecast_backtest", "--json", "--since", days[0], "--until", days[1], stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def goods_of(cast: Cast, corridor: Corridor) -> list[Particulars]:
    """A container for each trip."""
    return [Particulars(consignee=cast.importer_firm, containers=[box(number)]) for number in range(corridor.trips)]


def test_windows_hold_on_a_corridor_fed_through_real_formats_and_see_nothing_ahead(cast: Cast, tmp_path: Path) -> None:
    for slug, form in FORMS.items():
        source_of(slug, form)
    goods = goods_of(cast, CORRIDOR)
    told = sorted(happened(CORRIDOR), key=lambda one: one[2])
    made = register_many(goods, by=None, at=moment(START))
    first = {trip: at for trip, _code, at in reversed(told)}
    for number, consignment in enumerate(made):
        consignment.registered_at = first[number] - timedelta(days=1)
    Consignment.objects.bulk_update(made, ["registered_at"])
    end = moment(START + 24 * (UNTIL + 1)) + timedelta(hours=6)
    for name, part in (
        ("past", [one for one in told if one[2] <= end]),
        ("later", [one for one in told if one[2] > end]),
    ):
        for slug, path in files(tmp_path, name, part).items():
            call_command("source_receive", slug, str(path), stdout=StringIO())
        if name == "past":
            before = backtest()
    assert Event.objects.count() == len(told)
    assert {source.slug: source.failures for source in Source.objects.all()} == {
        "terminal": 0,
        "gate": 0,
        "corridor": 0,
    }
    # Whatever is told later, what was said until then, and how it did, stays the same.
    assert backtest() == before
    scores = {(row["method"], row["days_out"]): row for row in before["scores"]}
    assert all(set(row) == FIELDS for row in scores.values())
    whole = {method: scores[method, "all"] for method in ("B0", "B1", "B1m", "B2", "B3", "C")}
    assert {row["n"] for row in whole.values()} == {before["n"]}
    assert before["n"] >= 500
    assert 0.72 <= whole["C"]["coverage"] <= 0.88
    assert whole["C"]["pinball"] <= 0.85 * whole["B1"]["pinball"]
    assert whole["C"]["mae_h"] <= 0.85 * whole["B1"]["mae_h"]
    assert np.isfinite([row["width_h"] for row in whole.values()]).all()


def test_an_archive_with_missing_events_is_replayed_as_the_events_themselves_are(cast: Cast, tmp_path: Path) -> None:
    """Registered today and read in one go through commands and real formats, it scores as the bare events do."""
    register_many(goods_of(cast, ARCHIVE), by=None, at=timezone.now())
    for slug, form in FORMS.items():
        call_command("source_add", slug, "--format", form, stdout=StringIO())
    told = sorted(happened(ARCHIVE), key=lambda one: one[2])
    for slug, path in files(tmp_path, "archive", told).items():
        call_command("source_receive", slug, str(path), stdout=StringIO())
    assert Event.objects.count() == len(told)
    found = backtest(36, 60)
    since, until = (hours(datetime.fromisoformat(found[end])) for end in ("since", "until"))
    trip, code, at = zip(*told_in_hours(told), strict=True)
    bare = facts(
        lane=np.zeros(ARCHIVE.trips, dtype=np.int64),
        trip=np.array(trip), code=np.array(code), at=np.array(at), known=np.array(at),
    )  # fmt: skip
    rows = [asdict(row) for row in score(replay(bare, since=since, until=until))]
    assert found["n"] >= 150
    assert [(row["method"], row["days_out"], row["n"], row["hits"]) for row in found["scores"]] == [
        (row["method"], row["days_out"], row["n"], row["hits"]) for row in rows
    ]
    for name in ("pinball", "mae_h", "width_h"):
        assert [row[name] for row in found["scores"]] == [row[name] and pytest.approx(row[name], 1e-6) for row in rows]
    whole = {row["method"]: row for row in found["scores"] if row["days_out"] == "all"}
    assert whole["C"]["pinball"] < 0.9 * whole["B1"]["pinball"]


def told_in_hours(told: list[tuple[int, str, datetime]]) -> Iterator[tuple[int, int, float]]:
    """The same, each with its milestone's column and its hour, to the minute where its format has no seconds."""
    for trip, code, at in told:
        yield trip, COLUMN[code], hours(at.replace(second=0) if code in ("discharged", "gate_out") else at)
