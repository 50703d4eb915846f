"""Which column of a vessel list is what, told by its header whatever its order, words, language and lines."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from feeds.dates import zone_named
from feeds.grids import Row

# Headers of vessel lists by what they head, without case, accents and signs. No list is published for Mombasa: these
# are the trade's words in English and French.
_HEADERS: dict[str, str] = {
    "vessel": """
        vessel; vessel name; name of vessel; name of the vessel; name of the ship; vessel ship name;
        vessels; vessels name; vsl; vsl name; ship; ship name; name of ship; ships;
        navire; nom du navire; nom navire; bateau; mv; vessel s name; ship s name
    """,
    "vessel_voyage": """
        vessel voyage; vessel name voyage; vessel voy; vessel name voy; vessel voyage no; vessel and voyage;
        ship voyage; navire voyage
    """,
    "name": "name",
    "imo": "imo; imo no; imo number; imo num; vessel imo; numero imo; no imo; lloyds no; lloyds number",
    "mmsi": "mmsi; mmsi no; mmsi number",
    "call_sign": "call sign; callsign; c sign; indicatif; indicatif d appel",
    "call": """
        vcn; vcn no; rotation; rotation no; rotation number; rot no; rotation vcn; vcn rotation; vessel call number;
        vessel call no; call no; call number; visit; visit no; port call; port call no; escale;
        numero d escale; no escale
    """,
    "voyage": """
        voyage; voyage no; voyage number; voy; voy no; voyage in; voy in; in voyage; inbound voyage; in voy;
        voyage inward; import voyage; voyage entree; numero de voyage; voyage import; inward voyage
    """,
    "voyage_out": """
        voyage out; voy out; out voyage; outbound voyage; out voy; voyage outward; export voyage; voyage sortie;
        voyage export; outward voyage
    """,
    "voyages": "voyage in out; voy in out; voyages; in out voyage; inbound outbound voyage; voyage no in out",
    "eta": """
        eta; expected arrival; expected time of arrival; estimated arrival; estimated time of arrival; arrival; due;
        arrival date; date of arrival; expected date of arrival; expected; due date; eta port; eta date; arrivee;
        arrivee prevue; date d arrivee; date arrivee; date d arrivee prevue; heure d arrivee prevue; eta prevue
    """,
    "revised_eta": "revised eta; new eta; latest eta; updated eta; eta revised; eta updated; eta revisee; nouvelle eta",
    "ata": """
        ata; actual arrival; actual time of arrival; actual date of arrival; arrived; date arrived;
        arrivee reelle; arrivee effective; ata date
    """,
    "etb": """
        etb; expected berthing; expected time of berthing; estimated time of berthing; estimated berthing; berthing;
        berthing date; date of berthing; expected berthing date; eta berth; accostage; accostage prevu; etb prevue;
        date d accostage; etb date; mise a quai
    """,
    "atb": """
        atb; actual berthing; actual time of berthing; berthed; date berthed; ata berth; accostage reel; berthed on;
        accostage effectif; atb date
    """,
    "etd": """
        etd; expected departure; expected time of departure; estimated departure; estimated time of departure; sailing;
        departure; departure date; date of departure; sailing date; expected sailing; ets; depart; depart prevu;
        date de depart; etd prevue; estimated sailing; etd date; appareillage
    """,
    "atd": """
        atd; actual departure; actual time of departure; sailed; departed; date sailed; depart reel; depart effectif;
        atd date
    """,
    "work_start": "commenced; work commenced; ops commenced; commenced work; started work; debut des operations",
    "etc": "etc; expected completion; estimated completion; expected time of completion; estimated time of completion",
    "work_end": "completed; work completed; ops completed; completed work; fin des operations",
    "berth": """
        berth; berth no; berth number; terminal; berth terminal; terminal berth; quay; quai; poste; poste a quai;
        location; position; facility
    """,
    "port": """
        port; port name; name of port; port of call; call port; port of arrival; arrival port; port of discharge;
        discharge port; pod; port code; locode; un locode; unlocode; port d escale; port d arrivee; port de dechargement
    """,
    "pol": """
        pol; port of loading; loading port; load port; port of origin; origin port; port of departure; departure port;
        port de chargement
    """,
    "agent": """
        agent; agents; shipping agent; ship agent; vessel agent; line agent; agent line; consignataire; agence; line;
        shipping line; operator; carrier; armateur; ligne
    """,
    "discharge": """
        discharge; disch; dis; disc; import; imports; discharging; to discharge; dechargement; debarquement;
        disch cargo; discharge cargo; import cargo; cargo discharge
    """,
    "load": """
        load; loading; export; exports; to load; chargement; embarquement; load cargo; export cargo; loading cargo;
        cargo load
    """,
    "remark": """
        remark; remarks; rmks; rmk; comment; comments; note; notes; observation; observations; remarque; remarques;
        status; call status; statut
    """,
    "trade": """
        trade; type; vessel type; ship type; type of vessel; category; class; type de navire; categorie; cargo type
    """,
    "loa": "loa; length; length overall; l o a; longueur",
    "draft": "draft; draught; dft; max draft; tirant d eau; arrival draft",
    "received": "date received; received; date rcvd; recu le; rcvd",
}  # fmt: skip
FIELDS: dict[str, str] = {
    header.strip(): name for name, headers in _HEADERS.items() for header in " ".join(headers.split()).split(";")
}
_VESSELS = re.compile(
    "|".join(header.replace(" ", "") for header, name in FIELDS.items() if name.startswith(("vessel", "name")))
)
TIMES = ("eta", "ata", "etb", "atb", "etd", "atd", "work_start", "etc", "work_end")
_DATED = {*TIMES, "revised_eta"}
_OF_PORT = {"eta", "revised_eta", "ata", "etb", "atb", "etd", "atd"}
# What heads the hour of a date beside it, and what tells units and zones and nothing else.
_HOURS = {"time", "hrs", "hours", "hour", "hhmm", "heure", "heures", "hr"}
_UNITS = {"m", "mtrs", "metres", "meters", "lt", "local", "hrs", "hours", "eat", "teu", "teus", "mts", "tons", "date"}
# The names of the port that a list is of.
_PORTS = {"mombasa", "msa", "kemba", "kilindini"}
_SHORT = {"exp": "expected", "est": "estimated", "arr": "arrival", "dep": "departure", "act": "actual"}
_UNIT_WORDS = _UNITS | {"dd", "mm", "yyyy", "yy", "hhmm", "time", "and", "of", "the", "at"}
_GENERAL = {"schedule", "schedules", "call", "date", "dates", "time", "times", "movement", "movements", "expected"}
# What heads a field where nothing better does.
_STAND_IN = {"vessel_voyage": "vessel", "name": "vessel", "revised_eta": "eta"}
_HOUR_WEIGHS = 2
_LONGEST = 60
# Further down than this many rows only cells without figures head anything.
_DEEP = 1000
_FIGURE = re.compile("[0-9]")
_SIGNS = re.compile(r"[^a-z0-9]+")
# The blanks within a word that was written with a point after each letter.
_LETTERS = re.compile(r"(?<=\b[a-z]) (?=[a-z]\b)")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field stands in the rows below a header; ``hours`` are those of the hours of dates beside them.

    ``zones`` are those that headers name, by field: minutes ahead of UTC, None for the place's own.
    """

    places: Mapping[str, int]
    hours: Mapping[str, int]
    zones: Mapping[str, int | None]

    @property
    def is_list(self) -> bool:
        """Whether the header is that of a vessel list: it names the vessel, and at least one time of hers."""
        return "vessel" in self.places and not self.places.keys().isdisjoint(TIMES)

    @property
    def has_voyage_with_vessel(self) -> bool:
        """Whether one column bears the vessel's name and her voyage."""
        return self.places.get("vessel_voyage") == self.places.get("vessel", -1)

    @property
    def is_vague(self) -> bool:
        """Whether the vessel's name stands under no more than ``NAME``, which may be anybody's further down."""
        return self.places.get("name") == self.places.get("vessel", -1)

    def said(self, row: Row, name: str) -> str:
        """What a row says of a field; empty where the list has no such column."""
        return row.cell(self.places.get(name))

    def hour(self, row: Row, name: str) -> str:
        """What a row says of the hour of a date, where it has a column of its own."""
        return row.cell(self.hours.get(name))


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """A header without case, accents, signs and double blanks."""
    return _plain(text)


