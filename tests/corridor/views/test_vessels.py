"""The pages on ships' calls, from the bytes of every format to what somebody reads."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cargo.registration import Particulars, register, register_many
from corridor.models import CallTiming, Vessel, VesselCall
from feeds.models import Source
from liaison.models import Person
from liaison.paging import SIZE
from tests.cargo.test_reading import take_in
from tests.conftest import Cast, source_of
from tests.corridor.test_calls import Sender, eta
from tests.feeds.views.test_sources import page, shown

As = Callable[[Person | None], Client]
SAMPLES = Path(__file__).parents[2] / "feeds" / "samples"
NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
URL = "/corridor/vessels/"
HEAD = "VESSEL,IMO,VOYAGE,CALL NO,ETA,ATA,ETB,ATB,WORK COMMENCED,ETD,ATD,BERTH,DISCHARGE,REMARKS"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def port(network: None) -> Source:
    return source_of("port", "schedule")


@pytest.fixture
def line(network: None) -> Source:
    return source_of("line", "schedule")


def listed(source: Source, *rows: dict[str, str]) -> None:
    """A vessel list with these rows taken in; times are the port's own."""
    names = HEAD.split(",")
    lines = [HEAD, *(",".join(row.get(name, "") for name in names) for row in rows)]
    outcome = take_in(source, "\n".join(lines).encode())
    assert outcome.quarantined == 0


def at(days: float) -> str:
    """So many days from now on the port's clock."""
    return f"{NOW + timedelta(days=days, hours=3):%Y-%m-%d %H:%M}"


def later(**length: float) -> Any:
    return time_machine.travel(NOW + timedelta(**length), tick=False)


def one() -> str:
    return page(Client(), f"{URL}{VesselCall.objects.get().pk}/")


def test_ships_stand_at_berth_at_anchorage_due_and_sailed_in_this_order(port: Source) -> None:
    listed(
        port,
        {"VESSEL": "DUE LATER", "ETA": at(6)},
        {"VESSEL": "DUE", "ETA": at(3), "ETB": at(4), "BERTH": "17"},
        {"VESSEL": "GONE", "ATD": at(-1)},
        {"VESSEL": "BERTHED", "ATB": at(-2), "BERTH": "KOT2"},
        {"VESSEL": "WAITING", "ATA": at(-1)},
        {"VESSEL": "DROPPED", "ETA": at(5), "REMARKS": "Omitted"},
    )
    text = page(Client(), URL)
    places = [text.index(name) for name in ("BERTHED", "WAITING", "DUE ", "DUE LATER", "DROPPED", "GONE")]
    assert places == sorted(places)
    for words in (
        "At berth BERTHED Kipevu Oil Terminal 2, KOT2 At the berth Wed 18 Nov, 09:00 EAT says Port",
        "At anchorage WAITING Port of Mombasa Arrival at the port Thu 19 Nov, 09:00 EAT",
        "Expected at the berth Tue 24 Nov, 09:00 EAT (in 4 days) says Port · heard Fri 20 Nov, 08:00 CAT , just now",
        "Omitted DROPPED Port of Mombasa says Port",
        "Sailed GONE",
    ):
        assert words in text, text


def test_a_call_due_long_ago_is_no_news_and_never_arrived(port: Source) -> None:
    listed(port, {"VESSEL": "LATE", "ETA": at(1)}, {"VESSEL": "HERE", "ATB": at(-1)})
    with later(days=3):
        assert ("LATE" in page(Client(), URL), "LATE" in page(Client(), f"{URL}?state=due")) == (False, False)
        lost = page(Client(), f"{URL}?state=lost")
        assert ("No news LATE" in lost, "HERE" in lost) == (True, False)
        text = page(Client(), f"{URL}{VesselCall.objects.get(vessel__name='LATE').pk}/")
        assert "That she came, or left, is not known." in text
        assert "Arrival at the port unknown" in text
    with later(days=30):
        assert "HERE" in page(Client(), f"{URL}?state=lost")


def test_nothing_heard_is_not_said_to_be_nothing_there(network: None) -> None:
    assert "That does not mean that there is none." in page(Client(), URL)
    assert "Nothing fits what you are looking for." in page(Client(), f"{URL}?q=nobody")


