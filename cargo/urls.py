"""Addresses of the consignments' pages."""

from __future__ import annotations

from django.urls import path, re_path

from cargo.views import (
    claims,
    consignment,
    consignments,
    forecasts,
    lots,
    nominations,
    papers,
    registration,
    sharing,
    sources,
    tariff,
    uploads,
)

app_name = "cargo"
urlpatterns = [
    path("consignments/", consignments.consignment_list, name="consignment_list"),
    path("consignments/new/", registration.consignment_new, name="consignment_new"),
    re_path(r"^consignments/export\.(?P<kind>csv|xlsx)$", consignments.consignment_export, name="consignment_export"),
    path("consignments/filters/", consignments.filter_save, name="filter_save"),
    path("consignments/filters/<int:pk>/remove/", consignments.filter_remove, name="filter_remove"),
    path("consignments/upload/", uploads.consignment_upload, name="consignment_upload"),
    path("consignments/upload/template/", uploads.upload_template, name="upload_template"),
    path("consignments/upload/<int:pk>/", uploads.upload_detail, name="upload_detail"),
    path("consignments/upload/<int:pk>/failures/", uploads.upload_failures, name="upload_failures"),
    path("consignments/<str:ref>/", consignment.consignment_detail, name="consignment_detail"),
    path("consignments/<str:ref>/calendar.ics", consignment.consignment_calendar, name="consignment_calendar"),
    path("consignments/<str:ref>/papers/", papers.paper_new, name="paper_new"),
    path("consignments/<str:ref>/notes/", papers.note_new, name="note_new"),
    path("consignments/<str:ref>/links/", sharing.share_new, name="share_new"),
    path("papers/<int:pk>/", papers.paper_download, name="paper_download"),
    path("papers/<int:pk>/delete/", papers.paper_delete, name="paper_delete"),
    path("links/<int:pk>/", sharing.share_print, name="share_print"),
    path("links/<int:pk>/revoke/", sharing.share_revoke, name="share_revoke"),
    path("t/<str:token>/", sharing.tracking, name="tracking"),
    path("consignments/<str:ref>/edit/", registration.consignment_edit, name="consignment_edit"),
    path("consignments/<str:ref>/lots/", lots.lot_list, name="lot_list"),
    path("measures/<int:pk>/take-back/", lots.measure_take_back, name="measure_take_back"),
    path("claims/", claims.claim_list, name="claim_list"),
    path("claims/<int:pk>/", claims.claim_detail, name="claim_detail"),
    path("claims/<int:pk>/paper/", claims.claim_paper, name="claim_paper"),
    path("nominations/", nominations.nomination_list, name="nomination_list"),
    path("nominations/new/", nominations.nomination_new, name="nomination_new"),
    path("nominations/<int:pk>/accept/", nominations.nomination_accept, name="nomination_accept"),
    path("nominations/<int:pk>/end/", nominations.nomination_end, name="nomination_end"),
    path("forecasts/", forecasts.forecast_card, name="forecast_card"),
    path("tariff/", tariff.tariff_list, name="tariff_list"),
    path("tariff/new/", tariff.tariff_new, name="tariff_new"),
    path("tariff/<int:pk>/", tariff.tariff_approve, name="tariff_approve"),
    path("unmatched/", sources.unmatched_list, name="unmatched_list"),
    path("sources/phoned/call/", sources.phoned_call_new, name="phoned_call_new"),
    path("sources/phoned/", sources.phoned_new, name="phoned_new"),
    path("deliveries/<int:pk>/reread/", sources.delivery_reread, name="delivery_reread"),
]
