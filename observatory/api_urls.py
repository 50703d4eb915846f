"""Addresses of the indicators within the API."""

from __future__ import annotations

from django.urls import path

from observatory.views import endpoints

urlpatterns = [
    path("", endpoints.indicators, name="indicators"),
    path("<slug:slug>/", endpoints.indicator, name="indicator"),
]
