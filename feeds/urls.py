"""Addresses of the staff's pages on sources."""

from __future__ import annotations

from django.urls import path

from feeds.views import mappings, quarantine, sources

app_name = "feeds"
urlpatterns = [
    path("sources/", sources.source_list, name="source_list"),
    # These stand where a source's slug would, so no source may be called so (feeds.sources.RESERVED).
    path("sources/quarantine/", quarantine.quarantine_list, name="quarantine_list"),
    path("sources/quarantine/replay/", quarantine.quarantine_replay, name="quarantine_replay"),
    path("sources/quarantine/ignore/", quarantine.quarantine_ignore, name="quarantine_ignore"),
    path("sources/replays/<int:pk>/", quarantine.replay_detail, name="replay_detail"),
    path("sources/deliveries/<int:pk>/raw/", sources.delivery_raw, name="delivery_raw"),
    path("sources/<slug:slug>/", sources.source_detail, name="source_detail"),
    path("sources/<slug:slug>/pause/", sources.source_pause, name="source_pause"),
    path("sources/<slug:slug>/resume/", sources.source_resume, name="source_resume"),
    path("sources/<slug:slug>/test/", sources.source_test, name="source_test"),
    path("sources/<slug:slug>/replay/", quarantine.source_replay, name="source_replay"),
    path("sources/<slug:slug>/mappings/", mappings.mapping_list, name="mapping_list"),
    path("sources/<slug:slug>/reading/", mappings.source_reading, name="source_reading"),
    path("deliveries/<int:pk>/", sources.delivery_detail, name="delivery_detail"),
]
