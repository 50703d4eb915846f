"""Addresses of the corridor's pages."""

from __future__ import annotations

from django.urls import path

from corridor.views import state, vessels

app_name = "corridor"
urlpatterns = [
    path("corridor/", state.corridor_state, name="corridor_state"),
    path("corridor/vessels/", vessels.vessel_call_list, name="vessel_call_list"),
    path("corridor/vessels/<int:pk>/", vessels.vessel_call_detail, name="vessel_call_detail"),
    path("corridor/vessels/<int:pk>/calendar.ics", vessels.vessel_call_calendar, name="vessel_call_calendar"),
]
