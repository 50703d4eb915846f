"""Addresses of the interfaces that DCSA prescribes."""

from __future__ import annotations

from django.urls import path

from api import callbacks, dcsa

app_name = "dcsa"
urlpatterns = [
    path("v2/events", dcsa.dcsa_events, name="dcsa_events"),
    path("callbacks/<slug:slug>/", callbacks.callback, name="callback"),
]
