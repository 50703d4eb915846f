"""Addresses of the corridor's pages."""

from __future__ import annotations

from django.urls import path

from corridor import views

app_name = "corridor"
urlpatterns = [path("corridor/", views.corridor_state, name="corridor_state")]
