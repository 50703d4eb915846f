"""Addresses of the corridor's pages."""

from __future__ import annotations

from datetime import date

from django.urls import path, register_converter

from corridor.views import conditions, legs, map, network, nodes, state, vessels


class DayConverter:
    """A day as ISO 8601 writes it: 2026-11-24."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        """The day; ValueError where the calendar has none."""
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        """As it stands in the address."""
        return str(value)


register_converter(DayConverter, "day")
app_name = "corridor"
urlpatterns = [
    path("corridor/", state.corridor_state, name="corridor_state"),
    path("corridor/vessels/", vessels.vessel_call_list, name="vessel_call_list"),
    path("corridor/vessels/<int:pk>/", vessels.vessel_call_detail, name="vessel_call_detail"),
    path("corridor/vessels/<int:pk>/calendar.ics", vessels.vessel_call_calendar, name="vessel_call_calendar"),
    path("corridor/days/", state.corridor_days, name="corridor_days"),
    path("corridor/<day:day>/", state.corridor_day, name="corridor_day"),
    path("corridor/conditions/", conditions.condition_list, name="condition_list"),
    path("corridor/conditions/new/", conditions.condition_new, name="condition_new"),
    path("corridor/conditions/<int:pk>/judge/", conditions.condition_judge, name="condition_judge"),
    path("corridor/network/", network.network, name="network"),
    path("corridor/map/", map.map, name="map"),
    path("corridor/nodes/<slug:slug>/", nodes.node_detail, name="node_detail"),
    path("corridor/nodes/<slug:slug>/edit/", nodes.node_edit, name="node_edit"),
    path("corridor/legs/<int:pk>/edit/", legs.leg_edit, name="leg_edit"),
    path("corridor/legs/<int:pk>/distances/new/", legs.distance_new, name="distance_new"),
]
