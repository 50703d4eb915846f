"""The categories: the codes of the office's taxonomy, what the database keeps of them, and who leads."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from corridor.reference import AGENCIES
from liaison.concerns import LEADS, Concern
from liaison.models import FocalPoint
from tests.conftest import Cast

CODES = """PORT_DELAY DOC_MANIFEST CUSTOMS_KE CUSTOMS_RW SYSTEM_DOWN ESEAL DO_LINE DEPOSIT STORAGE_DISPUTE EMPTY_RETURN
WEIGHBRIDGE BORDER_QUEUE POLICE_FINE COUNTY_FEE ROAD_CHARGE SECURITY RAIL_ICD FUEL WAREHOUSE_RW DAMAGE_LOSS FRAUD INFO
NTB""".split()


def test_the_codes_are_those_of_the_taxonomy() -> None:
    assert Concern.values == CODES
    assert len(set(Concern.labels)) == len(CODES)


def test_who_leads_is_an_agency_that_the_portal_knows() -> None:
    assert {name for names in LEADS.values() for name in names} - set(AGENCIES) == set()
    assert set(LEADS) <= set(Concern)


@pytest.mark.parametrize("concerns", [["PORT"], ["port_delay"], ["PORT_DELAY", ""]])
def test_the_database_keeps_no_other(cast: Cast, concerns: list[str]) -> None:
    with pytest.raises(IntegrityError, match="focal_point_concerns_known"), transaction.atomic():
        FocalPoint.objects.create(organization=cast.agent_firm, name="A", phone="+250788123456", concerns=concerns)
