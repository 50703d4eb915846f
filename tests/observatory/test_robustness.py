"""What goes wrong in the world and in the worker: renamed nodes, withdrawn events, a run that fails or runs twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from cargo.models import Consignment
from corridor.models import Node
from feeds.models import Source
from observatory import counting, gathering, rolling
from observatory.models import Due, Mark, Reading, Rollup
from tests.cargo.test_reading import csv, row, take_in

DWELL = "container_dwell_time"


def stays(hours: float = 40) -> bytes:
    return csv(row("discharged", hours + 10), row("gate_out", 10))


def median() -> list[float | None]:
    rows = Rollup.objects.filter(indicator=DWELL, grain="month", slice="").order_by("starts_on")
    return [round(row.p50, 2) if row.p50 is not None else None for row in rows]


def test_a_node_that_is_renamed_keeps_its_figures_under_its_new_name(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, stays())
    counting.count(at=timezone.now())
    Node.objects.filter(slug="ke-port-mombasa").update(name="Bandari Kuu")
    page = Client().get(f"/observatory/{DWELL}/?by=node").content.decode()
    assert "Bandari Kuu" in page
    assert "Port of Mombasa" not in page


def test_a_source_that_takes_back_what_it_said_takes_it_out_of_the_figures(
    clerk: Source, consignment: Consignment
) -> None:
    take_in(clerk, stays())
    at = timezone.now()
    counting.count(at=at)
    assert median() == [40.0]
    # The milestones are derived anew without it, as a cancellation does it.
    consignment.milestones.filter(code="discharged").delete()
    counting.count(at=at)
    row_ = Rollup.objects.get(indicator=DWELL, grain="month", slice="")
    assert (row_.n, row_.missing, row_.p50) == (0, 1, None)
    consignment.milestones.filter(code="gate_out").delete()
    counting.count(at=at)
    assert median() == []
    assert not Reading.objects.filter(indicator=DWELL).exists()


def test_an_end_before_its_beginning_is_no_length(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("discharged", 5), row("gate_out", 10)))
    counting.count(at=timezone.now())
    reading = Reading.objects.get(indicator=DWELL)
    assert (reading.value, reading.fault) == (None, "negative")
    assert "not enough data" in Client().get(f"/observatory/{DWELL}/").content.decode()


def test_a_run_that_fails_is_made_up_for_by_the_next(
    clerk: Source, consignment: Consignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in(clerk, stays())
    at = timezone.now()

    def fail(*args: Any, **rest: Any) -> Any:
        raise RuntimeError("the worker was killed")

    with monkeypatch.context() as patch:
        patch.setattr(gathering, "of_consignments", fail)
        with pytest.raises(RuntimeError):
            counting.count(at=at)
    assert Mark.objects.get(name="match").position == 0
    assert not Reading.objects.filter(subject="c").exists()
    with monkeypatch.context() as patch:
        patch.setattr(rolling, "_of_days", fail)
        with pytest.raises(RuntimeError):
            counting.count(at=at + timedelta(minutes=5))
    # What was measured is kept, and its days are still due.
    assert Reading.objects.filter(indicator=DWELL).exists()
    assert Due.objects.filter(indicator=DWELL).exists()
    counting.count(at=at + timedelta(minutes=10))
    assert median() == [40.0]
    assert not Due.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_count_everything_once(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, stays())
    at, together = timezone.now(), Barrier(2)
    failed: list[BaseException] = []

    def work() -> None:
        try:
            together.wait()
            counting.count(at=at)
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    workers = [Thread(target=work) for _number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failed == []
    assert median() == [40.0]
    assert Reading.objects.filter(indicator=DWELL).count() == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda: Rollup.objects.all().delete(),
        lambda: Reading.objects.all().delete(),
        lambda: Reading.objects.filter(indicator=DWELL).update(value=999),
        lambda: Rollup.objects.filter(indicator=DWELL).update(n=7),
    ],
)
def test_whatever_was_damaged_is_rebuilt(clerk: Source, consignment: Consignment, change: Callable[[], object]) -> None:
    take_in(clerk, stays())
    at = timezone.now()
    counting.count(at=at)
    before = list(
        Rollup.objects.order_by("indicator", "grain", "slice").values_list("indicator", "grain", "slice", "n")
    )
    change()
    counting.rebuild(at=at)
    after = list(Rollup.objects.order_by("indicator", "grain", "slice").values_list("indicator", "grain", "slice", "n"))
    assert after == before
    assert median() == [40.0]
