"""Addresses of the staff's pages on sources."""

from __future__ import annotations

from django.urls import path

from feeds import views

app_name = "feeds"
urlpatterns = [
    path("sources/", views.source_list, name="source_list"),
    path("sources/<slug:slug>/", views.source_detail, name="source_detail"),
    path("deliveries/<int:pk>/", views.delivery_detail, name="delivery_detail"),
]
