"""What is said of nominations in SQL is what the querysets say, in every case, and for nobody else."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from cargo.models import KIGALI, Nomination
from cargo.models.nominated import given_to
from cargo.registration import Particulars, register
from tests.conftest import Cast

DAYS = [(starts, ends) for starts, ends in product((-1, 0, 1), (None, -1, 0, 1)) if ends is None or ends >= starts]


@pytest.mark.parametrize(("starts", "ends"), DAYS)
@pytest.mark.parametrize("is_single", [True, False])
def test_whoever_has_nominated_one_now_is_told_by_the_rule_of_the_querysets(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, *, starts: int, ends: int | None, is_single: bool
) -> None:
    at, firm = timezone.now(), cast.importer_firm
    today = timezone.localdate(at, KIGALI)
    goods = register(particulars=Particulars(consignee=firm, bill_of_lading="NOM1"), by=None, at=at)
    nomination = Nomination(principal=firm, nominee=cast.agent_firm, task=Nomination.Task.AGENT, nominated_at=at)
    nomination.consignment = goods if is_single else None
    nomination.starts_on = today + timedelta(days=starts)
    nomination.ends_on = None if ends is None else today + timedelta(days=ends)
    told = (set(), {goods.pk}) if is_single else ({firm.pk}, set())
    for accepted_at, ended_at, may_act, may_see_money in product((None, at), (None, at), (True, False), (True, False)):
        nomination.accepted_at, nomination.ended_at = accepted_at, ended_at
        nomination.may_act, nomination.may_see_money = may_act, may_see_money
        nomination.save()
        for scope in ({}, {"may_act": True}, {"may_see_money": True}, {"may_act": True, "may_see_money": True}):
            holds = Nomination.objects.in_force(at).filter(**scope).exists()
            with django_assert_num_queries(1):
                assert given_to([cast.agent_firm.pk, cast.stranger_firm.pk], **scope) == (
                    told if holds else (set(), set())
                )
            assert given_to([cast.stranger_firm.pk, firm.pk], **scope) == (set(), set())
    assert given_to([]) == (set(), set())