def _plain(text: str) -> str:
    bare = text.lower()
    if not bare.isascii():
        bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return _LETTERS.sub("", " ".join(_SIGNS.sub(" ", bare).split()))


def may_head(rows: Sequence[Row], at: int, own: Mapping[str, str]) -> bool:
    """Whether the row at ``at``, or the next one, has what may head the vessels: cheap to ask of every row there is."""
    cells = [text for row in rows[at : at + 2] for text in row.cells]
    if at > _DEEP:
        cells = [text for text in cells if not _FIGURE.search(text)]
    said = _plain(" ".join(cells)).replace(" ", "")
    named = plain(own.get("vessel", "")).replace(" ", "")
    return bool(_VESSELS.search(said)) or bool(named and named in said)


def header_at(rows: Sequence[Row], at: int, own: Mapping[str, str]) -> tuple[Columns, int]:
    """The columns that the row at ``at`` heads, alone or with the next one, and how many rows the header takes.

    ``own`` are the sender's headers by field, which count before any other.
    """
    first = rows[at]
    single = columns_of(first.cells, own)
    if at + 1 >= len(rows):
        return single, 1
    second = rows[at + 1]
    both = columns_of(_joined(first, second, _named(own)), own)
    is_heavier = _weight(both) > max(_weight(single), _weight(columns_of(second.cells, own)))
    is_split = both.is_list and (is_heavier or _names_port(both, first, second))
    return (both, 2) if is_split else (single, 1)


