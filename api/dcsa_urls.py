"""Addresses of the interfaces that DCSA prescribes."""

from __future__ import annotations

from django.urls import path

from api import callbacks

app_name = "dcsa"
urlpatterns = [
    path("callbacks/<slug:slug>/", callbacks.callback, name="callback"),
]