def test_calls_are_found_by_state_terminal_and_words(port: Source) -> None:
    listed(
        port,
        {"VESSEL": "ABACUS", "IMO": "9321483", "VOYAGE": "411E", "ETA": at(3), "BERTH": "17"},
        {"VESSEL": "LEDGER", "ATB": at(-1), "BERTH": "21"},
    )
    for query, found in {
        "q=abac": ["ABACUS"],
        "q=9321483": ["ABACUS"],
        "q=411e": ["ABACUS"],
        "state=at_berth": ["LEDGER"],
        "terminal=ke-term-ct1": ["ABACUS"],
        "terminal=nowhere": ["ABACUS", "LEDGER"],
        "state=arrived": ["ABACUS", "LEDGER"],
        "cursor=rubbish": ["ABACUS", "LEDGER"],
        "q=%00": ["ABACUS", "LEDGER"],
    }.items():
        text = page(Client(), f"{URL}?{query}")
        assert [name for name in ("ABACUS", "LEDGER") if name in text] == found, query


def test_a_long_list_goes_on_where_it_ended(port: Source) -> None:
    listed(port, *({"VESSEL": f"SHIP {number:02d}", "ETA": at(number / 5)} for number in range(1, SIZE + 11)))
    first = Client().get(URL)
    url = first.context["page"].next_url
    seen = [page(Client(), address) for address in (URL, url)]
    found = [[number for number in range(1, SIZE + 11) if f"SHIP {number:02d}" in text] for text in seen]
    assert found == [list(range(1, SIZE + 1)), list(range(SIZE + 1, SIZE + 11))]


def test_a_call_shows_its_times_its_sources_and_why(port: Source, line: Source) -> None:
    listed(port, {"VESSEL": "ABACUS", "VOYAGE": "411E", "ETB": at(3), "BERTH": "17", "DISCHARGE": "D.300F"})
    with later(days=1):
        listed(line, {"VESSEL": "ABACUS", "VOYAGE": "411E", "ETB": at(4)})
    with later(days=2):
        listed(port, {"VESSEL": "ABACUS", "VOYAGE": "411E", "ETB": at(3.2), "BERTH": "21"})
        text = one()
    assert "Voyage 411E" in text
    assert "To be discharged D.300F" in text
    assert "It is the latest word of equally trusted sources." in text
    assert "Sources contradict each other: At the berth" in text
    assert "Terminal changed from Mombasa Container Terminal 1" in text
    assert "Its source has said otherwise since." in text
    with later(days=3.6):
        listed(port, {"VESSEL": "ABACUS", "VOYAGE": "411E", "ATB": at(3.5), "BERTH": "21"})
        text = one()
    assert "Port: Expected at the berth -7.2 -7.2 -12.0 -12.0 – – – –" in text
    assert "Line: Expected at the berth 12.0 12.0 12.0 – – – – –" in text


def test_a_changed_order_of_ports_is_told_at_each_call(port: Source) -> None:
    dar = source_of("dar", "schedule", node="tz-port-dar")
    listed(port, {"VESSEL": "ABACUS", "ETB": at(3)})
    listed(dar, {"VESSEL": "ABACUS", "ETB": at(5)})
    said = {source: {"VESSEL": "ABACUS", "ETB": at(days)} for source, days in ((port, 6), (dar, 4))}
    with later(days=1):
        for source, row in said.items():
            listed(source, row)
    texts = {call.port.slug: page(Client(), f"{URL}{call.pk}/") for call in VesselCall.objects.select_related("port")}
    assert sorted(texts) == ["ke-port-mombasa", "tz-port-dar"]
    assert not any("Order of ports" in text for text in texts.values())
    CallTiming.objects.update(source=port)
    texts = {call.port.slug: page(Client(), f"{URL}{call.pk}/") for call in VesselCall.objects.select_related("port")}
    assert "Order of ports changed, now after Port of Dar es Salaam" in texts["ke-port-mombasa"]
    assert "Order of ports changed, now before Port of Mombasa" in texts["tz-port-dar"]


