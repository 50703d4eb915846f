"""Addresses of the API, version 1."""

from __future__ import annotations

from django.urls import path

from api import access, bulk, consignments, corridor, deliveries, indicators, tickets, webhooks

app_name = "api"
urlpatterns = [
    path("token/", access.token, name="token"),
    path("consignments/", consignments.consignments, name="consignments"),
    path("consignments/bulk/", bulk.consignments_bulk, name="consignments_bulk"),
    path("consignments/<str:ref>/", consignments.consignment, name="consignment"),
    path("consignments/<str:ref>/events/", consignments.events, name="events"),
    path("consignments/<str:ref>/milestones/", consignments.milestones, name="milestones"),
    path("consignments/<str:ref>/forecasts/", consignments.forecasts, name="forecasts"),
    path("consignments/<str:ref>/tickets/", tickets.consignment_tickets, name="consignment_tickets"),
    path("tickets/", tickets.tickets, name="tickets"),
    path("tickets/<str:ref>/", tickets.ticket, name="ticket"),
    path("tickets/<str:ref>/messages/", tickets.ticket_messages, name="ticket_messages"),
    path("tickets/<str:ref>/actions/", tickets.ticket_actions, name="ticket_actions"),
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path("webhooks/<int:pk>/", webhooks.webhook, name="webhook"),
    path("webhooks/<int:pk>/test/", webhooks.webhook_test, name="webhook_test"),
    path("webhooks/<int:pk>/rotate/", webhooks.webhook_rotate, name="webhook_rotate"),
    path("webhooks/<int:pk>/replay/", webhooks.webhook_replay, name="webhook_replay"),
    path("webhooks/<int:pk>/deliveries/", webhooks.webhook_deliveries, name="webhook_deliveries"),
    path("sources/<slug:slug>/deliveries/", deliveries.push, name="delivery_push"),
    path("deliveries/<int:pk>/", deliveries.delivery, name="delivery"),
    path("corridor/nodes/", corridor.nodes, name="nodes"),
    path("corridor/legs/", corridor.legs, name="legs"),
    path("corridor/vessel-calls/", corridor.vessel_calls, name="vessel_calls"),
    path("corridor/conditions/", corridor.conditions, name="conditions"),
    path("indicators/", indicators.indicators, name="indicators"),
    path("indicators/<slug:slug>/", indicators.indicator, name="indicator"),
]