def _names_port(columns: Columns, *rows: Row) -> bool:
    """Whether a row tells a time of the list's own port from those of others."""
    times = [column for name, column in columns.places.items() if name in _OF_PORT]
    return any(plain(row.cell(column)) in _PORTS for row in rows for column in times)


def _joined(first: Row, second: Row, named: Mapping[str, str]) -> list[str]:
    """The headers of two rows as one: what stands above an empty cell's right neighbours may be meant for them too."""
    found: list[str] = []
    above = ""
    for column in range(max(len(first.cells), len(second.cells))):
        own, below = first.cell(column), second.cell(column)
        above = own or above
        joined = above if above == below or not below else f"{above} {below}"
        found.append(_chosen(above, below, joined, named) or joined if own or below else "")
        above = above if below or _is_general(above, named) else ""
    return found


def _chosen(above: str, below: str, joined: str, named: Mapping[str, str]) -> str:
    """Which of two headers and of both together heads something, with the zone that the upper one names.

    What stands below another port, or below words that nobody knows, is of those alone.
    """
    said = [joined, f"{below} {above}", below] if below and _is_general(above, named) else [joined]
    header = next((text for text in said if _field(plain(text), text, named)[0]), "")
    zone = zone_named(above)
    return f"{header} {above[slice(*zone[1])]}" if header == below and zone and not zone_named(below) else header


def _is_general(header: str, named: Mapping[str, str]) -> bool:
    """Whether what stands below a header may be of the list's own port."""
    return bool(_field(plain(header), header, named)[0]) or set(plain(header).split()) <= _PORTS | _GENERAL


def _named(own: Mapping[str, str]) -> dict[str, str]:
    return {plain(header): name for name, header in own.items() if plain(header)}


