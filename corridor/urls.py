"""Addresses of the corridor's pages."""

from __future__ import annotations

from datetime import date

from django.urls import path, register_converter

from corridor.views import (
    advisories,
    conditions,
    legs,
    map,
    network,
    nodes,
    state,
    subscriptions,
    syndication,
    vessels,
)


class DayConverter:
    """A day as ISO 8601 writes it: 2026-11-24."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        """The day; ValueError where the calendar has none."""
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        """As it stands in the address."""
        return str(value)


register_converter(DayConverter, "day")
app_name = "corridor"
urlpatterns = [
    path("corridor/", state.corridor_state, name="corridor_state"),
    path("corridor/vessels/", vessels.vessel_call_list, name="vessel_call_list"),
    path("corridor/vessels/<int:pk>/", vessels.vessel_call_detail, name="vessel_call_detail"),
    path("corridor/vessels/<int:pk>/calendar.ics", vessels.vessel_call_calendar, name="vessel_call_calendar"),
    path("corridor/days/", state.corridor_days, name="corridor_days"),
    path("corridor/<day:day>/", state.corridor_day, name="corridor_day"),
    path("corridor/conditions/", conditions.condition_list, name="condition_list"),
    path("corridor/conditions/new/", conditions.condition_new, name="condition_new"),
    path("corridor/conditions/<int:pk>/judge/", conditions.condition_judge, name="condition_judge"),
    path("corridor/network/", network.network, name="network"),
    path("corridor/map/", map.map, name="map"),
    path("corridor/nodes/<slug:slug>/", nodes.node_detail, name="node_detail"),
    path("corridor/nodes/<slug:slug>/edit/", nodes.node_edit, name="node_edit"),
    path("corridor/legs/<int:pk>/edit/", legs.leg_edit, name="leg_edit"),
    path("corridor/legs/<int:pk>/distances/new/", legs.distance_new, name="distance_new"),
    path("corridor/feed.atom", syndication.feed, name="feed"),
    path("corridor/calendar.ics", syndication.calendar, name="calendar"),
    path("corridor/advisories/", advisories.advisory_list, name="advisory_list"),
    path("corridor/advisories/new/", advisories.advisory_new, name="advisory_new"),
    path("corridor/advisories/<slug:ref>/", advisories.advisory_detail, name="advisory_detail"),
    path("corridor/advisory-versions/<int:pk>/", advisories.advisory_draft, name="advisory_draft"),
    path("corridor/advisory-versions/<int:pk>/edit/", advisories.advisory_edit, name="advisory_edit"),
    path("corridor/advisory-versions/<int:pk>/publish/", advisories.advisory_publish, name="advisory_publish"),
    path("corridor/advisory-versions/<int:pk>/schedule/", advisories.advisory_schedule, name="advisory_schedule"),
    path("corridor/advisory-versions/<int:pk>/take-back/", advisories.advisory_take_back, name="advisory_take_back"),
    path("corridor/advisory-versions/<int:pk>/correct/", advisories.advisory_correct, name="advisory_correct"),
    path("corridor/advisory-versions/<int:pk>/withdraw/", advisories.advisory_withdraw, name="advisory_withdraw"),
    path("corridor/subscribe/", subscriptions.subscription_new, name="subscription_new"),
    path("corridor/subscribe/browser/", subscriptions.subscription_browser, name="subscription_browser"),
    path("corridor/subscribe/browser/end/", subscriptions.subscription_browser_end, name="subscription_browser_end"),
    path("sw.js", subscriptions.service_worker, name="service_worker"),
    path("corridor/subscribe/sent/", subscriptions.subscription_sent, name="subscription_sent"),
    path("corridor/subscribe/<str:token>/", subscriptions.subscription_confirm, name="subscription_confirm"),
    path("corridor/subscriptions/<str:key>/", subscriptions.subscription_edit, name="subscription_edit"),
    path("corridor/unsubscribe/<str:key>/", subscriptions.unsubscribe, name="unsubscribe"),
]
