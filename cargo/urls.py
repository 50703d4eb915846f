"""Addresses of the consignments' pages."""

from __future__ import annotations

from django.urls import path

from cargo import forecast_views, views

app_name = "cargo"
urlpatterns = [
    path("consignments/", views.consignment_list, name="consignment_list"),
    path("consignments/new/", views.consignment_new, name="consignment_new"),
    path("consignments/<str:ref>/", views.consignment_detail, name="consignment_detail"),
    path("forecasts/", forecast_views.forecast_card, name="forecast_card"),
    path("nominations/", views.nomination_list, name="nomination_list"),
    path("nominations/new/", views.nomination_new, name="nomination_new"),
    path("nominations/<int:pk>/accept/", views.nomination_accept, name="nomination_accept"),
    path("nominations/<int:pk>/end/", views.nomination_end, name="nomination_end"),
    path("unmatched/", views.unmatched_list, name="unmatched_list"),
    path("sources/phoned/call/", views.phoned_call_new, name="phoned_call_new"),
    path("sources/phoned/", views.phoned_new, name="phoned_new"),
    path("deliveries/<int:pk>/reread/", views.delivery_reread, name="delivery_reread"),
]
