"""The demo's people and firms: whom the portal promises, and what the database can keep."""

from __future__ import annotations

import re

from django.conf import settings

from cargo.models import Consignment
from demo.cast import AGENT_FIRM, AGENTS, CAST, IMPORTER_FIRM, IMPORTERS, STRANGER_FIRM
from demo.figures import CARGO_SHARES
from liaison.models import Organization
from liaison.roles import Role


def test_the_sign_ins_are_those_that_are_promised() -> None:
    assert {part.email: part.role for part in CAST} == {
        "importer@demo.example": "owner",
        "agent@demo.example": "member",
        "stranger@demo.example": "owner",
        "officer@demo.example": "officer",
        "supervisor@demo.example": "supervisor",
        "kpa-desk@demo.example": "desk",
        "official@demo.example": "official",
        "admin@demo.example": "administrator",
    }
    assert {part.role for part in CAST} <= set(Role.values)


def test_everybody_has_a_language_of_the_portal_and_all_are_spoken() -> None:
    assert {part.language for part in CAST} == {code for code, _name in settings.LANGUAGES}


def test_traders_have_a_firm_and_the_others_an_organisation_of_their_office() -> None:
    firms = {part.email.split("@")[0]: (part.firm, part.kind) for part in CAST if part.firm}
    assert firms == {
        "importer": (IMPORTER_FIRM, Organization.Kind.IMPORTER),
        "agent": (AGENT_FIRM, Organization.Kind.AGENT),
        "stranger": (STRANGER_FIRM, Organization.Kind.IMPORTER),
    }


def test_the_agent_acts_for_the_importer_and_others_but_not_for_the_stranger() -> None:
    agents = {importer.name: importer.agent for importer in IMPORTERS}
    assert (agents[IMPORTER_FIRM], agents[STRANGER_FIRM] == AGENT_FIRM) == (AGENT_FIRM, False)
    assert sum(agent == AGENT_FIRM for agent in agents.values()) > 1
    assert set(agents.values()) == set(AGENTS)


def test_firms_have_names_of_their_own() -> None:
    names = [importer.name for importer in IMPORTERS] + list(AGENTS)
    assert len({name.lower() for name in names}) == len(names)


def test_goods_are_what_the_database_can_keep() -> None:
    for goods in {goods for importer in IMPORTERS for goods in importer.goods}:
        assert re.fullmatch(r"[0-9]{6}", goods.hs_code)
        assert goods.cargo_kind in Consignment.CargoKind.values
        assert 0 < goods.tonnes[0] < goods.tonnes[1]


def test_somebody_buys_each_kind_of_cargo() -> None:
    bought = {goods.cargo_kind for importer in IMPORTERS if importer.share for goods in importer.goods}
    assert bought == set(CARGO_SHARES)


def test_no_box_is_loaded_beyond_what_a_road_bears() -> None:
    heaviest = max(
        goods.tonnes[1] for importer in IMPORTERS for goods in importer.goods if goods.cargo_kind == "container"
    )
    assert heaviest <= 28
