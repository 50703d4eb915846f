"""The demo's people and firms, all invented, and what each of the importers buys."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """One of the demo's people. ``firm`` is empty where the role has an organisation of its own."""

    email: str
    role: str
    name: str
    language: str = "en"
    firm: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Goods:
    """What is bought: words, HS code, how it travels, and tonnes from and to.

    The tonnes are those of one container, of one vehicle for ro-ro, of the whole lot for everything else.
    """

    name: str
    hs_code: str
    cargo_kind: str
    tonnes: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Importer:
    """A firm in Rwanda: its agent, what it buys, and its share of the consignments."""

    name: str
    agent: str
    goods: tuple[Goods, ...]
    share: float = 1.0

    @property
    def sector(self) -> str:
        """Its section of ISIC: most trade; one has not said."""
        return _SECTORS.get(self.name, "G")


IMPORTER_FIRM = "Imigongo Lane Traders"
STRANGER_FIRM = "Sorghum Hill Imports"
AGENT_FIRM = "Two Rivers Clearing Kigali"

CAST = (
    Part("importer@demo.example", "owner", "Claudine Uwase", "en", IMPORTER_FIRM, "importer"),
    Part("agent@demo.example", "member", "Emmanuel Habimana", "rw", AGENT_FIRM, "agent"),
    Part("stranger@demo.example", "owner", "Solange Ingabire", "fr", STRANGER_FIRM, "importer"),
    Part("officer@demo.example", "officer", "Grace Mutesi", "en"),
    Part("supervisor@demo.example", "supervisor", "Daniel Kamau", "en"),
    Part("admin@demo.example", "administrator", "Aline Umutoni", "en"),
    Part("kpa-desk@demo.example", "desk", "Mwanaidi Salim", "sw"),
    Part("official@demo.example", "official", "Jean Bosco Nkurunziza", "fr"),
)

# The agent keeps the books of a small importer, too, and can choose for whom he acts.
SIDELINES = (Part("agent@demo.example", "member", "Emmanuel Habimana", "rw", "Rain Drum Solar", "importer"),)
# Whom the importer has invited; nobody has answered yet.
INVITED = "colleague@demo.example"

AGENTS = (
    AGENT_FIRM,
    "Compass Rose Forwarders",
    "Granite Step Clearing",
    "Open Gate Freight Kigali",
    "Yellow Bell Logistics",
)
TRANSPORTERS = (
    "LONG MILE HAULIERS",
    "RIDGEBACK CARRIERS",
    "QUIET CONVOY TRANSPORT",
    "ELAND ROAD FREIGHT",
    "BAOBAB WHEEL TRANSPORT",
)


def _boxes(*rows: tuple[str, str, float, float]) -> tuple[Goods, ...]:
    return tuple(Goods(name, code, "container", (low, high)) for name, code, low, high in rows)


_HOMEWARE = _boxes(
    ("Ceramic tableware", "691110", 12, 18),
    ("Stainless steel kitchenware", "732393", 11, 17),
    ("Plastic furniture", "940370", 8, 13),
    ("Bed linen", "630231", 9, 14),
)
OFTEN = (
    *_HOMEWARE,
    *_boxes(("Cotton fabric", "520852", 14, 22), ("Footwear", "640299", 9, 15), ("Paint", "320910", 17, 23)),
)
_BUILDING = _boxes(
    ("Ceramic tiles", "690721", 23, 27),
    ("Roofing sheets", "721041", 22, 26),
    ("Sanitary ware", "691010", 12, 18),
    ("Electrical cable", "854449", 15, 24),
)
_FOOD = _boxes(
    ("Rice", "100630", 24, 27),
    ("Refined palm oil", "151190", 20, 24),
    ("Sugar", "170199", 24, 27),
    ("Pasta", "190219", 13, 19),
    ("Malt", "110710", 20, 25),
)
_STEEL = (
    Goods("Steel coils", "720839", "break_bulk", (80, 260)),
    Goods("Reinforcing bars", "721420", "break_bulk", (60, 240)),
    Goods("Steel pipes", "730619", "break_bulk", (40, 150)),
)
_VEHICLES = (
    Goods("Used cars", "870323", "roro", (1.2, 1.7)),
    Goods("Pick-up trucks", "870421", "roro", (1.8, 2.3)),
    Goods("Buses", "870210", "roro", (8.0, 12.5)),
    Goods("Tractors", "870195", "roro", (3.2, 5.5)),
)
_GRAIN = (
    Goods("Wheat in bulk", "100199", "dry_bulk", (180, 560)),
    Goods("Clinker", "252310", "dry_bulk", (220, 600)),
    Goods("Urea in bulk", "310210", "dry_bulk", (120, 420)),
)
_FUEL = (
    Goods("Gas oil", "271019", "liquid_bulk", (70, 210)),
    Goods("Motor spirit", "271012", "liquid_bulk", (70, 180)),
    Goods("Jet fuel", "271019", "liquid_bulk", (60, 140)),
)
_MACHINES = (
    Goods("Excavators", "842952", "break_bulk", (20, 44)),
    Goods("Transformers", "850423", "break_bulk", (30, 90)),
)

