"""Addresses of the interfaces that DCSA prescribes."""

from __future__ import annotations

from django.urls import path

from api import callbacks, dcsa, dcsa_subscriptions

app_name = "dcsa"
urlpatterns = [
    path("v2/events", dcsa.dcsa_events, name="dcsa_events"),
    path("v2/event-subscriptions", dcsa_subscriptions.dcsa_subscriptions, name="dcsa_subscriptions"),
    path("v2/event-subscriptions/<uuid:subscription>", dcsa_subscriptions.dcsa_subscription, name="dcsa_subscription"),
    path("v2/event-subscriptions/<uuid:subscription>/secret", dcsa_subscriptions.dcsa_secret, name="dcsa_secret"),
    path("callbacks/<slug:slug>/", callbacks.callback, name="callback"),
]
