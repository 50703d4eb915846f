"""Addresses of the pages for webhooks."""

from __future__ import annotations

from django.urls import path

from api import webhook_pages

app_name = "webhooks"
urlpatterns = [
    path("", webhook_pages.webhook_list, name="webhook_list"),
    path("<int:pk>/", webhook_pages.webhook_detail, name="webhook_detail"),
    path("<int:pk>/act/", webhook_pages.webhook_act, name="webhook_act"),
]
