"""Addresses of the observatory."""

from __future__ import annotations

from django.urls import path, re_path

from observatory.views import observatory, reports

app_name = "observatory"
urlpatterns = [
    path("observatory/", observatory.dashboard, name="dashboard"),
    path("observatory/compare/", observatory.comparison, name="comparison"),
    path("observatory/reports/", reports.report_list, name="report_list"),
    path("observatory/reports/mine/", reports.report_subscribe, name="report_subscribe"),
    path("observatory/reports/end/<str:key>/", reports.report_end, name="report_end"),
    path("observatory/reports/<int:pk>.pdf", reports.report_download, name="report_download"),
    path("observatory/<slug:slug>/", observatory.indicator_detail, name="indicator_detail"),
    path("observatory/<slug:slug>/embed/", observatory.indicator_embed, name="indicator_embed"),
    # With and without the slash of the page's own address before the dot.
    re_path(
        r"^observatory/(?P<slug>[-a-zA-Z0-9_]+)/?\.(?P<kind>csv|xlsx|json|metadata\.json|svg|png)$",
        observatory.indicator_file,
        name="indicator_file",
    ),
]
