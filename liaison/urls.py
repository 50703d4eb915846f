"""The URL map. Apps are named as strings, so that nothing is imported from above."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from liaison.views import (
    audit,
    directory,
    home,
    invitations,
    members,
    my_data,
    offline,
    organizations,
    privacy,
    registrations,
    security,
    sheets,
    verification,
)

_own = [
    path("me/", home.me, name="me"),
    path("me/data/", my_data.my_data, name="my_data"),
    path("me/data/download/", my_data.my_data_download, name="my_data_download"),
    path("me/consents/", my_data.consent_answer, name="consent_answer"),
    path("me/erasure/", my_data.erasure, name="erasure"),
    path("manifest.webmanifest", offline.manifest, name="manifest"),
    path("offline/", offline.offline, name="offline"),
    path("privacy/", privacy.privacy, name="privacy"),
    path("privacy/record/", privacy.privacy_record, name="privacy_record"),
    path("journal/", audit.journal_list, name="journal_list"),
    path("journal/export.csv", audit.journal_export, name="journal_export"),
    path("register/", registrations.organization_register, name="organization_register"),
    path("register/sent/", registrations.registration_sent, name="registration_sent"),
    path("register/<str:token>/", registrations.registration_confirm, name="registration_confirm"),
    path("organizations/<int:pk>/", organizations.organization_detail, name="organization_detail"),
    path("organizations/<int:pk>/edit/", organizations.organization_edit, name="organization_edit"),
    path("organizations/<int:pk>/apply/", organizations.organization_apply, name="organization_apply"),
    path("organizations/<int:pk>/documents/", organizations.document_upload, name="document_upload"),
    path("documents/<int:pk>/", organizations.document_download, name="document_download"),
    path("documents/<int:pk>/delete/", organizations.document_delete, name="document_delete"),
    path("verification/", verification.verification_list, name="verification_list"),
    path("verification/<int:pk>/", verification.verification_detail, name="verification_detail"),
    path("directory/", directory.directory_list, name="directory_list"),
    path("directory/who-to-call/", directory.who_to_call, name="who_to_call"),
    path("directory/export.xlsx", sheets.directory_export, name="directory_export"),
    path("directory/import/", sheets.sheet_new, name="sheet_new"),
    path("directory/import/template.xlsx", sheets.sheet_template, name="sheet_template"),
    path("directory/import/<int:pk>/", sheets.sheet_detail, name="sheet_detail"),
    path("directory/<int:pk>/", directory.directory_detail, name="directory_detail"),
    path("directory/<int:pk>/notes/", directory.call_note_new, name="call_note_new"),
    path("directory/<int:pk>/focal-points/", directory.focal_point_new, name="focal_point_new"),
    path("focal-points/<int:pk>/", directory.focal_point_edit, name="focal_point_edit"),
    path("focal-points/<int:pk>/concerns/", directory.focal_point_concerns, name="focal_point_concerns"),
    path("focal-points/<int:pk>/remove/", directory.focal_point_remove, name="focal_point_remove"),
    path("me/security/", security.security, name="security"),
    path("me/sessions/", security.session_list, name="session_list"),
    path("me/sessions/end/", security.sessions_end, name="sessions_end"),
    path("me/sessions/<int:pk>/end/", security.session_end, name="session_end"),
    path("acting-for/", members.acting_for, name="acting_for"),
    path("organizations/<int:pk>/members/", members.member_list, name="member_list"),
    path("organizations/<int:pk>/leave/", members.organization_leave, name="organization_leave"),
    path("organizations/<int:pk>/hand-over/", members.organization_hand_over, name="organization_hand_over"),
    path("members/<int:pk>/role/", members.member_role, name="member_role"),
    path("members/<int:pk>/suspend/", members.member_suspend, name="member_suspend"),
    path("members/<int:pk>/reinstate/", members.member_reinstate, name="member_reinstate"),
    path("members/<int:pk>/remove/", members.member_remove, name="member_remove"),
    path("people/<int:pk>/suspend/", members.person_suspend, name="person_suspend"),
    path("people/<int:pk>/reinstate/", members.person_reinstate, name="person_reinstate"),
    path("people/<int:pk>/second-factor/", members.second_factor_remove, name="second_factor_remove"),
    path("organizations/<int:pk>/invitations/new/", invitations.invitation_new, name="invitation_new"),
    path("invitations/<int:pk>/resend/", invitations.invitation_resend, name="invitation_resend"),
    path("invitations/<int:pk>/withdraw/", invitations.invitation_withdraw, name="invitation_withdraw"),
    path("invitations/<str:token>/", invitations.invitation_detail, name="invitation_detail"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("", include((_own, "liaison"))),
    path("language/", home.set_language, name="set_language"),
    path("me/tokens/", include("api.token_urls")),
    path("me/webhooks/", include("api.webhook_urls")),
    path("accounts/", include("liaison.signin.urls")),
    path("status/", home.status, name="status"),
    path("healthz", home.healthz, name="healthz"),
    path("readyz", home.readyz, name="readyz"),
    path("metrics", include("observatory.metrics_urls")),
    path("", include("cargo.urls")),
    path("", include("tickets.urls")),
    path("", include("corridor.urls")),
    path("", include("observatory.urls")),
    path("", include("feeds.urls")),
    path("", include("notify.urls")),
    path("api/", include("api.reference_urls")),
    path("api/v1/", include("api.urls")),
    path("api/dcsa/", include("api.dcsa_urls")),
]
if settings.DEMO:
    urlpatterns += [path("demo/", include("demo.urls"))]

handler404 = "api.problems.not_found"
handler500 = "liaison.views.refusals.out_of_order"
handler429 = "liaison.views.refusals.too_many_requests"