def test_the_chart_has_a_title_and_no_style_of_its_own(port: Source) -> None:
    listed(port, {"VESSEL": "ABACUS", "ETA": at(3)})
    with later(days=1):
        listed(port, {"VESSEL": "ABACUS", "ETA": at(4)})
        answer = Client().get(f"{URL}{VesselCall.objects.get().pk}/").content.decode()
    svg = answer[answer.index('<svg class="plot"') : answer.index("</svg>", answer.index('<svg class="plot"'))]
    assert '<title id="chart-title">What each source expected' in svg
    assert svg.count('class="line k0"') == 1
    assert "style=" not in svg


def test_what_is_withdrawn_is_struck_and_said_to_be_so(line: Source, network: None) -> None:
    dcsa = source_of("dcsa", "dcsa")

    def event(number: int, **more: Any) -> dict[str, Any]:
        return {
            "portCallServiceEventID": str(number),
            "vessel": {"vesselIMONumber": "9321483", "name": "ABACUS"},
            "portCall": {"UNLocationCode": "KEMBA", "portVisitReference": "V1"},
            "portCallService": {
                "portCallServiceTypeCode": "BERTH",
                "portCallServiceEventTypeCode": "ARRI",
                **more,
            },
            "timestamp": {"classifierCode": "EST", "serviceDateTime": "2026-11-24T06:00:00Z"},
        }

    take_in(dcsa, json.dumps([event(1)]).encode())
    assert VesselCall.objects.get().state == "due"
    with later(hours=1):
        take_in(dcsa, json.dumps([event(2, isCanceled=True)]).encode())
        assert "This takes back what was said before." in one()
    assert (VesselCall.objects.get().state, VesselCall.objects.get().eta_at) == ("unknown", None)


def test_the_samples_of_every_format_meet_in_one_call(network: None) -> None:
    ways = {"schedule": "vessel_list.csv", "ais": "log.nmea", "dcsa": "terminal_and_ship.json"}
    for format, name in ways.items():
        take_in(source_of(f"from-{format}", format), (SAMPLES / format / name).read_bytes())
    carrier = {
        "vessel": {"vesselIMONumber": "9321483", "vesselName": "UMUGABE"},
        "vesselCalls": [
            {
                "facility": {"locationType": "TERMINAL", "UNLocationCode": "KEMBA", "locationName": "Mombasa"},
                "transport": {"inboundService": {"carrierVoyageNumber": "411E"}},
                "callSchedules": [
                    {
                        "transportEventTypeCode": "ARRI",
                        "eventClassifierCode": "EST",
                        "classifierDateTime": "2026-11-24T09:00:00",
                    }
                ],
            }
        ],
    }
    take_in(source_of("carrier", "schedule"), json.dumps(carrier).encode())
    (vessel,) = Vessel.objects.filter(imo="9321483")
    call = VesselCall.objects.get(vessel=vessel)
    assert (vessel.name, vessel.mmsi, call.call, call.voyage) == ("UMUGABE", "636012345", "UMGB-2026-0411", "411E")
    text = page(Client(), f"{URL}{call.pk}/")
    for source in ("From-Schedule", "From-Ais", "Carrier"):
        assert source in text
    assert "Expected at the berth Tue 24 Nov, 09:00 EAT" in text


def test_an_address_that_was_joined_with_another_leads_to_it(port: Source, line: Source) -> None:
    listed(port, {"VESSEL": "ABACUS", "VOYAGE": "411E", "ETA": at(3)})
    listed(line, {"VESSEL": "ABACUS", "VOYAGE": "6411", "ETA": at(9)})
    old = VesselCall.objects.latest("pk").pk
    with later(hours=1):
        listed(line, {"VESSEL": "ABACUS", "VOYAGE": "6411", "ETA": at(3)})
    answer = Client().get(f"{URL}{old}/")
    assert (answer.status_code, answer["Location"]) == (302, f"{URL}{VesselCall.objects.get().pk}/")
    assert Client().get(f"{URL}999999/").status_code == 404


