"""Addresses of the API's description."""

from __future__ import annotations

from django.urls import path

from api import reference

app_name = "reference"
urlpatterns = [
    path("schema/", reference.schema, name="schema"),
    path("docs/", reference.docs, name="docs"),
]
