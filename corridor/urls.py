"""Addresses of the corridor's pages."""

from __future__ import annotations

from django.urls import path

from corridor.views import state

app_name = "corridor"
urlpatterns = [path("corridor/", state.corridor_state, name="corridor_state")]
