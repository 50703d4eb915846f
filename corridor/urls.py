"""Addresses of the corridor's pages."""

from __future__ import annotations

from django.urls import path

from corridor.views import legs, map, network, nodes, state

app_name = "corridor"
urlpatterns = [
    path("corridor/", state.corridor_state, name="corridor_state"),
    path("corridor/network/", network.network, name="network"),
    path("corridor/map/", map.map, name="map"),
    path("corridor/nodes/<slug:slug>/", nodes.node_detail, name="node_detail"),
    path("corridor/nodes/<slug:slug>/edit/", nodes.node_edit, name="node_edit"),
    path("corridor/legs/<int:pk>/edit/", legs.leg_edit, name="leg_edit"),
    path("corridor/legs/<int:pk>/distances/new/", legs.distance_new, name="distance_new"),
]
