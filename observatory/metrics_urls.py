"""Address of the portal's own figures, apart from the observatory's."""

from __future__ import annotations

from django.urls import path

from observatory.views import metrics

urlpatterns = [path("", metrics.metrics, name="metrics")]
