"""The registry of indicators: enough of them live, all of them well formed, each with what its page needs."""

from __future__ import annotations

from cargo.milestones import ORDER
from cargo.words import KINDS
from observatory.indicators import BLOCKS
from observatory.models import Reading, Rollup
from observatory.registry import INDICATORS, TRIP_TIMES


def test_thirty_and_more_are_live() -> None:
    live = [one for one in INDICATORS.values() if one.is_ours]
    assert len(live) >= 30
    assert {one.block for one in live} == set(BLOCKS)


def test_each_says_what_it_is() -> None:
    for one in INDICATORS.values():
        assert one.name
        assert one.definition or (one.starts and one.stops) or not one.is_ours, one.slug
        assert bool(one.starts) == bool(one.stops), one.slug
        codes = {code for codes in (*one.starts, one.stops) for code in codes.split("|")}
        assert codes - {""} <= {*ORDER, *KINDS}, one.slug


def test_the_names_fit_the_database() -> None:
    for model in (Reading, Rollup):
        longest = model._meta.get_field("indicator").max_length or 0
        assert max(map(len, INDICATORS)) <= longest


def test_what_is_measured_of_trips_ends_with_a_milestone() -> None:
    assert len(TRIP_TIMES) > 20
    assert {one.measure for one in TRIP_TIMES} == {"duration"}


# A definition that changes changes what its figures mean: here, in the document, and for whoever has written them down.
DEFINITIONS = """
    transit_volume_rwanda              volume   sum      t    - > - - - -
    transit_containers_rwanda          volume   sum      TEU  - > - - - -
    exports_rwanda                     volume   sum      t    - > - - - -
    petroleum_rwanda                   volume   sum      t    - > - - - -
    containerisation_rate              volume   share    %    - > - - - -
    throughput_by_mode                 volume   sum      t    - > - - - -
    offtake_rail                       volume   share    %    - > - - - -
    port_throughput_total              volume   sum      t    - > - - - - published
    container_traffic_total            volume   sum      TEU  - > - - - - published
    transit_volume_total               volume   sum      t    - > - - - - published
    under_way                          volume   stock    n    - > - - - -
    ship_turnaround_time               maritime duration h    - > - - - -
    vessel_waiting_time_before_berth   maritime duration h    - > - - - -
    ship_working_time                  maritime duration h    - > - - - -
    vessel_calls                       maritime count    n    - > - - - -
    ship_to_discharge_time             maritime duration h    vessel_arrived > discharged - - -
    container_dwell_time               port     duration h    discharged > gate_out road container -
    general_cargo_dwell_time           port     duration h    discharged > gate_out road break_bulk+dry_bulk+roro -
    document_processing_time           port     duration h    duty_paid|bond_debited > rra_released - - -
    one_stop_centre_clearance_time     port     duration h    discharged+do_issued+rra_released > kra_cleared - - -
    delivery_order_time                port     duration h    vessel_arrived > do_issued - - -
    delay_after_customs_release        port     duration h    kra_cleared > gate_out road - -
    pickup_to_gate_time                port     duration h    pickup_order > gate_out road - -
    e_seal_wait_time                   port     duration h    kra_cleared > sealed - container -
    truck_turnaround_port              port     duration h    truck_in > gate_out road - -
    icdn_dwell_time                    port     duration h    railed_to_icd > gate_out rail container ke-icd-nairobi
    icd_dwell_time                     port     duration h    railed_to_icd > gate_out rail container -
    customs_hold_share                 port     share    %    - > - - - -
    customs_hold_time                  port     duration h    - > - - - -
    pipeline_time                      port     duration h    pipeline_in > at_depot - liquid_bulk -
    fuel_loading_time                  port     duration h    at_depot > loaded - liquid_bulk -
    ship_to_kigali_time                corridor duration h    vessel_arrived > arrived_kigali - - -
    transit_time_mombasa_kigali        corridor duration h    gate_out > arrived_kigali road - -
    transit_time_mombasa_malaba        corridor duration h    gate_out > border1_out road - xx-border-malaba
    transit_time_mombasa_busia         corridor duration h    gate_out > border1_out road - xx-border-busia
    border_crossing_time_malaba        corridor duration h    border1_in > border1_out - - xx-border-malaba
    border_crossing_time_busia         corridor duration h    border1_in > border1_out - - xx-border-busia
    border_crossing_time_gatuna        corridor duration h    border2_in > border2_out - - xx-border-gatuna
    border_crossing_time_kagitumba     corridor duration h    border2_in > border2_out - - xx-border-kagitumba
    transit_time_uganda                corridor duration h    border1_out > border2_in - - -
    transit_time_border_kigali         corridor duration h    border2_out > arrived_kigali - - -
    turnaround_magerwa                 corridor duration h    arrived_kigali > released_kigali - - rw-wh-magerwa>
    kigali_release_time                corridor duration h    arrived_kigali > released_kigali - - -
    import_time_total                  corridor duration h    vessel_arrived > delivered - - -
    empty_return_time                  corridor duration h    delivered > empty_returned - - -
    bond_cancellation_time             corridor duration h    delivered > bond_cancelled - - -
    transit_time_mombasa_kampala       corridor duration h    - > - - - - published
    transit_time_mombasa_elegu         corridor duration h    - > - - - - published
    transit_time_mombasa_mpondwe       corridor duration h    - > - - - - published
    weighbridge_traffic                corridor count    n    - > - - - -
    weighbridge_compliance             corridor share    %    - > - - - - published
    burning_usd_day                    cost     stock    USD  - > - - - -
    transport_rate_mombasa_kigali      cost     sum      USD  - > - - - - published
    transport_rate_daressalaam_kigali  cost     sum      USD  - > - - - - published
    tickets_opened                     tickets  count    n    - > - - - -
    ticket_first_reply_time            tickets  duration h    - > - - - -
    ticket_resolution_time             tickets  duration h    - > - - - -
    agency_answer_time                 tickets  duration h    - > - - - -
    news_lag                           data     duration h    - > - - - -
    milestones_known                   data     share    %    - > - - - -
    milestones_contested               data     share    %    - > - - - -
    forecast_hit_rate                  data     share    %    - > - - - -
    forecast_error                     data     duration h    - > - - - -
"""


def test_the_definitions_are_these() -> None:
    told = [
        [
            one.slug,
            one.block,
            one.measure,
            one.unit,
            "+".join(one.starts) or "-",
            ">",
            one.stops or "-",
            one.way or "-",
            "+".join(sorted(one.cargo)) or "-",
            "+".join(sorted(one.places | {f"{node}>" for node in one.begins_at})) or "-",
            *([] if one.is_ours else ["published"]),
        ]
        for one in INDICATORS.values()
    ]
    assert told == [line.split() for line in DEFINITIONS.strip().splitlines()]