# One of each other kind of cargo, so that whoever looks in as the importer sees each; and what she sends abroad.
ONCE = (_VEHICLES[0], _FUEL[0], _STEEL[1], _GRAIN[0])
COFFEE = _boxes(("Green coffee", "090111", 19, 21))[0]

_SECTORS = {
    STRANGER_FIRM: "",
    "Bamboo Bridge Textiles": "C",
    "Milk Gourd Plastics": "C",
    "Morning Mist Beverages": "C",
    "Long Ridge Steel": "C",
    "Stone Mortar Mills": "C",
    "Terrace Garden Agro-Inputs": "A",
    "Rain Drum Solar": "D",
    "Acacia Row Power and Plant": "D",
}

IMPORTERS = (
    Importer(IMPORTER_FIRM, AGENT_FIRM, (*OFTEN, *ONCE, COFFEE), 0.0),
    Importer(STRANGER_FIRM, "Compass Rose Forwarders", _HOMEWARE + _FOOD, 0.7),
    Importer("Blue Heron Building Supplies", AGENT_FIRM, _BUILDING, 1.6),
    Importer("Papyrus Gate Foods", "Granite Step Clearing", _FOOD, 1.8),
    Importer("Tin Lantern Pharmaceuticals", "Yellow Bell Logistics", _boxes(("Medicines", "300490", 8, 13)), 0.7),
    Importer("Red Clay Tiles and Bath", "Open Gate Freight Kigali", _BUILDING[:3], 1.2),
    Importer("Bamboo Bridge Textiles", AGENT_FIRM, _boxes(("Synthetic fabric", "540752", 15, 22)), 0.9),
    Importer(
        "Terrace Garden Agro-Inputs",
        "Granite Step Clearing",
        (*_boxes(("Fertiliser in bags", "310520", 24, 27), ("Maize seed", "100510", 20, 25)), _GRAIN[2]),
        0.9,
    ),
    Importer(
        "Woven Basket Wholesale",
        "Compass Rose Forwarders",
        (*_HOMEWARE, *_boxes(("Tyres", "401120", 12, 17), ("Writing paper", "480256", 19, 25))),
        1.7,
    ),
    Importer(
        "Rain Drum Solar",
        "Yellow Bell Logistics",
        _boxes(("Solar panels", "854143", 12, 20), ("Lead batteries", "850720", 20, 25)),
        0.8,
    ),
    Importer("Milk Gourd Plastics", "Open Gate Freight Kigali", _boxes(("Polymer granules", "390120", 23, 26)), 1.1),
    Importer(
        "Morning Mist Beverages",
        "Compass Rose Forwarders",
        _boxes(("Glass bottles", "701090", 16, 22), ("Wine", "220421", 16, 22)),
        0.8,
    ),
    Importer("Long Ridge Steel", "Granite Step Clearing", (*_STEEL, _BUILDING[1]), 1.0),
    Importer("Acacia Row Power and Plant", "Yellow Bell Logistics", (*_MACHINES, _BUILDING[3]), 0.5),
    Importer(
        "Nine Hills Motors", "Open Gate Freight Kigali", (*_VEHICLES, *_boxes(("Motor parts", "870899", 11, 19))), 0.5
    ),
    Importer("Stone Mortar Mills", AGENT_FIRM, _GRAIN, 0.8),
    Importer("Clear Spring Fuels", "Granite Step Clearing", _FUEL, 0.6),
    Importer("Night Jar Energy", "Yellow Bell Logistics", _FUEL, 0.4),
)