def test_the_goods_on_board_are_counted_for_all_and_listed_for_whose_they_are(
    cast: Cast, port: Source, as_person: As
) -> None:
    def goods(firm: Any, number: int) -> Particulars:
        return Particulars(
            consignee=firm,
            bill_of_lading=f"BL{number}",
            containers=[f"TSTU{number:07d}"],
            goods=f"Goods {number}",
            vessel="mv abacus",
            voyage="411e",
        )

    at_now = timezone.now()
    mine = register(particulars=goods(cast.importer_firm, 1), by=None, at=at_now)
    theirs = register(particulars=goods(cast.stranger_firm, 2), by=None, at=at_now)
    listed(port, {"VESSEL": "ABACUS", "VOYAGE": "411E", "ETA": at(3)})
    url = f"{URL}{VesselCall.objects.get().pk}/"
    seen = {part: page(as_person(person), url) for part, person in cast.people().items()} | {
        "nobody": page(Client(), url)
    }
    for text in seen.values():
        assert "known on board 2 consignments · 2 containers" in text
    shown_to = {part: [mine.ref in text, theirs.ref in text] for part, text in seen.items()}
    assert shown_to == {
        "importer": [True, False],
        "stranger": [False, True],
        "officer": [True, True],
        **{part: [False, False] for part in ("agent", "desk", "official", "nobody")},
    }
    assert "2 consignments for Rwanda known on board" in page(Client(), URL)


def test_the_pages_cost_the_same_for_one_ship_and_for_thirty(port: Source, cast: Cast) -> None:
    def queries(url: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert Client().get(url).status_code == 200
        return len(found)

    listed(port, {"VESSEL": "ABACUS", "VOYAGE": "1", "ETA": at(3)})
    detail = f"{URL}{VesselCall.objects.get().pk}/"
    few = [queries(URL), queries(detail)]
    listed(port, *({"VESSEL": f"SHIP {number}", "VOYAGE": "1", "ETA": at(4)} for number in range(30)))
    register_many(
        [
            Particulars(consignee=cast.importer_firm, bill_of_lading=f"B{number}", vessel="ABACUS", voyage="1")
            for number in range(5)
        ],
        by=None,
        at=timezone.now(),
    )
    with later(hours=2):
        listed(port, {"VESSEL": "ABACUS", "VOYAGE": "1", "ETA": at(3.3)}, {"VESSEL": "SHIP 1", "ATB": at(0)})
    assert CallTiming.objects.count() > 30
    assert [queries(URL), queries(detail)] == few
    assert max(few) <= 10


def test_a_call_can_be_put_in_a_calendar(port: Source) -> None:
    listed(port, {"VESSEL": "ABACUS", "VOYAGE": "411E", "ETA": at(3)})
    pk = VesselCall.objects.get().pk
    answer = Client().get(f"{URL}{pk}/calendar.ics")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    text = answer.content.decode()
    assert "DTSTART:20261123T060000Z\r\nDTEND:20261123T070000Z\r\nSUMMARY:ABACUS: Due\r\n" in text
    assert f"URL:http://testserver{URL}{pk}/\r\n" in text
    assert Client().get(f"{URL}999999/calendar.ics").status_code == 404


def test_a_call_of_which_nobody_says_when_is_put_in_none(port: Source) -> None:
    sender = Sender(port)
    sender.say(eta(call="C1"))
    pk = VesselCall.objects.get().pk
    link = f"{URL}{pk}/calendar.ics"
    assert link in Client().get(f"{URL}{pk}/").content.decode()
    sender.say(eta(call="C1", timing="omitted"))
    assert link not in Client().get(f"{URL}{pk}/").content.decode()
    assert Client().get(link).status_code == 404


@pytest.mark.parametrize("language", ["fr", "rw", "sw"])
def test_the_pages_speak_the_reader_s_language(port: Source, language: str) -> None:
    listed(port, {"VESSEL": "ABACUS", "VOYAGE": "411E", "ETA": at(3), "ETB": at(4)})
    client = Client(headers={"accept-language": language})
    for url in (URL, f"{URL}{VesselCall.objects.get().pk}/"):
        answer = client.get(url)
        assert (answer.status_code, f'<html lang="{language}"' in answer.content.decode()) == (200, True)
        assert "Expected at the berth" not in shown(answer)
