"""COARRI: containers off and on ships, where a code means another thing in another directory."""

from __future__ import annotations

from datetime import datetime

import pytest

from feeds.facts import Moment, Place
from feeds.formats.coarri import read
from tests.feeds.edi import BOX, OTHER, box, interchange, message, one, raw

SHIP = [
    "TDT+20+0411+1++CMA:172:20+++9321483:146::UMUGABE",
    "LOC+9+OMSLL:139:6:Salalah",
    "LOC+11+KEMBA:139:6+KCT:TER:ZZZ",
    "DTM+132:202611180000:203",
    "DTM+178:202611190500:203",
]


@pytest.mark.parametrize(
    ("directory", "guide", "code", "kind"),
    [
        ("D:95B", "ITG14", "44", "discharged"),
        ("D:95B", "", "44", "discharged"),
        ("D:95B", "", "46", "loaded"),
        ("D:00B", "SMDG21", "44", "discharged"),
        ("D:00B", "ITG13", "46", "loaded"),
        ("D:00B", "", "44", ""),
        ("D:00B", "", "46", ""),
        ("D:00B", "OWN1", "44", ""),
        ("D:23A", "", "119", "discharged"),
        ("D:23A", "ITG10", "122", "loaded"),
        ("D:95B", "", "119", "discharged"),
        ("D:00B", "", "122", "loaded"),
        ("D:95B", "ITG14", "34", ""),
        ("D:95B", "ITG14", "", ""),
    ],
)
def test_a_code_means_what_its_directory_or_guide_says(directory: str, guide: str, code: str, kind: str) -> None:
    found = read(one(f"BGM+{code}+D1+9", *box(), type="COARRI", directory=directory, guide=guide), {})
    assert [fact.kind for fact in found.movements] == ([kind] if kind else [])
    assert [fault.code for fault in found.faults] == ([] if kind else ["unknown_code"])


def test_a_setting_names_what_44_is_for_a_sender_of_a_bare_d_00b() -> None:
    bare = one("BGM+44+D1+9", *box(), type="COARRI", directory="D:00B", guide="")
    assert [fact.kind for fact in read(bare, {"code_44": "discharged"}).movements] == ["discharged"]
    assert read(bare, {"code_44": "teleported"}).movements == ()


def test_every_box_of_a_call_has_its_own_time_and_the_ship_s_port() -> None:
    first = [f"EQD+CN+{BOX}+45G1:102:5++3+5", "RFF+BM:UMUC2611001", "DTM+203:202611190913:203", "LOC+147+380886::6"]
    second = [f"EQD+CN+{OTHER}+22G1:102:5++6+4", "DTM+203:202611190918:203", "LOC+9+CNSHA:139:6", "LOC+11+RWKGL"]
    found = read(one("BGM+44+D1+9", *SHIP, *first, *second, "CNT+16:2", type="COARRI"), {})
    assert [
        (fact.container, fact.when, fact.place, fact.direction, fact.is_empty, fact.voyage) for fact in found.movements
    ] == [
        (
            BOX,
            Moment(value=datetime(2026, 11, 19, 9, 13), words="202611190913"),  # noqa: DTZ001
            Place(unlocode="KEMBA", facility="KCT"),
            "import",
            False,
            "0411",
        ),
        (
            OTHER,
            Moment(value=datetime(2026, 11, 19, 9, 18), words="202611190918"),  # noqa: DTZ001
            Place(unlocode="KEMBA", facility="KCT"),
            "transhipment",
            True,
            "0411",
        ),
    ]
    assert (found.faults, found.flags) == ((), ())


@pytest.mark.parametrize(
    ("code", "header", "group", "place"),
    [
        ("44", SHIP, [], Place(unlocode="KEMBA", facility="KCT")),
        ("46", SHIP, [], Place(unlocode="OMSLL", name="Salalah")),
        ("44", [], ["LOC+9+CNSHA", "LOC+11+KEMBA"], Place(unlocode="KEMBA")),
        ("46", [], ["LOC+9+CNSHA", "LOC+11+KEMBA"], Place(unlocode="CNSHA")),
        ("44", SHIP, ["LOC+165+KEMBA:139:6+MCT"], Place(unlocode="KEMBA", facility="MCT")),
        ("44", ["LOC+11+:ZZZ:98"], ["LOC+11+KEMBA"], Place(unlocode="KEMBA")),
        ("44", [], [], Place()),
    ],
)
def test_where_it_was_lifted(code: str, header: list[str], group: list[str], place: Place) -> None:
    found = read(one(f"BGM+{code}+D1+9", *header, *box(BOX, *group, qualifier="203"), type="COARRI"), {})
    assert [fact.place for fact in found.movements] == [place]


def test_the_ship_s_own_times_are_never_a_lift() -> None:
    found = read(one("BGM+44+D1+9", *SHIP, f"EQD+CN+{BOX}", *box(OTHER, qualifier="203"), type="COARRI"), {})
    assert [fact.container for fact in found.movements] == [OTHER]
    assert [fault.code for fault in found.faults] == ["no_time"]


def test_messages_of_one_file_are_read_each_by_its_own_code() -> None:
    found = read(
        raw(
            interchange(
                message("BGM+44+D1+9", *SHIP, *box(BOX), type="COARRI"),
                message("BGM+46+D2+1", *SHIP, *box(OTHER), type="COARRI", number="2"),
            )
        ),
        {},
    )
    assert [(fact.container, fact.kind, fact.document, fact.function) for fact in found.movements] == [
        (BOX, "discharged", "D1", "original"),
        (OTHER, "loaded", "D2", "cancel"),
    ]


@pytest.mark.parametrize("type", ["COPRAR", "CODECO", "BAPLIE", "IFTSTA"])
def test_an_order_or_another_message_is_no_lift(type: str) -> None:
    found = read(one("BGM+44+D1+9", *box(), type=type), {})
    assert (found.movements, [(fault.code, fault.detail) for fault in found.faults]) == ((), [("wrong_message", type)])
