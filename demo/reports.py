"""What the demo's corridor is made of: boxes, trips, and the reports that the sources make of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from demo.cast import Goods, Importer
from demo.vessels import Call, Port

LINE, TERMINAL, GATE, CUSTOMS, CORRIDOR = (
    "demo-line",
    "demo-kpa-terminal",
    "demo-kpa-gate",
    "demo-customs",
    "demo-corridor",
)
_KIGALI_CLOCK = ("rw-", "xx-border-gatuna", "xx-border-kagitumba")
_FIRST_BORDER = ("xx-border-malaba", "xx-border-busia")


@dataclass(frozen=True, slots=True)
class Box:
    """A container with its ISO 6346 size and type code and its goods' weight in kilogrammes."""

    number: str
    size_type: str
    weight_kg: int

    @property
    def teu(self) -> int:
        """Twenty-foot equivalents."""
        return 1 if self.size_type.startswith("2") else 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One thing that one source says: of a box, or of a whole bill of lading where ``box`` is None.

    ``node`` is one of the corridor's, or ``port`` a place outside it. ``occurred_at`` is when it happened (or will),
    ``reported_at`` when the source says so; both are UTC and whole minutes.
    """

    source: str
    kind: str
    occurred_at: datetime
    reported_at: datetime
    bill_of_lading: str
    classifier: str = "ACT"
    node: str = ""
    port: Port | None = None
    facility: str = ""
    box: Box | None = None
    is_empty: bool = False
    call: Call | None = None
    plate: str = ""
    transporter: str = ""
    seal: str = ""
    remark: str = ""

    @property
    def step(self) -> str:
        """The kind, with borders told apart."""
        if self.kind.startswith("border_"):
            return self.kind.replace("border", "border1" if self.node in _FIRST_BORDER else "border2")
        return self.kind

    @property
    def local_time(self) -> datetime:
        """``occurred_at`` on the clock of the place, with its offset."""
        if self.port:
            return self.occurred_at.astimezone(self.port.zone)
        return self.occurred_at.astimezone(timezone(timedelta(hours=2 if self.node.startswith(_KIGALI_CLOCK) else 3)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A part of the way in which a trip is to be at the load: after all of one step and before any of another.

    ``share`` is how far between the two; without ``before`` three days after.
    """

    after: str
    before: str = ""
    share: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What one consignment is before it travels. ``late_h`` and ``slow`` make it stall, ``stage`` places it in time.

    One that is not registered is somebody's who does not use the portal; the sources tell of it all the same.
    """

    number: int
    importer: Importer
    goods: Goods
    boxes: int = 0
    stage: Stage | None = None
    is_held: bool | None = None
    is_held_at_border: bool = False
    is_railed: bool | None = None
    is_direct: bool | None = None
    late_h: float | None = None
    slow: float = 1.0
    has_wrong_check_digit: bool = False
    is_registered: bool = True
    direction: str = "import"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """One consignment and everything that is said of it, in the order in which it is said.

    ``vehicles`` are the chassis numbers of ro-ro cargo, of which the sources speak by the bill of lading.
    """

    order: Order
    bill_of_lading: str
    boxes: tuple[Box, ...]
    vehicles: tuple[str, ...]
    weight_t: Decimal
    goods: str
    call: Call
    registered_at: datetime
    reports: tuple[Report, ...]

    def times(self, step: str) -> list[datetime]:
        """When a step actually happened, earliest first: once for each box, or once for the whole."""
        return sorted(
            report.occurred_at for report in self.reports if report.step == step and report.classifier == "ACT"
        )