def columns_of(cells: Sequence[str], own: Mapping[str, str]) -> Columns:
    """The columns that one row of headers names; of two that head the same, the first.

    Of a time that comes again in the same words further on, as for each port of a voyage, nobody knows whose it is.
    """
    places: dict[str, int] = {}
    hours: dict[str, int] = {}
    zones: dict[str, int | None] = {}
    fields = _fields(cells, _named(own))
    unclear = _unclear(cells, fields)
    for column, (name, is_hour) in enumerate(fields):
        if is_hour or name not in unclear:
            taken = (hours if is_hour else places).setdefault(name, column)
            zone = zone_named(cells[column]) if taken == column and name in _DATED else None
            zones |= {name: zone[0]} if zone else {}
    return _settled(places, hours, zones)


def _fields(cells: Sequence[str], named: Mapping[str, str]) -> list[tuple[str, bool]]:
    """What each header heads; an hour without words of its own is that of the date before it."""
    found: list[tuple[str, bool]] = []
    dated = ""
    for cell in cells:
        name, is_hour = _field(plain(cell), cell, named)
        name = name or (dated if is_hour else "")
        dated = name if name in _DATED else dated
        found.append((name, is_hour))
    return found


def _unclear(cells: Sequence[str], fields: Sequence[tuple[str, bool]]) -> set[str]:
    """The times whose header comes again further on, unless the vessel's does too, in a second list beside it."""
    again = {fields[n][0] for n in range(1, len(cells)) if cells[n] != cells[n - 1] and cells[n] in cells[:n]}
    return again & set(TIMES) if "vessel" not in again else set()


def _settled(places: dict[str, int], hours: dict[str, int], zones: Mapping[str, int | None]) -> Columns:
    """The columns without those that head nothing; one of hours without one of dates holds both."""
    places.pop("", None)
    hours.pop("", None)
    for name, field in _STAND_IN.items():
        if name in places:
            places.setdefault(field, places[name])
    alone = {name: column for name, column in hours.items() if name not in places}
    return Columns(alone | places, {name: column for name, column in hours.items() if name not in alone}, zones)


def _weight(columns: Columns) -> int:
    return len(columns.places) + len(columns.hours) * _HOUR_WEIGHS + len(columns.zones)


def _field(header: str, raw: str, named: Mapping[str, str]) -> tuple[str, bool]:
    """What a header heads, and whether it is the hour of it; empty where it heads nothing that is known.

    ``named`` are the fields of the sender's own headers, of which no other header is one then.
    """
    if header in named:
        return named[header].removesuffix("_time"), named[header].endswith("_time")
    name, is_hour = _known_field(header, raw) if len(raw) <= _LONGEST else ("", False)
    return ("", False) if name in named.values() else (name, is_hour)


@lru_cache(maxsize=20_000)
def _known_field(header: str, raw: str) -> tuple[str, bool]:
    """The field of a header, without the zone that one of a time may name."""
    if zone := zone_named(raw):
        start, end = zone[1]
        bare = f"{raw[:start]} {raw[end:]}"
        name, is_hour = _field_of(plain(bare), bare)
        if is_hour or name in _DATED:
            return name, is_hour
    return _field_of(header, raw)


def _field_of(header: str, raw: str) -> tuple[str, bool]:
    if header in FIELDS:
        return FIELDS[header], False
    words = header.split()
    if not words or _HOURS.isdisjoint((words[0], words[-1])):
        return _bare(header, raw), False
    rest = " ".join(words[:-1] if words[-1] in _HOURS else words[1:]).removeprefix("of ")
    # An hour with its date is no column of hours.
    return (_bare(rest, raw), "date" not in rest.split()) if rest else ("", True)


def _bare(header: str, raw: str) -> str:
    """The field of a header that bears units, a zone or a bracket beside its own words."""
    without = plain(re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", raw)) if "(" in raw or "[" in raw else header
    words = [_SHORT.get(word, word) for word in header.split()]
    terms = [word for word in words if word not in _UNIT_WORDS]
    found = next((FIELDS[name] for name in (header, without, " ".join(words), " ".join(terms)) if name in FIELDS), "")
    of_port = FIELDS.get(" ".join(word for word in terms if word not in _PORTS), "")
    return found or (of_port if of_port in _OF_PORT else "")
