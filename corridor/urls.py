"""Addresses of the corridor's pages."""

from __future__ import annotations

from django.urls import path

from corridor.views import advisories, state, subscriptions, syndication

app_name = "corridor"
urlpatterns = [
    path("corridor/", state.corridor_state, name="corridor_state"),
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
    path("corridor/subscribe/sent/", subscriptions.subscription_sent, name="subscription_sent"),
    path("corridor/subscribe/<str:token>/", subscriptions.subscription_confirm, name="subscription_confirm"),
    path("corridor/subscriptions/<str:key>/", subscriptions.subscription_edit, name="subscription_edit"),
    path("corridor/unsubscribe/<str:key>/", subscriptions.unsubscribe, name="unsubscribe"),
]
