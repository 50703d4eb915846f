"""Who may read how the portal does, and that requests are counted under their view's name."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from liaison.models import Person
from liaison.people import add_person
from tests.conftest import AT, Cast
from tests.observatory.test_metrics import read

As = Callable[[Person | None], Client]


def test_it_is_not_public(cast: Cast, as_person: As, settings: object) -> None:
    settings.METRICS_TOKEN = "a-token"  # type: ignore[attr-defined]
    administrator = add_person(email="admin@portal.example", role="administrator", by=None, at=AT)
    statuses = [as_person(person).get("/metrics").status_code for person in (None, *cast.people().values())]
    assert statuses == [401, 403, 403, 403, 403, 403, 403]
    assert as_person(administrator).get("/metrics").status_code == 200
    bearers = [Client(headers={"authorization": f"Bearer {token}"}).get("/metrics") for token in ("a-token", "wrong")]
    assert [answer.status_code for answer in bearers] == [200, 401]
    settings.METRICS_TOKEN = ""  # type: ignore[attr-defined]
    assert Client(headers={"authorization": "Bearer "}).get("/metrics").status_code == 401


def test_requests_are_counted_by_view_and_never_by_what_a_client_makes_up(db: None, settings: object) -> None:
    settings.METRICS_TOKEN = "a-token"  # type: ignore[attr-defined]
    client = Client(headers={"authorization": "Bearer a-token"})

    def counted() -> dict[str, float]:
        found = read(client.get("/metrics").content)["portal_http_requests_total"]
        return {"/".join(value for _name, value in key): count for key, count in found.items()}

    before = counted()
    client.get("/healthz")
    client.generic("MAKEUP", "/no/such/page/")
    after = counted()
    new = {key: count - before.get(key, 0) for key, count in after.items() if count != before.get(key, 0)}
    assert new == {"GET/200/healthz": 1, "other/404/none": 1, "GET/200/metrics": 1}
