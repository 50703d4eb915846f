"""Addresses of the API, version 1."""

from __future__ import annotations

from django.urls import path

from api import deliveries

app_name = "api"
urlpatterns = [
    path("sources/<slug:slug>/deliveries/", deliveries.push, name="delivery_push"),
    path("deliveries/<int:pk>/", deliveries.delivery, name="delivery"),
]
